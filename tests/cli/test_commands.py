"""What is loaded when the package is imported, and when the commands are listed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import pytest

from geo_partnerships.cli import COMMANDS, main
from tests.village import write_village

ROOT = Path(__file__).parents[2]
HEAVY = {
    "branca", "docx", "fiona", "flask", "folium", "geopandas", "highspy", "jinja2", "joblib", "llvmlite", "lxml",
    "matplotlib", "numba", "numpy", "openpyxl", "pandas", "pyarrow", "pydantic", "pyogrio", "pyproj", "rapidfuzz",
    "scipy", "shapely", "sklearn", "tomlkit", "xlsxwriter",
}  # fmt: skip
HELP = """
import contextlib, json, sys
from pathlib import Path
import geo_partnerships
imported = sorted(sys.modules)
from geo_partnerships.cli import main
with contextlib.suppress(SystemExit), contextlib.redirect_stdout(sys.stderr):
    main(["--help"])
print(json.dumps([imported, sorted(sys.modules)]))
"""


def test_neither_the_package_nor_the_list_of_commands_loads_a_large_library() -> None:
    ran = subprocess.run([sys.executable, "-c", HELP], cwd=ROOT, capture_output=True, check=True, encoding="utf-8")
    imported, helped = json.loads(ran.stdout)
    assert "geo_partnerships" in imported
    assert HEAVY & set(imported) == set()
    assert "geo_partnerships.cli" in helped
    assert HEAVY & set(helped) == set()


def test_a_library_that_is_missing_is_named_in_a_sentence(tmp_path) -> None:
    write_village(tmp_path)
    code = """
import sys
sys.modules["geopandas"] = None
from geo_partnerships.cli import main
sys.exit(main(["check", "village", "--data", "."]))
"""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, check=False, encoding="utf-8"
    )
    assert ran.returncode == 2
    assert "library geopandas, which this needs, is not installed" in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_that_is_listed_tells_its_options(command, capsys) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    told = capsys.readouterr().out
    assert told.startswith(f"usage: geo-partnerships {command}")


def test_every_module_of_a_command_is_listed() -> None:
    modules = {path.stem for path in (ROOT / "geo_partnerships" / "cli").glob("*.py")}
    assert modules - {"__init__", "common"} == set(COMMANDS)


def test_a_run_writes_geoparquet_where_it_is_wished(tmp_path, capsys) -> None:
    data = write_village(tmp_path / "data")
    asked = ["run", "village", "--data", str(data), "--output", str(tmp_path / "output"), "--json"]
    main([*asked, "--parquet"])
    folder = Path(json.loads(capsys.readouterr().out)["runs"][0]["output"])
    written = gpd.read_parquet(folder / "plan.parquet")
    assert len(written) == len(gpd.read_file(folder / "plan.geojson"))
    assert written.crs is not None
    main(asked)
    assert not (folder / "plan.parquet").exists()
