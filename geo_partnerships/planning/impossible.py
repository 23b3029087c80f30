"""Rules that no partnership of any strand could keep: seen before anything is solved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_partnerships.checking.rules import ROWS, WAIVABLE
from geo_partnerships.errors import BadDataError
from geo_partnerships.findings import Finding, Severity
from geo_partnerships.planning.rules import BUILDERS
from geo_partnerships.planning.rules.base import Homes
from geo_partnerships.planning.strands import given_groups
from geo_partnerships.planning.words import strand_key
from geo_partnerships.sentences import count, counted, share

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from geo_partnerships.model import Problem
    from geo_partnerships.scenarios.parameters import Scenario, Strand


def refuse_impossible(problem: Problem, scenario: Scenario, placed: Mapping[str, Collection[str]]) -> None:
    """Refuse rules that the strands themselves rule out.

    Parameters
    ----------
    placed
        Keys of the schools that each strand can place.

    Raises
    ------
    NoPlanError
        The first such conflict; each rule it names is needed for it.
    """
    given = {
        name: [set(members) for _, members in given_groups(problem, scenario, name)]
        for name, strand in scenario.ordered_strands()
        if strand.as_given
    }
    homes = Homes(problem=problem, scenario=scenario, placed=placed, given=given)
    for builder in BUILDERS.values():
        for conflict in builder.conflicts(homes):
            raise conflict


def refuse_unknown_names(problem: Problem, scenario: Scenario) -> None:
    """Refuse schools and partnerships that a scenario names and that are not there."""
    findings = [
        Finding(
            code="scenario-unknown-school",
            severity=Severity.ERROR,
            file="scenario",
            field=key,
            message=f"there is no school with the URN {urn[:40]!r}.",
            fix="Give the URN as it stands in the file of schools.",
        )
        for key, urns in (*(of for row in ROWS.values() for of in row.schools(scenario)), *_decided(scenario))
        for urn in urns
        if urn not in problem.schools
    ]
    findings += _unknown_drafts(problem, scenario)
    findings += _waivers_of_nothing(scenario)
    if findings:
        raise BadDataError(findings)


def _decided(scenario: Scenario) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the schools of what is decided and is no rule, after its key."""
    for key in ("added", "left_out", "partnership"):
        for number, item in enumerate(getattr(scenario, key), start=1):
            yield f"{key}.{number}.schools", item.schools
    for number, known in enumerate(scenario.partnership, start=1):
        if known.lead:
            yield f"partnership.{number}.lead", (known.lead,)
        for at, office in enumerate(known.offices, start=1):
            yield f"partnership.{number}.offices.{at}.school", (office.school,)
        for at, group in enumerate(known.groups, start=1):
            yield f"partnership.{number}.groups.{at}.schools", group.schools


def _waivers_of_nothing(scenario: Scenario) -> Iterator[Finding]:
    """Tell of waivers that name no rule, or one that asks nothing of single schools."""
    for number, waiver in enumerate(scenario.waivers, start=1):
        name, _, place = waiver.rule.partition(".")
        listed = getattr(scenario, name, None) if name in WAIVABLE else None
        known = name in WAIVABLE and (
            not place or (isinstance(listed, tuple) and place in map(str, range(1, len(listed) + 1)))
        )
        if not known:
            yield Finding(
                code="scenario-waiver-of-nothing",
                severity=Severity.ERROR,
                file="scenario",
                field=f"waivers.{number}.rule",
                message=f"{waiver.rule!r} is no rule that a school can be exempt from.",
                fix=f"Name one of {', '.join(sorted(WAIVABLE))}, or one of a list, e.g. balance.2.",
                private=True,
            )


def _unknown_drafts(problem: Problem, scenario: Scenario) -> list[Finding]:
    known = {p.number for p in problem.letter.partnerships} if problem.letter else set()
    return [
        Finding(
            code="scenario-unknown-partnership",
            severity=Severity.ERROR,
            file="scenario",
            field=f"{strand_key(name)}.members.letter",
            message=f"the letter has no partnership {number}.",
            fix="Give numbers of the letter's partnerships.",
        )
        for name, strand in scenario.ordered_strands()
        for number in strand.members.letter
        if number not in known
    ]


def refuse_unfit_strands(
    scenario: Scenario, strands: Mapping[str, Collection[str]], placed: Mapping[str, Collection[str]]
) -> None:
    """Refuse strands that take no school, or fewer schools than partnerships."""
    findings = []
    for name, strand in scenario.ordered_strands():
        if strand.as_given:
            continue
        if not placed[name]:
            findings.append(_pointless(name, len(strands[name])) if strands[name] else _empty(name, strand))
        elif strand.partnerships[0] > len(placed[name]):
            findings.append(_too_many(name, strand, len(placed[name])))
    if findings:
        raise BadDataError(findings)


def _too_many(name: str, strand: Strand, schools: int) -> Finding:
    return Finding(
        code="scenario-too-many-partnerships",
        severity=Severity.ERROR,
        file="scenario",
        field=f"{strand_key(name)}.partnerships",
        message=f"{counted(strand.partnerships[0], 'partnership', 'is', 'are')} asked for, but there "
        f"{'is' if schools == 1 else 'are'} {count(schools, 'school')}.",
        fix="Ask for fewer.",
    )


def _empty(name: str, strand: Strand) -> Finding:
    given = {key: value for key, value in strand.members.model_dump(mode="json").items() if value}
    wanted = "; ".join(f"{key}: {', '.join(map(str, value))}" for key, value in given.items() if value is not True)
    return Finding(
        code="scenario-empty-strand",
        severity=Severity.ERROR,
        file="scenario",
        field=f"{strand_key(name)}.members",
        message=f"no school meets its conditions ({wanted[:200] or 'none given'}).",
        fix="Change the conditions, or leave the strand out.",
    )


def _pointless(name: str, schools: int) -> Finding:
    return Finding(
        code="scenario-strand-without-points",
        severity=Severity.ERROR,
        file="scenario",
        field=f"{strand_key(name)}.members",
        message=f"{share(0, schools, 'school', 'has', 'have')} a point, so none can be clustered by distance.",
        fix="Give the schools points, or postcodes and the points of postcodes (geo-partnerships geocode).",
    )
