"""What travels between the desk and its page: `geo_partnerships.pages.schema` says how."""

from __future__ import annotations

from typing import Any, NamedTuple, TypedDict

from geo_partnerships.pages.palette import Colour  # noqa: TC001 - the schemas are made from what the hints name
from geo_partnerships.pages.schema import Ground, Place  # noqa: TC001 - the same


class DeskSchool(NamedTuple):
    """A school on the desk, its partnerships, and how it is held there."""

    urn: str
    name: str
    phase: str
    district: str
    numbers: list[int]
    leader: bool
    held: str


class DeskMember(NamedTuple):
    """A member of a partnership, and in words how far it is from the centre school."""

    urn: str
    distance: str


class DeskRole(NamedTuple):
    """A role in a partnership, and the school whose head has it."""

    role: str
    urn: str


class DeskPartnership(TypedDict):
    """A partnership on the desk."""

    number: int
    name: str
    strand: str
    type: str
    status: str
    lead: str
    since: str
    form: str
    board: str
    roles: list[DeskRole]
    decided: str
    centre: str
    unnamed: int
    locked: bool
    words: str
    members: list[DeskMember]


class Check(NamedTuple):
    """A rule, and whether it holds."""

    name: str
    holds: bool
    binding: bool
    message: str


class Figure(NamedTuple):
    """A figure of the plan now, its difference to the start, the start's, and the letter's draft's."""

    label: str
    now: str
    change: str
    start: str
    draft: str


class DecisionRow(TypedDict):
    """A decision as the log shows it."""

    n: int
    when: str
    by: str
    words: str
    reason: str
    breaks: list[str]


class Comment(NamedTuple):
    """What was said about a school, or about a partnership by its number."""

    n: int
    school: str
    text: str
    by: str
    when: str
    partnership: str = ""


class Link(NamedTuple):
    """Schools that belong together or apart."""

    schools: list[str]
    word: str
    reason: str


class Veto(NamedTuple):
    """A school kept out of the partnership that another school is in."""

    school: str
    anchor: str
    reason: str


class Reply(NamedTuple):
    """A school's answer to the letter."""

    urn: str
    answer: str
    date: str
    note: str


class Replies(TypedDict):
    """Every school that the letter is for with its answer, and how many have none, in words with the deadline too."""

    rows: list[Reply]
    missing: int
    words: str


class ChangeRow(NamedTuple):
    """A school, its partnerships before the last run and after, and what would be if it alone went back."""

    urn: str
    name: str
    before: list[int]
    after: list[int]
    why: str


class Changes(TypedDict):
    """Who got another partnership by the last run."""

    words: str
    rows: list[ChangeRow]


class JobState(TypedDict):
    """What is under way, or was last."""

    number: int
    kind: str
    status: str
    share: float
    words: str


class ChangedFiles(TypedDict):
    """What became of the scenario, and of each file of the data, since they were read."""

    scenario: str
    data: list[str]


class ToDecide(NamedTuple):
    """What has to be decided since a newer list was taken, and the school that it is about; empty for none."""

    urn: str
    words: str


class YearOpen(TypedDict):
    """What the newer list that was taken last leaves to decide."""

    said: str
    decide: list[ToDecide]


class DeskState(TypedDict):
    """Everything the page shows but the ground and the areas."""

    n: int
    scenario: str
    title: str
    status: str
    illustrative: bool
    figures: list[Figure]
    proof: str
    partnerships: list[DeskPartnership]
    schools: list[DeskSchool]
    checks: list[Check]
    findings: list[str]
    decisions: list[DecisionRow]
    comments: list[Comment]
    links: list[Link]
    vetoes: list[Veto]
    replies: Replies
    undo: str
    redo: str
    parameters: dict[str, Any]
    changed: dict[str, str]
    staged: list[str]
    rules_kept: bool
    changes: Changes
    year: YearOpen
    digest: str
    changed_files: ChangedFiles
    job: JobState | None
    published: str


class _Field(TypedDict):
    key: str
    kind: str
    label: str


class Field(_Field, total=False):
    """A parameter with a field of its own."""

    min: float
    max: float
    step: float
    choices: list[str]


class DeskGround(TypedDict):
    """What stays as it is while decisions are taken."""

    bounds: tuple[Place, Place]
    palette: list[Colour]
    none: Colour
    context: Ground
    places: dict[str, Place]
    reply_by: str
    types: list[str]
    attributions: list[str]
    fields: list[Field]


