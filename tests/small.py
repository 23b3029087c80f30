"""A small made-up borough: twelve schools on a grid, so that a reader can check every figure by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from geo_partnerships.certificate import Certificate
from geo_partnerships.letter import DraftPartnership, Letter, ListedMember
from geo_partnerships.model import Places, Problem, Response, School, Survey
from geo_partnerships.scenarios.read import scenario_from
from geo_partnerships.vocabulary import PartnershipType

if TYPE_CHECKING:
    from geo_partnerships.plans import StrandResult
    from geo_partnerships.scenarios.parameters import Scenario


def school(urn: str, east: float | None, north: float | None, **more: Any) -> School:
    """Return a school at metres east and north of a corner of the borough."""
    fields = {
        "name": f"School {urn}",
        "phase": "primary",
        "district": "N1",
        "borough": "Smallton",
        "sector": "state",
    }
    return School(
        urn=urn,
        easting=None if east is None else 520_000.0 + east,
        northing=None if north is None else 190_000.0 + north,
        **{**fields, **more},
    )


def two_villages() -> dict[str, School]:
    """Six schools in the west (district N1) and six in the east (N2), 5 km apart, 100 m from one to the next."""
    west = [school(f"1{i}", 100.0 * i, 0.0) for i in range(6)]
    east = [school(f"2{i}", 5_000.0 + 100.0 * i, 0.0, district="N2") for i in range(6)]
    return {s.urn: s for s in (*west, *east)}


def small_problem(*responses: Response, schools: dict[str, School] | None = None, **more: Any) -> Problem:
    """Return a problem with two villages and the answers given."""
    fields: dict[str, Any] = {
        "schools": schools or two_villages(),
        "survey": Survey(responses=responses, illustrative=True),
        "places": Places(district_neighbours={"N1": frozenset({"N2"}), "N2": frozenset({"N1"})}),
        "digest": "0" * 64,
    }
    return Problem(**{**fields, **more})


def small_letter(*groups: tuple[str, ...], basis: str = "place") -> Letter:
    """Return a letter that proposes these groups of URNs."""
    return Letter(
        title="A small letter",
        authority="Smallton",
        status="draft",
        sent="2015-01",
        target="2015-04",
        contact="the office",
        partnerships=tuple(
            DraftPartnership(
                number=number,
                type=PartnershipType.LOOSE,
                label=f"Group {number}",
                basis=basis,
                members=tuple(ListedMember(text=f"School {urn}", schools=(urn,)) for urn in group),
            )
            for number, group in enumerate(groups, start=1)
        ),
    )


def with_bound(result: StrandResult, bound: float, *, proven: bool = False) -> StrandResult:
    """Return a strand's result with another bound in its certificate."""
    certificate = result.certificate or Certificate(bound=bound, proven=proven)
    return replace(result, certificate=replace(certificate, bound=bound, proven=proven))


def small_scenario(**parameters: Any) -> Scenario:
    """Return a scenario of two area partnerships of four to eight schools, with changes."""
    area = {"partnerships": 2, "size": [4, 8], **parameters.pop("area", {})}
    return scenario_from({"area": area, "district_penalty": 0, **parameters})
