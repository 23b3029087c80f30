"""What is taken out of a plan for the public: findings, kinds of pairs, and parameters in the digest."""

from __future__ import annotations

import dataclasses

import pytest

from geo_partnerships.checking import scores_of
from geo_partnerships.findings import Finding, Severity
from geo_partnerships.model import Response
from geo_partnerships.pairs import PairKind
from geo_partnerships.planning import plan
from geo_partnerships.views.redact import findings_of, kinds_shown, public_digest
from tests.small import small_problem, small_scenario

ANSWERS = (Response(responder="10", wanted=("11",), wanted_type="loose"),)


@pytest.fixture(scope="module")
def made():
    return plan(small_problem(*ANSWERS), small_scenario(guarantee={"strength": "off"}))


def under(made, **parameters):
    """Return the plan as if it had been made under these parameters."""
    return dataclasses.replace(made, scenario=small_scenario(guarantee={"strength": "off"}, **parameters))


def test_private_findings_are_for_officers_and_all_others_for_everybody(made) -> None:
    said, hidden = (
        Finding(code="x", severity=Severity.NOTE, file="x", message=words, fix="", private=words == "hidden")
        for words in ("said", "hidden")
    )
    told = dataclasses.replace(made, findings=(said, hidden), problem=dataclasses.replace(made.problem, findings=()))
    assert [finding.message for finding in findings_of(told, officers=False)] == ["said"]
    assert [finding.message for finding in findings_of(told, officers=True)] == ["said", "hidden"]


def test_wishes_in_the_type_wanted_have_no_line_of_their_own(made) -> None:
    found = scores_of(made).together
    assert PairKind.WANTED_TYPE in {one.kind for one in found}
    shown = {one.kind for one in kinds_shown(found, officers=True)}
    assert shown == {one.kind for one in found} - {PairKind.WANTED_TYPE}
    assert kinds_shown(found, officers=False) == ()


def test_the_digest_tells_public_parameters_apart(made) -> None:
    digests = {public_digest(under(made, district_penalty=metres)) for metres in (0, 300, 400)}
    assert len(digests) == 3


def test_the_digest_says_nothing_of_a_rule_that_a_school_is_exempt_from(made) -> None:
    waived = [{"schools": ["10"], "rule": "max_distance", "reason": "a river"}]
    digests = {
        public_digest(under(made, max_distance={"limit": metres}, waivers=waived)) for metres in (20_000, 30_000)
    }
    assert len(digests) == 1
