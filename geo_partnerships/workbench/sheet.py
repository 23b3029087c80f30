"""What lies on the desk: the plan as it stands, plans to choose between, data that might be taken."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from geo_partnerships.errors import GeoPartnershipsError

if TYPE_CHECKING:
    from pathlib import Path

    from geo_partnerships.certificate import Proof
    from geo_partnerships.checking import CheckReport
    from geo_partnerships.deciding import Decision, State
    from geo_partnerships.findings import Finding
    from geo_partnerships.plans import Plan

__all__ = ["Choice", "Choices", "NeedsReason", "Proposal", "Sheet"]


class NeedsReason(GeoPartnershipsError):  # noqa: N818 - a question back, not a malfunction
    """The decision breaks binding rules: it needs the planner's word that it shall, and a reason."""

    def __init__(self, breaks: tuple[str, ...]) -> None:
        self.breaks = breaks
        super().__init__("This breaks binding rules: give a reason to do it all the same.")


@dataclass(frozen=True, slots=True)
class Sheet:
    """The plan on the desk and what is known of it.

    Parameters
    ----------
    start
        The plan that the desk began with.
    changes
        Who got another partnership by the last run, and why.
    beneath
        What the scenario says of the parameters that staying near a plan changes.
    """

    state: State
    plan: Plan
    report: CheckReport
    proof: Proof
    start: Plan
    start_report: CheckReport | None
    draft_report: CheckReport | None
    decisions: tuple[Decision, ...]
    findings: tuple[Finding, ...]
    rules_kept: bool
    changes: dict[str, Any]
    beneath: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A plan to choose: best in another respect.

    Parameters
    ----------
    parameters
        What makes the scenario on the desk this one: ``key`` to TOML text.
    kept
        The plan as it is kept.
    """

    key: str
    name: str
    parameters: dict[str, str]
    proven: bool
    plan: Plan
    report: CheckReport
    kept: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """Plans to choose between, and the digest of the plan that was on the desk when they were made.

    Parameters
    ----------
    chart
        Mean distance against worst journey, as SVG.
    firm
        How many places have the same company in every plan, in a sentence.
    wavering
        Key, number of the partnership, and share of its fellow members that it keeps, of each school that has not.
    """

    digest: str
    decision: Decision
    plans: tuple[Choice, ...]
    chart: str
    firm: str
    wavering: tuple[tuple[str, int, float], ...]


@dataclass(slots=True, kw_only=True)
class Proposal:
    """Data that were read and might be taken.

    Parameters
    ----------
    part
        The part of the data that it replaces; ``data`` for the whole folder.
    name
        Of the file or copy in the workspace.
    besides
        Files that come with it, by part: the names that a person confirmed in it.
    paths
        The files that were written for this proposal and go with it.
    found
        What reading it gave; None until it is read.
    """

    part: str
    name: str
    besides: dict[str, str] = field(default_factory=dict)
    paths: tuple[Path, ...] = ()
    found: dict[str, Any] | None = None

    def drop(self) -> None:
        """Delete what was written for it."""
        for path in self.paths:
            path.unlink(missing_ok=True)
