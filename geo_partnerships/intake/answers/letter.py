"""The letter as data, and what in it disagrees with itself: told, never corrected."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from geo_partnerships.intake.formats.findings_log import shown
from geo_partnerships.intake.formats.normalise import folded
from geo_partnerships.intake.formats.strict_toml import Section, read_toml
from geo_partnerships.letter import (
    Alliance,
    Approval,
    DraftPartnership,
    Letter,
    ListedMember,
    Milestone,
    TypeDefinition,
)
from geo_partnerships.sentences import count, counted, first_of
from geo_partnerships.vocabulary import PartnershipType, Phase

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from geo_partnerships.intake.formats.findings_log import Noticed
    from geo_partnerships.model import School

AUTHORITY_PREFIXES = ("London Borough of ", "Royal Borough of ", "Metropolitan Borough of ", "City of ")


def read_letter(data: bytes, schools: Mapping[str, School], noticed: Noticed) -> Letter | None:
    """Return the letter in TOML `data` with findings on every oddity; None where it cannot be used."""
    content = read_toml(data, noticed)
    if content is None:
        return None
    top = Section(content, "", noticed)
    survey = top.section("survey") or Section({}, "survey", noticed)
    bases = tuple(map(_basis, top.sections("basis", "number")))
    letter = Letter(
        title=top.text("title", required=True),
        authority=top.text("authority", required=True),
        kind=top.text("kind"),
        status=top.text("status"),
        sent=top.date("sent"),
        target=top.date("target"),
        contact=top.text("contact"),
        partnerships=tuple(_partnership(one, schools) for one in top.sections("partnership", "number")),
        alliances=tuple(_alliance(one, schools) for one in top.sections("alliance", "number")),
        milestones=tuple(map(_milestone, top.sections("milestone", "key"))),
        types=tuple(map(_type, top.sections("type", "name"))),
        bases=tuple(text for text, _ in bases),
        basis_kinds=tuple(kind for _, kind in bases),
        rationale=tuple(map(_only_text, top.sections("rationale"))),
        approvals=tuple(map(_approval, top.sections("approval"))),
        stated_direct=survey.whole("direct"),
        stated_covered=survey.whole("covered"),
        survey_round=survey.date("round"),
    )
    survey.close()
    top.close()
    if not noticed.has_errors:
        _look_over(letter, schools, noticed)
    return letter


def _basis(section: Section) -> tuple[str, str]:
    """Return a basis in words, and its kind: which part of a scenario uses it."""
    found = section.text("text", required=True), section.text("kind")
    section.whole("number")
    section.flag("private")
    section.close()
    return found


def _only_text(section: Section) -> str:
    text = section.text("text", required=True)
    section.close()
    return text


def _type(section: Section) -> TypeDefinition:
    made = TypeDefinition(
        name=section.text("name", required=True),
        rank=section.whole("rank") or 0,
        definition=section.text("definition", required=True),
        forms=section.texts("forms"),
    )
    section.close()
    return made


def _approval(section: Section) -> Approval:
    members = [(one.text("role", required=True), one.whole("count") or 0) for one in section.sections("members")]
    made = Approval(
        body=section.text("body", required=True),
        date=section.date("date"),
        scope=section.text("scope"),
        members=tuple(members),
    )
    section.close()
    return made


def _milestone(section: Section) -> Milestone:
    made = Milestone(
        key=section.text("key", required=True),
        title=section.text("title", required=True),
        date=section.date("date") or section.date("month"),
        start=section.date("from"),
        end=section.date("to"),
        status=section.text("status"),
        audience=section.text("audience"),
        depends_on=section.text("depends_on"),
    )
    section.date("month")
    section.close()
    return made


def _number(section: Section) -> int:
    number = section.whole("number")
    if number is None:
        section.noticed.error("toml-missing", "The key number is missing.", "Add it.", field=section.field("number"))
    return number or 0


def _partnership(section: Section, schools: Mapping[str, School]) -> DraftPartnership:
    number, kind = _number(section), section.text("type") or PartnershipType.LOOSE
    if kind not in set(PartnershipType):
        section.noticed.error(
            "letter-unknown-type",
            f"{shown(kind)} is no type.",
            f"Use {', '.join(PartnershipType)}.",
            field=section.field("type"),
        )
        kind = PartnershipType.LOOSE
    made = DraftPartnership(
        number=number,
        type=PartnershipType(kind),
        label=section.text("label", required=True),
        basis=section.text("basis"),
        members=tuple(_member(one, schools) for one in section.sections("members", "text")),
    )
    section.close()
    return made


def _alliance(section: Section, schools: Mapping[str, School]) -> Alliance:
    lead = section.text("lead")
    _known((lead,) if lead else (), schools, section, "lead")
    made = Alliance(
        number=_number(section),
        title=section.text("title"),
        members=tuple(_member(one, schools) for one in section.sections("members", "text")),
        lead=lead,
        stated_size=section.whole("stated_size"),
        status=section.text("status") or "standing",
        type=section.text("type"),
    )
    section.close()
    return made


def _member(section: Section, schools: Mapping[str, School]) -> ListedMember:
    urn = section.text("urn")
    keys = (urn,) if urn else section.texts("urns")
    _known(keys, schools, section, "urn" if urn else "urns")
    body, unnamed = section.text("body"), section.whole("unnamed") or 0
    if not keys and not body and not unnamed:
        section.noticed.error(
            "letter-member-unresolved",
            "The entry means no school, no other body and no unnamed members.",
            "Add urn, body or unnamed.",
            field=section.where,
        )
    made = ListedMember(
        text=section.text("text", required=True),
        schools=keys,
        marks=section.texts("marks"),
        also_in=section.wholes("also_in"),
        borough=section.text("borough"),
        unnamed=unnamed,
        place=section.text("place") or section.text("country"),
        body=body,
        via=_via(section, schools),
        doubt=section.text("doubt"),
    )
    section.text("country")
    section.close()
    return made


def _via(section: Section, schools: Mapping[str, School]) -> str:
    via = section.section("via")
    if via is None:
        return ""
    scheme, urn = via.text("scheme", required=True), via.text("urn", required=True)
    _known((urn,) if urn else (), schools, via, "urn")
    return f"{scheme} link with {schools[urn].name}" if urn in schools else scheme


def _known(keys: Iterable[str], schools: Mapping[str, School], section: Section, field: str) -> None:
    for key in keys:
        if key not in schools:
            section.noticed.error(
                "letter-unknown-school",
                f"{shown(key)} is not among the schools.",
                "Correct it or add the school.",
                field=section.field(field),
            )


def _look_over(letter: Letter, schools: Mapping[str, School], noticed: Noticed) -> None:
    _check_numbers(letter, noticed)
    _check_cross_references(letter, schools, noticed)
    _tell_doubtful_members(letter, schools, noticed)
    _check_stated_sizes(letter, noticed)
    _tell_leaderless(letter, schools, noticed)
    _tell_phases(letter, schools, noticed)
    _tell_spellings(letter, schools, noticed)
    _check_milestones(letter, noticed)


def _lists(letter: Letter) -> Iterator[tuple[str, tuple[ListedMember, ...]]]:
    for partnership in letter.partnerships:
        yield f"partnership {partnership.number}", partnership.members
    for alliance in letter.alliances:
        yield f"alliance {alliance.number}", alliance.members


def _check_numbers(letter: Letter, noticed: Noticed) -> None:
    for kind, numbers in (
        ("partnership", [one.number for one in letter.partnerships]),
        ("alliance", [one.number for one in letter.alliances]),
    ):
        for number in sorted({number for number in numbers if numbers.count(number) > 1}):
            noticed.error(
                "letter-number-twice",
                f"There are {numbers.count(number)} of the number {number}.",
                "Give each its own number.",
                field=f"{kind} {number}: number",
            )


def _check_cross_references(letter: Letter, schools: Mapping[str, School], noticed: Noticed) -> None:
    """Report a second membership that is not said at both ends (R27)."""
    said: dict[str, dict[int, set[int]]] = defaultdict(dict)
    for partnership in letter.partnerships:
        for member in partnership.members:
            for urn in member.schools:
                said[urn].setdefault(partnership.number, set()).update(member.also_in)
    for urn, ends in sorted(said.items()):
        for here, there in sorted(ends.items()):
            others = set(ends) - {here}
            for number in sorted(there ^ others):
                claim = "says" if number in there else "does not say"
                truth = "is" if number in others else "is not"
                noticed.warning(
                    "letter-cross-reference",
                    f"The list {claim} that {schools[urn].name} is also in partnership {number}; it {truth}.",
                    "Ask which is meant; nothing was changed.",
                    field=f"partnership {here}: members",
                )


def _tell_doubtful_members(letter: Letter, schools: Mapping[str, School], noticed: Noticed) -> None:
    home = _home(letter)
    for where, members in _lists(letter):
        for member in members:
            field = f"{where}: {member.text}"
            if len(member.schools) > 1:
                names = " and ".join(schools[urn].name for urn in member.schools)
                noticed.warning(
                    "letter-joint-entry",
                    f"One entry was read as {count(len(member.schools), 'school')}: {names}.",
                    f"Ask whether one school or several are meant{_in_brackets(member.doubt)}.",
                    field=field,
                )
            if member.unnamed:
                noticed.note(
                    "letter-unnamed-members",
                    f"{counted(member.unnamed, 'member', 'is', 'are')} counted but not named.",
                    "They have no point and no page.",
                    field=field,
                )
            for urn in member.schools:
                away = schools[urn].borough
                if away and away != home and not member.borough:
                    noticed.warning(
                        "letter-no-borough",
                        f"The letter gives no borough; it was taken to be {schools[urn].name} in {away}.",
                        f"Confirm that this school is meant{_in_brackets(member.doubt)}.",
                        field=field,
                    )


def _in_brackets(text: str) -> str:
    return f" ({text})" if text else ""


def _home(letter: Letter) -> str:
    """Return the borough's name in the authority's, e.g. Barnet in London Borough of Barnet."""
    name = letter.authority
    for prefix in AUTHORITY_PREFIXES:
        name = name.removeprefix(prefix)
    return name


def _check_stated_sizes(letter: Letter, noticed: Noticed) -> None:
    """Compare the letter's own counts with its own lists (R36)."""
    for alliance in letter.alliances:
        listed = sum(max(len(member.schools), member.unnamed, 1) for member in alliance.members)
        if alliance.stated_size is not None and listed != alliance.stated_size:
            noticed.warning(
                "letter-stated-size",
                f"{shown(alliance.name)} is said to have {count(alliance.stated_size, 'member')} and lists {listed}.",
                "Ask which is right; both were kept.",
                field=f"alliance {alliance.number}: stated_size",
            )


