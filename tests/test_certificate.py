"""What a certificate says at the edge of what is told and what is not."""

from __future__ import annotations

import pytest

from geo_partnerships.certificate import (
    Breach,
    GoalReached,
    Lack,
    Proof,
    goal_words,
    plain_words,
    proof_words,
    public_bound,
    reaches,
)

RULE = Breach(code="size-area", words="size", private=False)


@pytest.mark.parametrize(
    ("objective", "bound", "expected"),
    [
        (1e-6, 0.0, True),
        (1.1e-6, 0.0, False),
        (1_000_000.0, 999_999.0, True),
        (1_000_000.0, 999_998.9, False),
        (0.0, 0.0, True),
    ],
)
def test_a_bound_is_reached_to_a_millionth_and_no_further(objective, bound, expected) -> None:
    assert reaches(objective, bound) is expected
    assert Proof(objective=objective, lack=None, least=bound).is_best is expected


def test_a_plan_at_its_bound_is_best_and_one_above_it_says_by_how_much_another_could_be_better() -> None:
    assert proof_words(Proof(objective=1_000.0, lack=None, least=1_000.0)) == (
        "It is proven that no plan that keeps the same rules is better."
    )
    above = Proof(objective=1_000.0, lack=None, least=980.0)
    assert above.gap == pytest.approx(0.02)
    assert proof_words(above) == "It is proven that no plan that keeps the same rules is more than 2.00% better."


@pytest.mark.parametrize(
    ("objective", "told"),
    [
        (998.0, "2 m shorter because it breaks 1"),
        (999.4, "1 m shorter because it breaks 1"),
        (999.5, "as long although it breaks 1"),
        (1_000.5, "as long although it breaks 1"),
        (1_000.6, "1 m longer although it breaks 1"),
        (1_002.0, "2 m longer although it breaks 1"),
    ],
)
def test_half_a_metre_is_no_difference_and_more_is_one(objective, told) -> None:
    proof = Proof(objective=objective, lack=Lack.BROKEN, breaches=(RULE,), least=1_000.0, reached=True)
    assert proof_words(proof) == f"1,000 m is the least of all plans that keep every rule; this one is {told}."


@pytest.mark.parametrize(
    ("objective", "bound", "public", "told"),
    [
        (1_000.0, 1_000.0, 700.0, 700.0),  # reached: nothing shorter in public either
        (1_000.0, 990.0, 700.0, 690.0),
        (1_000.0, 999.9895, 700.0, 699.989),  # the distance below is told too large rather than too small
        (1_000.0, 100.0, 700.0, 0.0),
    ],
)
def test_a_public_bound_is_as_far_below_the_public_objective_to_the_millimetre(objective, bound, public, told) -> None:
    assert public_bound(objective, bound, public) == pytest.approx(told, abs=1e-9)


@pytest.mark.parametrize(
    ("lack", "by_hand", "told"),
    [
        (Lack.NOTHING_SOLVED, False, "The plan is taken as it is: how far it is from the best is not known."),
        (Lack.NOTHING_SOLVED, True, "The plan was changed by hand: how far it is from the best is not known."),
        (Lack.NOT_KNOWN, False, "How far the plan is from the best is not known."),
        (Lack.NOT_KNOWN, True, "How far the plan is from the best is not known."),
        (Lack.WITHHELD, False, "The plan carries no certificate."),
        (Lack.WITHHELD, True, "The plan was changed by hand and carries no certificate."),
    ],
)
def test_a_plan_of_which_nothing_is_proved_says_so_and_whether_it_was_changed_by_hand(lack, by_hand, told) -> None:
    assert proof_words(Proof(objective=1.0, lack=lack, by_hand=by_hand)) == told


def test_rules_that_are_broken_are_counted_where_nothing_can_be_proved() -> None:
    proof = Proof(objective=1.0, lack=Lack.NOT_KNOWN, breaches=(RULE, RULE))
    assert proof_words(proof) == "How far the plan is from the best is not known. It breaks 2 binding rules."


@pytest.mark.parametrize(
    ("reached", "told"),
    [
        (True, "1,000 m is the least of all plans that keep every rule and leave as few partnerships without"),
        (False, "No plan that keeps every rule and leaves as few partnerships without"),
    ],
)
def test_a_plan_with_more_partnerships_without_a_leader_is_compared_with_those_that_leave_fewer(reached, told) -> None:
    proof = Proof(objective=990.0, lack=Lack.LEADERS, least=1_000.0, reached=reached, more_leaderless=2)
    assert proof_words(proof).startswith(told)
    assert proof_words(proof).endswith("this one is 10 m shorter but leaves 2 partnerships more without.")
    longer = Proof(objective=1_010.0, lack=Lack.LEADERS, least=1_000.0, reached=reached, more_leaderless=1)
    assert proof_words(longer).endswith("this one is 10 m longer and leaves 1 partnership more without.")


