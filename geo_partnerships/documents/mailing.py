"""The mail merge: a row for each school that is written to."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, NamedTuple

from geo_partnerships.documents.letter import meeting
from geo_partnerships.exports.tables import harmless
from geo_partnerships.pages.words import file_stem
from geo_partnerships.sentences import listed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from geo_partnerships.views.model import View


class Addressee(NamedTuple):
    """A row of ``mail-merge.csv``; of several partnerships, numbers and names are listed."""

    urn: str
    name: str
    postcode: str
    partnership: str
    partnership_name: str
    centre_school: str
    lead_school: str
    system_leaders: str
    members: str
    first_meeting: str
    reply_by: str
    page: str


def addressees(view: View, address: str = "") -> Iterator[Addressee]:
    """Yield a row for each school in a partnership, by key.

    Parameters
    ----------
    address
        Where the pages are published, such as ``https://example.org/plan``; empty for links within the folder.
    """
    names = {school.urn: school.name for school in view.schools}
    start = f"{address.rstrip('/')}/" if address else ""
    for school in sorted((s for s in view.schools if s.partnerships), key=lambda s: s.urn):
        own = [view.partnership(number) for number in school.partnerships]
        yield Addressee(
            urn=school.urn,
            name=school.name,
            postcode=school.postcode,
            partnership=listed([str(p.number) for p in own]),
            partnership_name=listed([p.name for p in own]),
            centre_school=listed([names.get(p.centre, "") for p in own if p.centre]),
            lead_school=listed([p.lead for p in own if p.lead]),
            system_leaders=listed(list(dict.fromkeys(leader for p in own for leader in p.leaders))),
            members=", ".join(dict.fromkeys(m.name for p in own for m in p.members if m.urn != school.urn)),
            first_meeting=meeting(view),
            reply_by=view.reply_by,
            page=f"{start}schools/{file_stem(school.urn)}.html",
        )


def write_mail_merge(view: View, path: Path, address: str = "") -> Path:
    """Write ``mail-merge.csv``: UTF-8 with BOM, no cell that a spreadsheet takes for a formula."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(Addressee._fields)
    writer.writerows([harmless(cell) for cell in row] for row in addressees(view, address))
    path.write_bytes(buffer.getvalue().encode("utf-8-sig", "backslashreplace"))
    return path