def _tell_leaderless(letter: Letter, schools: Mapping[str, School], noticed: Noticed) -> None:
    """Say which partnerships have no system leader, marked or designated (R34)."""
    for partnership in letter.partnerships:
        marked = any(member.marks for member in partnership.members)
        if not marked and not any(schools[urn].is_system_leader for urn in partnership.schools):
            noticed.note(
                "letter-no-system-leader",
                f"No member of {shown(partnership.label)} is marked NLE, LLE or Teaching School.",
                field=f"partnership {partnership.number}",
            )


def _tell_phases(letter: Letter, schools: Mapping[str, School], noticed: Noticed) -> None:
    """Report a phase that the Board speaks for but no list names, and what the school data say (R50)."""
    roles = " ".join(role for approval in letter.approvals for role, _ in approval.members)
    if Phase.PRU not in roles.split() and f"{Phase.PRU})" not in roles:
        return
    members = {urn: one.number for one in letter.partnerships for urn in one.schools}
    known = sorted(urn for urn, school in schools.items() if school.phase == Phase.PRU)
    listed = [f"{schools[urn].name} (partnership {members[urn]})" for urn in known if urn in members]
    missing = [schools[urn].name for urn in known if urn not in members]
    if listed:
        noticed.note(
            "letter-phase-not-stated",
            f"No list names a PRU, but the school data give {', '.join(listed)} as one.",
            "Confirm the phase.",
            field="partnership",
        )
    if missing:
        noticed.note(
            "letter-phase-without-members",
            f"The Board speaks for PRUs; {counted(len(missing), 'PRU', 'is', 'are')} in none of the partnerships: "
            f"{first_of(missing, len(missing))}.",
            "Say whether it joins one.",
            field="partnership",
        )