def test_a_plan_without_any_distance_has_no_gap() -> None:
    assert Proof(objective=0.0, lack=None, least=0.0).gap == 0.0
    assert Proof(objective=1.0, lack=None, least=2.0).gap == 0.0


def test_the_public_is_told_a_bound_that_tells_nothing_of_private_prices() -> None:
    certified = Proof(objective=1_000.0, lack=None, least=990.0)
    assert certified.for_public(700.0).lower_bound == pytest.approx(690.0)
    broken = Proof(objective=1_000.0, lack=Lack.BROKEN, breaches=(RULE,), least=990.12345)
    assert broken.for_public(1_000.0).least == 990.123
    assert Proof(objective=1_000.0, lack=Lack.NOT_KNOWN).for_public(1_000.0).least is None
    private = Breach(code="pinned", words="pinned", private=True)
    for proof in (
        Proof(objective=1_000.0, lack=Lack.BROKEN, breaches=(RULE, private), least=990.0),
        Proof(objective=1_000.0, lack=Lack.BROKEN, breaches=(RULE,), least=990.0, has_private_prices=True),
        Proof(objective=1_000.0, lack=Lack.LEADERS, more_leaderless=1, least=990.0, has_private_prices=True),
        Proof(objective=1_000.0, lack=None, by_hand=True, least=990.0, has_private_prices=True),
    ):
        told = proof.for_public(700.0)
        assert (told.lack, told.least, told.breaches, told.by_hand) == (Lack.WITHHELD, None, (), proof.by_hand)
    priced = Proof(objective=1_000.0, lack=None, least=990.0, has_private_prices=True)
    assert priced.for_public(700.0).lower_bound == pytest.approx(690.0)


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({}, "No plan that keeps these promises is shorter."),
        ({"within_m": 1889.0}, "No plan that keeps these promises and takes nobody farther is shorter."),
        (
            {"leaders_first": True, "least": 950.0},
            "No plan that keeps these promises and has as many partnerships with a system leader is more than 5% shorter.",  # noqa: E501 - one sentence
        ),
        ({"least": None}, ""),
    ],
    ids=["distance alone", "worst journey first", "leaders first, a gap", "nothing known"],
)
def test_a_head_is_told_which_plans_may_not_be_shorter(known, words) -> None:
    proof = Proof(**{"objective": 1000.0, "lack": None, "least": 1000.0, **known})
    assert plain_words(proof) == words


@pytest.mark.parametrize(
    ("goal", "words"),
    [
        (GoalReached(goal="leaders", unit="partnerships", value=7, best=7, bound=7), "proven least"),
        (
            GoalReached(goal="leaders", unit="partnerships", value=8, best=7, bound=7, slack=2),
            "the least possible is 7 partnerships; up to 2 more are accepted",
        ),
        (
            GoalReached(goal="worst distance", unit="m", value=1900, best=1900, bound=1900, slack=250),
            "proven least; up to 250 m more is accepted",
        ),
        (
            GoalReached(goal="wishes", unit="wishes", value=9, best=9, bound=4),
            "the least possible is between 4 and 9 wishes not granted",
        ),
    ],
)
def test_of_a_goal_it_is_said_what_is_least_and_how_much_more_is_accepted(goal: GoalReached, words: str) -> None:
    assert goal_words(goal)[1] == words


def test_the_public_is_told_the_slack_of_public_goals_alone() -> None:
    goals = (
        GoalReached(goal="leaders", unit="partnerships", value=7, best=7, bound=7, slack=1, private=False),
        GoalReached(goal="wishes", unit="wishes", value=9, best=9, bound=9, slack=3),
    )
    public = Proof(objective=100.0, lack=None, least=100.0, goals=goals).for_public(100.0)
    assert [goal.slack for goal in public.goals] == [1, 0]


@pytest.mark.parametrize(
    ("reached", "told"),
    [
        (True, "90 m is the least of all plans that keep every rule and grant as many wishes; "),
        (False, "No plan that keeps every rule and grants as many wishes is shorter than 90 m; "),
    ],
)
def test_a_plan_that_grants_fewer_wishes_is_compared_with_those_that_grant_as_many(reached: bool, told: str) -> None:
    words = proof_words(Proof(objective=120.0, lack=Lack.WISHES, least=90.0, reached=reached))
    assert told + "this one is 30 m longer and grants fewer wishes." in words
