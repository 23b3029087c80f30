"""The container file can be built from what is here: sources, extras and commands are there, and it needs no rights."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from pathlib import Path

import pytest

from geo_partnerships.cli import COMMANDS, _parser

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
INSTRUCTIONS = {"FROM", "COPY", "RUN", "ENV", "USER", "WORKDIR", "ENTRYPOINT", "CMD"}


@pytest.fixture(scope="module")
def stages() -> list[list[tuple[str, str]]]:
    """Instructions of each stage, with what follows them."""
    found: list[list[tuple[str, str]]] = []
    for line in (ROOT / "Containerfile").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        instruction, _, rest = line.partition(" ")
        assert instruction in INSTRUCTIONS
        if instruction == "FROM":
            found.append([])
        found[-1].append((instruction, rest))
    return found


def test_stages_begin_from_a_python_that_is_supported_and_named_without_a_host(stages) -> None:
    least = tuple(map(int, re.findall(r"\d+", PROJECT["project"]["requires-python"])))
    for stage in stages:
        image = stage[0][1].split()[0]
        version = re.fullmatch(r"python:(\d+)\.(\d+)-slim", image)
        assert version is not None
        assert tuple(map(int, version.groups())) >= least


def test_everything_that_is_copied_is_there(stages) -> None:
    names = {stage[0][1].partition(" AS ")[2] for stage in stages}
    for instruction, rest in (pair for stage in stages for pair in stage):
        if instruction == "COPY":
            *sources, _ = [part for part in rest.split() if not part.startswith("--")]
            origin = re.match(r"--from=(\S+)", rest)
            assert origin is None or origin[1] in names
            assert origin or all((ROOT / source).exists() for source in sources)


def test_the_wheel_has_all_that_its_build_reads(stages) -> None:
    copied = {part for stage in stages for name, rest in stage if name == "COPY" for part in rest.split()}
    project = PROJECT["project"]
    wheel = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert {project["readme"], *project["license-files"], *wheel["packages"], *wheel["force-include"]} <= copied


def test_the_extras_that_are_installed_are_declared(stages) -> None:
    installed = next(rest for name, rest in stages[0] if "pip install" in rest)
    extras = re.search(r"\[(.*)\]", installed)[1].split(",")
    assert set(extras) <= set(PROJECT["project"]["optional-dependencies"])


def test_the_command_runs_without_rights(stages) -> None:
    last = dict(stages[-1])
    assert last["USER"] != "root"
    assert json.loads(last["ENTRYPOINT"]) == list(PROJECT["project"]["scripts"])
    assert json.loads(last["CMD"]) == ["--help"]


def test_every_command_of_the_page_is_one(stages) -> None:
    text = (ROOT / "docs" / "container.md").read_text(encoding="utf-8")
    lines = [shlex.split(line) for line in text.splitlines() if line.startswith("podman run")]
    assert len(lines) >= 4
    for line in lines:
        arguments = line[line.index("geo-partnerships") + 1 :]
        assert arguments[0] in COMMANDS
        assert _parser().parse_args(arguments).command