def _tell_spellings(letter: Letter, schools: Mapping[str, School], noticed: Noticed) -> None:
    """One school under several names (R42), and one name for several schools (R43)."""
    texts: dict[str, dict[str, str]] = defaultdict(dict)
    keys: dict[str, dict[str, str]] = defaultdict(dict)
    for where, members in _lists(letter):
        for member in members:
            for urn in member.schools if len(member.schools) == 1 else ():
                texts[urn].setdefault(member.text, where)
                keys[folded(member.text)].setdefault(urn, where)
    for urn, spelt in sorted(texts.items()):
        if len(spelt) > 1:
            noticed.note(
                "letter-spelling-variants",
                f"{schools[urn].name} is written {', '.join(f'{shown(t)} ({w})' for t, w in spelt.items())}.",
                "Read as one school.",
            )
    for meant in keys.values():
        if len(meant) > 1:
            names = ", ".join(f"{schools[urn].name} ({where})" for urn, where in meant.items())
            noticed.note("letter-shared-name", f"One name in the letter means several schools: {names}.")


def _check_milestones(letter: Letter, noticed: Noticed) -> None:
    keys = {milestone.key for milestone in letter.milestones}
    for milestone in letter.milestones:
        if milestone.depends_on and milestone.depends_on not in keys:
            noticed.error(
                "letter-unknown-milestone",
                f"{shown(milestone.depends_on)} is no milestone.",
                f"Use one of {', '.join(sorted(keys))}.",
                field=f"milestone {milestone.key}: depends_on",
            )
