"""Phases of education as lists of schools write them."""

from __future__ import annotations

from types import MappingProxyType

from geo_partnerships.intake.formats.normalise import folded
from geo_partnerships.vocabulary import Phase

PHASES = MappingProxyType(
    {
        **{folded(phase): phase for phase in Phase},
        "16 plus": Phase.SIXTH_FORM,
        "post 16": Phase.SIXTH_FORM,
        "post16": Phase.SIXTH_FORM,
        "middle deemed primary": Phase.PRIMARY,
        "middle deemed secondary": Phase.SECONDARY,
        "not applicable": Phase.OTHER,
        **dict.fromkeys(("jmi", "jm i", "jm and i", "junior mixed and infant", "pri", "prim"), Phase.PRIMARY),
        "inf": Phase.INFANT,
        **dict.fromkeys(("jun", "jnr"), Phase.JUNIOR),
        "sec": Phase.SECONDARY,
        **dict.fromkeys(("sen", "send", "spec"), Phase.SPECIAL),
    }
)
# What a word, or two, say of a phase; those that say more come first.
WORDS = MappingProxyType(
    {
        "all through": Phase.ALL_THROUGH,
        "all age": Phase.ALL_THROUGH,
        "pupil referral": Phase.PRU,
        "alternative provision": Phase.PRU,
        "pru": Phase.PRU,
        "special": Phase.SPECIAL,
        "sixth form": Phase.SIXTH_FORM,
        "further education": Phase.SIXTH_FORM,
        "16": Phase.SIXTH_FORM,
        "nursery": Phase.NURSERY,
        "nurseries": Phase.NURSERY,
        "infant": Phase.INFANT,
        "infants": Phase.INFANT,
        "junior": Phase.JUNIOR,
        "juniors": Phase.JUNIOR,
        "primary": Phase.PRIMARY,
        "first": Phase.PRIMARY,
        "secondary": Phase.SECONDARY,
        "high": Phase.SECONDARY,
        "post primary": Phase.SECONDARY,
    }
)
ALONE = frozenset({Phase.ALL_THROUGH, Phase.PRU, Phase.SPECIAL, Phase.SIXTH_FORM})
YOUNG = frozenset({Phase.NURSERY, Phase.INFANT, Phase.JUNIOR, Phase.PRIMARY})
INFANTS_TO, JUNIORS_FROM, PRIMARY_TO = 8, 7, 12


def phase_in(text: str) -> Phase | None:
    """Return the phase that a text states, in whatever words; None where it states none that is known.

    >>> phase_in("Infant & Junior"), phase_in("State-funded secondary"), phase_in("Baking")
    (<Phase.PRIMARY: 'primary'>, <Phase.SECONDARY: 'secondary'>, None)
    """
    plain = folded(text)
    if plain in PHASES:
        return PHASES[plain]
    padded = f" {plain} "
    if " post primary " in padded:
        padded = padded.replace(" post primary ", " secondary ")
    found = {phase for words, phase in WORDS.items() if f" {words} " in padded}
    alone = next((phase for phase in WORDS.values() if phase in ALONE and phase in found), None)
    if not found and " independent " in padded:
        return Phase.OTHER
    if alone or not found:
        return alone
    if Phase.SECONDARY in found:
        return Phase.SECONDARY if len(found) == 1 else Phase.ALL_THROUGH
    schools = found - {Phase.NURSERY} or found
    return next(iter(schools)) if len(schools) == 1 else Phase.PRIMARY


def phase_by_age(phase: Phase, low: float | None, high: float | None) -> Phase:
    """Return infant or junior for a primary school whose ages say so; otherwise the phase as it is."""
    if phase is not Phase.PRIMARY or not high:
        return phase
    if high <= INFANTS_TO:
        return Phase.INFANT
    return Phase.JUNIOR if (low or 0) >= JUNIORS_FROM and high <= PRIMARY_TO else phase
