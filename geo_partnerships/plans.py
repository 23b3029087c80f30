"""A plan: partnerships, memberships, and how each strand was solved."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geo_partnerships.certificate import Certificate, GoalReached
    from geo_partnerships.findings import Finding
    from geo_partnerships.letter import ListedMember
    from geo_partnerships.model import Problem
    from geo_partnerships.scenarios.parameters import Scenario
    from geo_partnerships.vocabulary import PartnershipType


class Role(StrEnum):
    """What a school is to its partnership."""

    CENTRE = "centre"
    MEMBER = "member"


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """A role on a partnership's board, and the school whose head has it; never a person's name (R18, R49)."""

    role: str
    school: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A smaller partnership inside a partnership (R20).

    Parameters
    ----------
    since
        Day from which it is of its type, as 2015-09-01; empty where that is open.
    """

    name: str
    type: PartnershipType
    schools: tuple[str, ...]
    since: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Governance:
    """How a partnership is led and bound together beside its type (R17, R18, R20).

    Parameters
    ----------
    form
        Of a hard partnership, e.g. ``school federation``.
    board
        What its board is called.
    since
        Day from which it is of its type, as 2015-09-01; empty where that is open.
    """

    form: str = ""
    board: str = ""
    since: str = ""
    offices: tuple[Office, ...] = ()
    groups: tuple[Group, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Partnership:
    """A numbered, named, typed group of members with a status.

    Parameters
    ----------
    centre
        The medoid: the member with the least total dissimilarity to its partnership; None where no member
        has a point.
    members
        Keys of the member schools, in order of key.
    unnamed
        Members that are counted and placed in words only (R33).
    lead
        Key of the school that leads it, where that is decided; not the centre school.
    colour
        Place of its colour in the palette, where it keeps one from plan to plan.
    """

    number: int
    name: str
    type: PartnershipType
    strand: str
    centre: str | None
    members: tuple[str, ...]
    unnamed: tuple[ListedMember, ...] = ()
    status: str = "draft"
    lead: str = ""
    colour: int | None = None
    governance: Governance = Governance()

    @property
    def size(self) -> int:
        """Number of members, the unnamed counted."""
        return len(self.members) + sum(member.unnamed for member in self.unnamed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """One school in one partnership; a school may have two (R27)."""

    school: str
    partnership: int
    strand: str
    role: Role
    distance_to_centre_m: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenRule:
    """A preferred rule that the plan does not keep, and what that costs in metres.

    Parameters
    ----------
    private
        Whether that there is such a rule, and its cost, are for officers alone.
    """

    rule: str
    amount: float
    cost_m: float
    private: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class StrandResult:
    """How one strand was solved.

    Parameters
    ----------
    objective
        In metre-equivalents.
    certificate
        What was proved when the strand was solved; a move by hand carries it along, and whether it stands for the
        moved plan is for `geo_partnerships.planning.proof` to say. None where the strand was taken as given.
    """

    strand: str
    objective: float
    method: str
    certificate: Certificate | None = field(default=None, repr=False)
    repeatable: bool = True
    broken: tuple[BrokenRule, ...] = ()
    goals: tuple[GoalReached, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Partnerships for a problem under a scenario.

    Parameters
    ----------
    partnerships
        In the order of their numbers.
    memberships
        In the order of partnership and school key; a school may have several.
    strands
        How each strand was solved.
    findings
        What was noticed on planning.
    digest
        SHA-256 over the inputs' digest and the scenario, hexadecimal.
    """

    problem: Problem
    scenario: Scenario
    partnerships: tuple[Partnership, ...]
    memberships: tuple[Membership, ...]
    strands: tuple[StrandResult, ...]
    findings: tuple[Finding, ...] = ()
    digest: str = ""

    @property
    def objective(self) -> float:
        """Total over the strands, in metre-equivalents."""
        return sum(result.objective for result in self.strands)
