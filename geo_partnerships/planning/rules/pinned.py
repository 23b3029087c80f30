"""Rule: schools held in a partnership that is known by a label."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_partnerships.clustering import CannotLink, Pinned
from geo_partnerships.planning.rules.base import OfMembers, as_given, conflict
from geo_partnerships.privacy import is_private
from geo_partnerships.scenarios.parameters import Scenario

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo_partnerships.errors import NoPlanError
    from geo_partnerships.planning.rules.base import Asked, Homes, Keyed


class Pins(OfMembers):
    """Schools of one label share a partnership, those of different labels do not."""

    def rules(self, asked: Asked) -> Iterator[Keyed]:
        """Yield a rule for each label, and one for each school that may not join a closed one."""
        numbers, closed = _numbers(asked.scenario), _closed(asked.scenario)
        private = is_private(Scenario.model_fields["pinned"])
        for label, schools in _labels(asked.scenario).items():
            items = tuple(sorted(asked.position[urn] for urn in schools if urn in asked.position))
            if items:
                yield f"pinned.{numbers[label]}", Pinned(items, label, name=f"pinned to '{label}'", private=private)
            if label in closed and len(items) == len(schools):
                free = {asked.position[urn] for urn in asked.scenario.exempt("pinned") if urn in asked.position}
                for other in sorted(set(asked.position.values()) - set(items) - free):
                    words = f"nobody else joins '{label}'"
                    rule = CannotLink((items[0], other), name=words, private=private)
                    yield f"pinned.{numbers[label]}.closed", rule

    def conflicts(self, homes: Homes) -> Iterator[NoPlanError]:
        """Yield labels that no home holds together, and those that a partnership taken as given does not keep apart."""
        numbers, closed, labels = _numbers(homes.scenario), _closed(homes.scenario), _labels(homes.scenario)
        for label, schools in labels.items():
            yield from homes.apart(f"pinned.{numbers[label]}", f"pinned to '{label}'", schools)
        for name, group in homes.groups():
            here = [label for label, schools in labels.items() if schools <= group]
            if len(here) > 1:
                pins = [(f"pinned.{numbers[label]}", f"pinned to '{label}'") for label in here[:2]]
                yield conflict("the letter has one partnership of them", [*pins, as_given(name)])
            for label in here:
                if label in closed and group - labels[label] - homes.scenario.exempt("pinned"):
                    pin = (f"pinned.{numbers[label]}.closed", f"nobody else joins '{label}'")
                    yield conflict("the letter has others with them", [pin, as_given(name)])


def _labels(scenario: Scenario) -> dict[str, set[str]]:
    """Return the keys of the schools pinned to each label."""
    labels: dict[str, set[str]] = {}
    for number, pin in enumerate(scenario.pinned, start=1):
        labels.setdefault(pin.partnership, set()).update(scenario.bound(pin.schools, "pinned", number))
    return labels


def _numbers(scenario: Scenario) -> dict[str, int]:
    """Return the number of each label's first pin."""
    return {pin.partnership: number for number, pin in reversed([*enumerate(scenario.pinned, start=1)])}


def _closed(scenario: Scenario) -> set[str]:
    return {pin.partnership for pin in scenario.pinned if pin.closed}


BUILDER = Pins()
