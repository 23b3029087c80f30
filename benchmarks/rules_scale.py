"""``python -m benchmarks.rules_scale``: what each rule costs in time, and what gap it leaves, from 80 to 3,000 schools.

Schools are spread evenly, about a kilometre apart, in districts of some nine; one in eight leads, one in three answered
a survey and named three of its eleven nearest. Each rule is asked alone, as a scenario asks for it. A plan that the
program refuses is told in its own words. ``--work`` is the work that a plan may take, ``--only`` some of the rules.
"""

from __future__ import annotations

import argparse
import time
from typing import Any

import numpy as np

import geo_partnerships as gp
from geo_partnerships.errors import GeoPartnershipsError
from geo_partnerships.letter import Alliance, ListedMember
from geo_partnerships.model import Places, Problem, Response, School, Survey
from geo_partnerships.scenarios.read import scenario_from

SCHOOLS = (80, 800, 3000)
EACH, SIDE = 8, 3_000.0


def county(n: int) -> Problem:
    """Draw schools in districts, answers, and an earlier plan by districts."""
    draw = np.random.default_rng(n)
    points = draw.random((n, 2)) * 1_000 * np.sqrt(n)
    cells = (points // SIDE).astype(int)
    names = [f"D{a}-{b}" for a, b in cells]
    schools = [
        School(
            urn=f"{100_000 + i}", name=f"School {i}", phase="primary", sector="state", borough="County",
            easting=400_000.0 + points[i, 0], northing=200_000.0 + points[i, 1], district=names[i],
            designations=("NLE",) if i % EACH == 0 else (),
        )
        for i in range(n)
    ]  # fmt: skip
    near = np.argsort(np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1)), axis=1)[:, 1:12]
    answers = tuple(
        Response(responder=schools[i].urn, wanted=tuple(schools[j].urn for j in draw.choice(near[i], 3, replace=False)))
        for i in range(1, n, 3)
    )
    known = {*names}
    beside = {
        f"D{a}-{b}": frozenset({f"D{a + x}-{b + y}" for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1))} & known)
        for a, b in {*map(tuple, cells.tolist())}
    }
    earlier = tuple(
        Alliance(number=number, title=name, members=tuple(
            ListedMember(text=s.name, schools=(s.urn,)) for s in schools if s.district == name
        ))
        for number, name in enumerate(sorted(known), start=1)
    )  # fmt: skip
    return Problem(
        schools={s.urn: s for s in schools}, survey=Survey(responses=answers, illustrative=True),
        places=Places(district_neighbours=beside), digest="0" * 64, earlier=earlier,
    )  # fmt: skip


def asked(n: int) -> dict[str, dict[str, Any]]:
    """Return each rule by its name, as parameters of a scenario."""
    urns = [f"{100_000 + i}" for i in range(n)]
    off = {"guarantee": {"strength": "off"}}
    rules: dict[str, dict[str, Any]] = {
        "number and size": {},
        "guarantee": {"guarantee": {"strength": "binding"}},
        "leaders": {"leaders": {"strength": "preferred"}},
        "wishes, 300 m": {"wishes": {"granted": 300}},
        "must_link": {"must_link": [{"schools": urns[i : i + 2]} for i in range(0, n, 40)]},
        "cannot_link": {"cannot_link": [{"schools": urns[i : i + 2]} for i in range(0, n, 40)]},
        "max_distance": {"max_distance": {"strength": "binding", "limit": 4_000}},
        "max_apart": {"max_apart": {"strength": "binding", "limit": 7_000}},
        "balance": {"balance": [{"name": "weak", "schools": urns[::7], "most": 2}]},
        "support": {"support": {"strength": "binding", "receives": urns[3::9], "most": 2}},
        "stay": {"stay": {"strength": "preferred", "weight": 500}},
        "stay, at most": {"stay": {"most": n // 2}},
        "districts, penalty": {"district_penalty": 500},
        "districts, connected": {"districts": "connected"},
        "districts, whole": {"districts": "whole"},
        "goal worst distance": {"goals": ["worst distance", "distance"]},
        "goal wishes": {"goals": ["wishes", "distance"]},
    }
    return {name: {"district_penalty": 0, **off, **own} for name, own in rules.items()}


def row(name: str, parameters: dict[str, Any], problem: Problem, work: float) -> str:
    """Plan under one rule and return a row of the table."""
    n = len(problem.schools)
    number = n // EACH
    wide = {"partnerships": [max(1, number // 2), number], "size": [4, 24]} if name == "districts, whole" else {}
    area = {"partnerships": number, "size": [4, 12], **wide}
    began = time.process_time()
    try:
        plan = gp.plan(problem, scenario_from({"area": area, "work": work, **parameters}))
    except GeoPartnershipsError as error:
        said = str(error).replace("\n", " ")
    else:
        said = "not proven" if plan.gap is None or not np.isfinite(plan.gap) else f"{plan.gap:.2%}"
        said += "" if gp.check(plan).ok else ", FAILS its check"
    return f"| {name} | {n:,} | {time.process_time() - began:,.1f} | {said} |"


def main() -> None:
    """Print the table, a row as soon as it is known."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--schools", type=int, nargs="+", default=SCHOOLS)
    parser.add_argument("--only", nargs="+", default=())
    parser.add_argument("--work", type=float, default=60.0)
    options = parser.parse_args()
    print("| rule | schools | seconds of the processor | gap, or what is said |\n| --- | --- | --- | --- |", flush=True)
    for n in options.schools:
        problem = county(n)
        for name, parameters in asked(n).items():
            if not options.only or name in options.only:
                print(row(name, parameters, problem, options.work), flush=True)


if __name__ == "__main__":
    main()
