"""The errors a caller may meet.

::

    GeoPartnershipsError          exit code 1
    ├── UsageError                exit code 2: the call's words are off
    ├── BadDataError              exit code 3: the input cannot be used; carries every finding
    └── NoPlanError               exit code 4: no plan satisfies the rules; names the rules that conflict
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from geo_partnerships.findings import bounded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geo_partnerships.findings import Finding


class GeoPartnershipsError(Exception):
    """Whatever goes wrong here that the reader can do something about."""

    exit_code: ClassVar[int] = 1


class UsageError(GeoPartnershipsError):
    """The call names a scenario, a key or a folder that is not there."""

    exit_code = 2


class BadDataError(GeoPartnershipsError):
    """The input cannot be used.

    Parameters
    ----------
    findings
        Every error found, in the order of file and row.
    """

    exit_code = 3

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(bounded(self.findings)))


class NoPlanError(GeoPartnershipsError):
    """No plan satisfies the binding rules.

    Parameters
    ----------
    sentence
        Why, in the words of the scenario.
    rules
        Names of the rules that cannot hold together; the smallest set where `proved`.
    keys
        Parameter of each of these rules, e.g. ``area.size`` or ``must_link.2`` for the second.
    proved
        False where the search for a plan ran out of effort before the conflict was proved.
    places
        File and line of each of these rules, in words, where they are known.
    """

    exit_code = 4

    def __init__(
        self,
        sentence: str,
        rules: tuple[str, ...] = (),
        *,
        keys: tuple[str, ...] = (),
        proved: bool = True,
        places: tuple[str, ...] = (),
    ) -> None:
        self.sentence = sentence
        self.rules = rules
        self.keys = keys
        self.proved = proved
        self.places = places
        super().__init__("\n".join([sentence, *(f"  {place}" for place in self.placed_rules)]))

    @property
    def placed_rules(self) -> tuple[str, ...]:
        """Each rule with its place, e.g. ``sizes 20 to 30: barnet-2015.toml, line 37``."""
        return tuple(f"{rule}: {place}" for rule, place in zip(self.rules, self.places, strict=False))