class Area(NamedTuple):
    """A partnership's area: rings of latitudes and longitudes."""

    number: int
    colour: int
    rings: list[list[Place]]


class Areas(TypedDict):
    """The areas as they were at a decision, and the colour of each partnership."""

    n: int
    areas: list[Area]
    colours: dict[str, int]


class Pulse(TypedDict):
    """The last decision, what is under way, and what changed on the disk."""

    n: int
    job: JobState | None
    changed_files: ChangedFiles


class ExchangeRow(NamedTuple):
    """A school that would come in return, and what both moves would cost."""

    name: str
    cost_m: int


class AlternativeRow(NamedTuple):
    """Another partnership for a school, what it would cost, the rules it would break, and with whom in return none."""

    partnership: int
    name: str
    cost_m: int
    forbidden_by: list[str]
    exchange: ExchangeRow | None


class Noticed(NamedTuple):
    """Something noticed in a file or a parameter."""

    severity: str
    row: int | None
    field: str
    message: str
    fix: str


class Weighed(NamedTuple):
    """A figure of an alternative, and its difference to the plan that is on the desk now."""

    value: str
    change: str


class ChoiceRow(NamedTuple):
    """An alternative, and how many schools have another partnership in it than on the desk."""

    key: str
    name: str
    proven: bool
    figures: list[Weighed]
    moved: int


class Wavering(NamedTuple):
    """A school that changes its company among alternatives, its partnership, and how much of it it keeps."""

    school: str
    partnership: int
    kept: str


class ChoicesState(TypedDict):
    """Alternatives beside the plan on the desk; those of before a decision can be looked at and not be opened."""

    stale: bool
    head: list[str]
    desk: list[str]
    rows: list[ChoiceRow]
    firm: str
    wavering: list[Wavering]


class Comparable(NamedTuple):
    """A plan that can be compared."""

    key: str
    title: str


class ComparedFigure(NamedTuple):
    """A figure of both plans."""

    label: str
    first: str
    second: str


class MovedSchool(NamedTuple):
    """A school, and its partnerships in both plans."""

    school: str
    name: str
    before: list[int]
    after: list[int]


class Compared(TypedDict):
    """Two plans beside each other."""

    titles: list[str]
    figures: list[ComparedFigure]
    words: str
    moved: list[MovedSchool]


class Started(TypedDict):
    """A job that was begun."""

    job: JobState


class Saved(TypedDict):
    """Where a scenario was saved, and how many moves against a rule are no part of it, in words."""

    words: str
    desk: DeskState


class Disclosed(TypedDict):
    """What a public plan of this digest gives away, in sentences."""

    digest: str
    sentences: list[str]


class Counted(NamedTuple):
    """What can be counted in data, in those on the desk and in the new ones."""

    label: str
    before: int
    after: int


class NamedSchools(NamedTuple):
    """Names of schools, and what there is to say of them."""

    words: str
    names: list[str]


class Suggested(NamedTuple):
    """A school that may be meant."""

    urn: str
    name: str


class UnsureNameRow(NamedTuple):
    """A name of which nobody has said which school it is, that which it was read as, and those that may be meant."""

    written: str
    read_as: str
    suggestions: list[Suggested]


class Offered(TypedDict):
    """What was read and might be taken; of what is refused there is what was noticed."""

    name: str
    refused: bool
    noticed: list[Noticed]
    noticed_in_all: int
    lists: list[NamedSchools]


class Proposed(Offered):
    """Data that were read, what they change, and the names in them that a person has to look at."""

    part: str
    rows: list[Counted]
    gone: list[str]
    names: list[UnsureNameRow]
    names_in_all: int


class NewYear(Offered):
    """A newer list of schools, and the plan that changes as little as it can."""

    said: str
    decide: list[ToDecide]


class RepliesRead(TypedDict):
    """What a workbook of replies has that is not known yet, in words; the desk once that was taken."""

    words: str
    number: int
    noticed: list[Noticed]
    desk: DeskState | None


class _Refused(TypedDict):
    error: str


class Refused(_Refused, total=False):
    """Why something was not done."""

    breaks: list[str]
    rows: list[Noticed]
    rows_in_all: int
    desk: DeskState


ROOTS = (
    DeskState,
    DeskGround,
    Areas,
    Pulse,
    AlternativeRow,
    ChoicesState,
    Comparable,
    Compared,
    Started,
    Saved,
    Proposed,
    NewYear,
    RepliesRead,
    Disclosed,
    Refused,
)
"""What the page asks for."""
