"""Write docs/solver-parameters.md: every number that the solver's methods go by, from their declarations."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

from geo_partnerships.clustering.parameters import PARAMETERS

TARGET = Path(__file__).parent.parent / "docs" / "solver-parameters.md"


def page() -> str:
    """Return one table for each method in Markdown."""
    lines = [
        "# Parameters of the solver",
        "",
        "Made by `python scripts/make_solver_parameters.py` from `geo_partnerships/clustering/parameters.py`.",
        "None of them changes what is proved, only how soon; methods and their order are in [method.md](method.md).",
    ]
    for wing in fields(PARAMETERS):
        chosen = getattr(PARAMETERS, wing.name)
        lines += [
            "",
            f"## {type(chosen).__doc__}",
            "",
            "| parameter | value | unit | what it is |",
            "| --- | --- | --- | --- |",
        ]
        lines += [
            f"| `{wing.name}.{one.name}` | {getattr(chosen, one.name)} | {one.metadata['unit']} | "
            f"{one.metadata['words']} |"
            for one in fields(chosen)
        ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
    print(f"wrote {TARGET.name}")
