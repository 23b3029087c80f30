"""Print the lowest versions that pyproject.toml declares, as a file of constraints for pip."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

PROJECT = Path(__file__).parents[1] / "pyproject.toml"
EXTRAS = ("cluster", "parquet", "plot", "workbench")
DECLARED = re.compile(r"([A-Za-z0-9-]+)[>=]=([0-9.]+)")


def main() -> None:
    """Print one library a line."""
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    optional = (one for extra in EXTRAS for one in project["optional-dependencies"][extra])
    for line in [*project["dependencies"], *optional]:
        name, version = DECLARED.match(line).groups()
        print(f"{name}=={version}")


if __name__ == "__main__":
    main()
