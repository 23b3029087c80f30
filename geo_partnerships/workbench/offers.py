"""What was read and might be taken, as the page shows it: data, a newer list, replies."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from geo_partnerships.findings import SHOWN_AT_MOST
from geo_partnerships.sentences import count
from geo_partnerships.workbench.schema import (
    Counted,
    NamedSchools,
    Noticed,
    Suggested,
    ToDecide,
    UnsureNameRow,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from geo_partnerships.checking import CheckReport
    from geo_partnerships.deciding import Reply as ReplyRead
    from geo_partnerships.findings import Finding
    from geo_partnerships.intake.schools.names import UnsureName
    from geo_partnerships.workbench.desk import Desk
    from geo_partnerships.workbench.schema import (
        DeskState,
        NewYear,
        Offered,
        Proposed,
        RepliesRead,
    )

FigureRow = tuple[str, "Callable[[CheckReport], float | None]", "Callable[[float | None], str]", bool]
NAMES_AT_ONCE = 60


def proposed_object(desk: Desk) -> Proposed | None:
    """Return data that were read and might be taken; None where there are none."""
    proposal = desk.proposals.proposed
    if proposal is None or proposal.found is None:
        return None
    found = proposal.found
    return {
        **_offered(proposal.name, found),
        "part": proposal.part,
        "rows": [Counted(*row) for row in found.get("rows", ())],
        "gone": found.get("gone", []),
        "names": [_unsure_row(name) for name in found["names"][:NAMES_AT_ONCE]],
        "names_in_all": len(found["names"]),
    }


def year_object(desk: Desk) -> NewYear | None:
    """Return the newer list that was read, and what its plan would change; None where there is none."""
    proposal = desk.proposals.year
    if proposal is None or proposal.found is None:
        return None
    found = proposal.found
    return {
        **_offered(proposal.name, found),
        "said": found.get("said", ""),
        "decide": [ToDecide(*row) for row in found.get("decide", ())],
    }


def _offered(name: str, found: dict[str, Any]) -> Offered:
    return {
        "name": name,
        "refused": found["refused"],
        "noticed": noticed_rows(found["noticed"]),
        "noticed_in_all": len(found["noticed"]),
        "lists": [NamedSchools(*row) for row in found.get("lists", ())],
    }


def replies_object(new: Sequence[ReplyRead], noticed: Sequence[Finding], desk: DeskState | None) -> RepliesRead:
    """Return what a workbook of replies has that is not known yet; with the desk once that was taken."""
    counts = Counter(reply.answer for reply in new)
    told = ", ".join(f"{number} {answer}" for answer, number in sorted(counts.items()))
    words = f"{count(len(new), 'reply', 'replies')} not known yet{f': {told}' if told else ''}."
    return {"words": words, "number": len(new), "noticed": noticed_rows(noticed), "desk": desk}


def _unsure_row(name: UnsureName) -> UnsureNameRow:
    return UnsureNameRow(name.written, name.read_as, [Suggested(one.urn, one.name) for one in name.suggestions])


def noticed_rows(findings: Sequence[Finding]) -> list[Noticed]:
    """Return as many findings as a page shows."""
    return [Noticed(f.severity, f.row, f.field, f.message, f.fix) for f in findings[:SHOWN_AT_MOST]]
