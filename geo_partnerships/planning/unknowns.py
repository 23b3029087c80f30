"""What a plan does not price because the data does not say it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_partnerships.findings import Finding, Severity
from geo_partnerships.sentences import first_of, share

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo_partnerships.model import School

SHOWN_AT_MOST = 5


def not_known(kind: str, field: str, fix: str, schools: Sequence[School]) -> Finding | None:
    """Tell of schools of which a field is not known, so that the penalty on another is not counted; None without."""
    missing = [school for school in schools if not getattr(school, field)]
    if not missing:
        return None
    names = first_of([school.name for school in missing], SHOWN_AT_MOST)
    return Finding(
        code=f"{field}-not-known",
        severity=Severity.WARNING,
        message=f"{share(len(missing), len(schools), 'school', 'has', 'have')} no known {kind}, so the penalty for "
        f"another {kind} is not counted for {'it' if len(missing) == 1 else 'them'}: {names}.",
        fix=fix,
        field=field,
    )
