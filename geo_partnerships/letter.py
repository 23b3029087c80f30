"""A letter of proposal to headteachers, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo_partnerships.sentences import listed

if TYPE_CHECKING:
    from geo_partnerships.vocabulary import PartnershipType


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedMember:
    """One entry of a list in the letter, as it stands there.

    Parameters
    ----------
    text
        The entry's own words, slips included (R46).
    schools
        Keys of the schools it means: none for a body that is not a school, two for the slash entry (R29).
    unnamed
        Number of members it stands for without naming them (R33).
    """

    text: str
    schools: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    also_in: tuple[int, ...] = ()
    borough: str = ""
    unnamed: int = 0
    place: str = ""
    body: str = ""
    via: str = ""
    doubt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftPartnership:
    """A partnership as the letter proposes it (R22)."""

    number: int
    type: PartnershipType
    label: str
    basis: str
    members: tuple[ListedMember, ...]

    @property
    def schools(self) -> tuple[str, ...]:
        """Keys of the named schools in the order of the list."""
        return tuple(urn for member in self.members for urn in member.schools)

    @property
    def unnamed(self) -> tuple[ListedMember, ...]:
        """Entries that stand for unnamed members."""
        return tuple(member for member in self.members if member.unnamed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alliance:
    """A partnership that may overlap others (R35-R41)."""

    number: int
    title: str
    members: tuple[ListedMember, ...]
    lead: str = ""
    stated_size: int | None = None
    status: str = "standing"
    type: str = ""

    @property
    def schools(self) -> tuple[str, ...]:
        """Keys of the member schools, the lead first where it has one."""
        listed = (urn for member in self.members for urn in member.schools)
        return tuple(dict.fromkeys((*((self.lead,) if self.lead else ()), *listed)))

    @property
    def name(self) -> str:
        """The title, or the members' names as the letter writes them (R39)."""
        return self.title or ", ".join(member.text for member in self.members)

    @property
    def spoken(self) -> str:
        """The name as it stands in a sentence."""
        return self.title or f"that of {listed([member.text for member in self.members])}"

    @property
    def stands(self) -> bool:
        """True where it exists already, and is not a plan under consultation."""
        return self.status == "standing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """A dated step (R53-R56)."""

    key: str
    title: str
    date: str = ""
    start: str = ""
    end: str = ""
    status: str = ""
    audience: str = ""
    depends_on: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeDefinition:
    """What one type of partnership means (R16-R19)."""

    name: str
    rank: int
    definition: str
    forms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """An approval as an event (R48).

    Parameters
    ----------
    members
        The body's make-up: roles and how many hold them; no names (R49).
    """

    body: str
    date: str
    scope: str
    members: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A proposal for discussion, as data."""

    title: str
    authority: str
    status: str
    sent: str
    target: str
    contact: str
    partnerships: tuple[DraftPartnership, ...]
    alliances: tuple[Alliance, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    types: tuple[TypeDefinition, ...] = ()
    bases: tuple[str, ...] = ()
    basis_kinds: tuple[str, ...] = ()
    rationale: tuple[str, ...] = ()
    approvals: tuple[Approval, ...] = ()
    stated_direct: int | None = None
    stated_covered: int | None = None
    kind: str = ""
    survey_round: str = ""
