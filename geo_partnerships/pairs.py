"""Pairs of schools that are worth being in one partnership: who wished for whom, who belongs together (R10, R12)."""

from __future__ import annotations

import math
from enum import StrEnum
from itertools import combinations
from typing import TYPE_CHECKING

from geo_partnerships.vocabulary import Phase

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from geo_partnerships.model import Problem, School

    Pair = tuple[str, str]

SITE_M = 50.0
"""An infant and a junior school no farther apart than this are of one site."""


class PairKind(StrEnum):
    """Why a pair of schools is worth being in one partnership."""

    GRANTED = "granted"
    MUTUAL = "mutual"
    EXISTING = "existing"
    WANTED_TYPE = "wanted_type"
    JOINT = "joint"
    ALLIANCE = "alliance"
    SITE = "site"


PUBLIC_KINDS = frozenset({PairKind.ALLIANCE, PairKind.SITE})
"""Kinds that follow from what is published; the others tell of answers, or of what the authority knows."""


def pairs_of(kind: PairKind, problem: Problem, *, type_: str = "") -> tuple[Pair, ...]:
    """Return the pairs of a kind, each once, sorted.

    A wish is a pair of who wished and who was wished for; in pairs of other kinds the lower key comes first.

    Parameters
    ----------
    type_
        For `PairKind.WANTED_TYPE`, the type of partnership in which wishes are granted: those of answers that want
        another one are left out.
    """
    if kind is PairKind.WANTED_TYPE:
        return tuple(sorted(_wishes(problem, {type_})))
    if kind is PairKind.GRANTED:
        return tuple(sorted(_wishes(problem)))
    groups = {
        PairKind.MUTUAL: _mutual,
        PairKind.EXISTING: _existing,
        PairKind.JOINT: _joint,
        PairKind.ALLIANCE: _allied,
        PairKind.SITE: _on_one_site,
    }[kind](problem)
    return tuple(sorted({(min(pair), max(pair)) for group in groups for pair in combinations(dict.fromkeys(group), 2)}))


def _wishes(problem: Problem, types: Iterable[str] | None = None) -> set[Pair]:
    """Return each wish: a school for which an answer was given, and one that the answer names."""
    return {
        (urn, other)
        for response in problem.survey.responses
        if types is None or response.wanted_type in types
        for urn in response.covers
        for other in response.named
        if other != urn
    }


def _mutual(problem: Problem) -> Iterator[Iterable[str]]:
    wishes = _wishes(problem)
    return ((a, b) for a, b in wishes if a < b and (b, a) in wishes)


def _existing(problem: Problem) -> Iterator[Iterable[str]]:
    """Partners that answers say are partners already, and members of standing partnerships."""
    for response in problem.survey.responses:
        yield from ((urn, other) for urn in response.covers for other in response.existing)
    yield from (standing.schools for standing in problem.standing)


def _joint(problem: Problem) -> Iterator[Iterable[str]]:
    """Schools given as one: those that one answer speaks for, and those of one entry of the letter (R08, R29)."""
    yield from (response.covers for response in problem.survey.responses)
    if problem.letter is not None:
        yield from (member.schools for draft in problem.letter.partnerships for member in draft.members)


def _allied(problem: Problem) -> Iterator[Iterable[str]]:
    return iter([alliance.schools for alliance in problem.letter.alliances] if problem.letter else [])


def _on_one_site(problem: Problem) -> Iterator[Iterable[str]]:
    near: dict[tuple[int, int], list[School]] = {}
    for junior in _of_phase(problem, Phase.JUNIOR):
        near.setdefault(_square(junior), []).append(junior)
    for infant in _of_phase(problem, Phase.INFANT):
        east, north = _square(infant)
        squares = ((east + x, north + y) for x in (-1, 0, 1) for y in (-1, 0, 1))
        for junior in (school for square in squares for school in near.get(square, ())):
            if math.dist(_point(infant), _point(junior)) <= SITE_M:
                yield infant.urn, junior.urn


def _of_phase(problem: Problem, phase: Phase) -> Iterator[School]:
    return (school for school in problem.schools.values() if school.phase == phase and school.has_point)


def _square(school: School) -> tuple[int, int]:
    """Return the square of the side `SITE_M` that a school lies in."""
    east, north = _point(school)
    return math.floor(east / SITE_M), math.floor(north / SITE_M)


def _point(school: School) -> tuple[float, float]:
    return school.easting or 0.0, school.northing or 0.0
