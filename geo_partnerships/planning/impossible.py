"""Rules that no partnership of any strand could keep: seen before anything is solved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_partnerships.errors import NoPlanError
from geo_partnerships.planning.rules import LEADERS_WORDS, balance_words, pinned_labels, school_names, strand_key
from geo_partnerships.planning.strands import given_groups
from geo_partnerships.scenarios.parameters import Strength

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from geo_partnerships.model import Problem
    from geo_partnerships.scenarios.parameters import Balance, Scenario
from typing import TYPE_CHECKING

from geo_partnerships.errors import BadDataError
from geo_partnerships.findings import Finding, Severity
from geo_partnerships.scenarios.parameters import Scenario, Strand
from geo_partnerships.sentences import count, counted, share

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from geo_partnerships.model import Problem

    Progress = Callable[[str], None]

SINGLE_LABEL = 1
_REMEDIES = {  # by the last part of a key, or the first
    "partnerships": "give other bounds",
    "size": "give other bounds",
    "as_given": "plan it afresh",
    "closed": "let others join",
    "guarantee": "--set guarantee.strength=preferred",
    "leaders": "--set leaders.strength=preferred",
    "within_authorities": "--set within_authorities=false and an authority_penalty",
    "distances": "complete the distances",
    "pinned": "leave it out",
}


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
    for conflict in _conflicts(problem, scenario, placed):
        raise conflict


def remedy(key: str) -> str:
    """Return what can be done about the rule of a parameter, in a few words."""
    start, end = key.partition(".")[0], key.rpartition(".")[2]
    return _REMEDIES.get(end) or _REMEDIES.get(start) or "make it preferred or leave it out"


def remedies(rules: Sequence[str], keys: Sequence[str]) -> str:
    """Return a sentence that says what would help against a conflict of these rules."""
    listed = [f"{rule} ({key}: {remedy(key)})" for rule, key in zip(rules, keys, strict=True)]
    if not listed:
        return ""
    return f" {'Any one of these must' if len(listed) > 1 else 'This must'} give way: {'; '.join(listed)}."


def _conflicts(problem: Problem, scenario: Scenario, placed: Mapping[str, Collection[str]]) -> Iterator[NoPlanError]:
    given = {
        name: [set(members) for _, members in given_groups(problem, strand)]
        for name, strand in scenario.ordered_strands()
        if strand.as_given
    }
    homes = [*(set(placed[name]) for name in placed if name not in given), *(g for gs in given.values() for g in gs)]
    yield from _apart_for_good(problem, scenario, homes, given)
    yield from _together_for_good(problem, scenario, given)
    if "area" in given:
        yield from _uneven_for_good(problem, scenario, given["area"])


def _apart_for_good(
    problem: Problem, scenario: Scenario, homes: Sequence[set[str]], given: Mapping[str, Sequence[set[str]]]
) -> Iterator[NoPlanError]:
    """Schools that must be together, but that no strand, or no partnership taken as given, holds together."""
    wanted = [
        (f"must_link.{number}", f"together: {school_names(link.schools, problem)}", set(link.schools))
        for number, link in enumerate(scenario.must_link, start=1)
        if link.strength is Strength.BINDING
    ]
    numbers = {pin.partnership: number for number, pin in reversed([*enumerate(scenario.pinned, start=1)])}
    wanted += [
        (f"pinned.{numbers[label]}", f"pinned to '{label}'", schools)
        for label, schools in pinned_labels(scenario).items()
    ]
    for key, words, schools in wanted:
        if any(schools <= home for home in homes):
            continue
        fixed = next((name for name, groups in given.items() if schools <= set().union(*groups)), None)
        if fixed is None:
            yield _conflict("the schools are in no strand together, or have no point", [(key, words)])
        else:
            yield _conflict("the letter has them apart", [(key, words), _as_given(fixed)])


def _together_for_good(
    problem: Problem, scenario: Scenario, given: Mapping[str, Sequence[set[str]]]
) -> Iterator[NoPlanError]:
    """Schools that must be apart, but that a partnership taken as given holds together."""
    groups = [(name, group) for name, found in given.items() for group in found]
    for number, link in enumerate(scenario.cannot_link, start=1):
        if link.strength is Strength.BINDING:
            words = f"apart: {school_names(link.schools, problem)}"
            for name, group in groups:
                if len(group & set(link.schools)) > 1:
                    yield _conflict("the letter has them together", [(f"cannot_link.{number}", words), _as_given(name)])
    numbers = {pin.partnership: number for number, pin in reversed([*enumerate(scenario.pinned, start=1)])}
    closed = {pin.partnership for pin in scenario.pinned if pin.closed}
    labels = pinned_labels(scenario)
    for name, group in groups:
        here = [label for label, schools in labels.items() if schools <= group]
        if len(here) > SINGLE_LABEL:
            pins = [(f"pinned.{numbers[label]}", f"pinned to '{label}'") for label in here[:2]]
            yield _conflict("the letter has one partnership of them", [*pins, _as_given(name)])
        for label in here:
            if label in closed and group - labels[label]:
                pin = (f"pinned.{numbers[label]}.closed", f"nobody else joins '{label}'")
                yield _conflict("the letter has others with them", [pin, _as_given(name)])


def _uneven_for_good(problem: Problem, scenario: Scenario, groups: Sequence[set[str]]) -> Iterator[NoPlanError]:
    """Area partnerships taken as given that have too many or too few of a group, or no system leader."""
    for number, rule in enumerate(scenario.balance, start=1):
        counts = [sum(_is_of(problem, rule, urn) for urn in group) for group in groups]
        most = len(problem.schools) if rule.most is None else rule.most
        outside = [count for count in counts if not rule.least <= count <= most]
        if rule.strength is Strength.BINDING and outside:
            words = (f"balance.{number}", balance_words(rule))
            yield _conflict(f"the letter has one with {outside[0]}", [words, _as_given("area")])
    if scenario.leaders.strength is Strength.BINDING and any(
        not any(problem.schools[urn].is_system_leader for urn in group) for group in groups
    ):
        yield _conflict("the letter has one without", [("leaders", LEADERS_WORDS), _as_given("area")])


def _is_of(problem: Problem, rule: Balance, urn: str) -> bool:
    return problem.schools[urn].phase in rule.phases or urn in rule.schools


def _as_given(name: str) -> tuple[str, str]:
    return f"{strand_key(name)}.as_given", f"the strand '{name}' as the letter has it"


def _conflict(why: str, rules: Sequence[tuple[str, str]]) -> NoPlanError:
    words = tuple(words for _, words in rules)
    keys = tuple(key for key, _ in rules)
    sentence = f"No plan keeps the rules: {words[0]}, but {why}.{remedies(words, keys)}"
    return NoPlanError(sentence, words, keys=keys)


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
        for key, urns in _lists_of_schools(scenario)
        for urn in urns
        if urn not in problem.schools
    ]
    findings += _unknown_drafts(problem, scenario)
    if findings:
        raise BadDataError(findings)


def _lists_of_schools(scenario: Scenario) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield every list of schools that a scenario has, after its key."""
    for key in ("must_link", "cannot_link", "pinned", "balance"):
        for number, rule in enumerate(getattr(scenario, key), start=1):
            yield f"{key}.{number}.schools", rule.schools
    for name, strand in scenario.ordered_strands():
        yield f"{strand_key(name)}.members.schools", strand.members.schools
        yield f"{strand_key(name)}.members.without", strand.members.without


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
