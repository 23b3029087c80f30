"""What a certificate says at the edge of what is told and what is not."""

from __future__ import annotations

import pytest

from geo_partnerships.certificate import Breach, Lack, Proof, proof_words, public_bound, reaches

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
