"""Write the illustrative survey: made-up answers of the size and kind that the letter reports.

The real answers of October 2014 are not public. These are drawn at random from distance, phase and the
letter's alliances, so that the guarantee can fail; the assumptions stand in ``METHOD``, which goes into the
file beside the answers.
"""

from __future__ import annotations

import json
import math
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from _common import DATA, arguments, read_letter, write_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

DEFAULT_SEED = 2014  # the year of the survey
COLUMNS = ["responder_urn", "on_behalf_of", "channel", "existing", "wanted", "wanted_type"]
JOINT_ANSWERS = (3, 2, 2, 2, 2, 1, 1, 1, 1)  # schools that an answer speaks for: 15 in nine answers

NEAR_M = 1_500.0  # the weight of a school falls by a factor e over this distance
REGARDLESS_OF_NEARNESS = 1 / 3
ALLIANCE_RATHER_THAN_ANY = 1 / 2
ADDS_ONE_OUTSIDE = 1 / 8
EXISTING_IN_ALLIANCE = 3 / 4
EXISTING_OTHERWISE = 1 / 3
NAMED_AT_LEAST, NAMED_AT_MOST = 2, 5
SAME_AGES = 0.6
OTHER_AGES = 0.15
AREA, TRUST = "place", "trust"  # strands, by the basis that the letter gives
PRIMARY_PHASES = {"nursery", "infant", "junior", "primary", "all-through"}
SECONDARY_PHASES = {"secondary", "16+", "all-through", "PRU"}

METHOD = """\
Nobody gave these answers: they are drawn at random so that the program can be shown at work.

Respondents are drawn from the Barnet schools in the letter's fifteen partnerships: 49 answer, and nine
of them speak for 15 more as well, each for its nearest unanswered schools of the same strand (infant,
junior, special, trust, or the area partnerships 4 to 14) that teach the same ages. So 64 schools are
covered, each once.

An answer names two to five schools, the first of them near (a school knows its neighbours). Of the
others two names in three are drawn by nearness (the weight falls by a
factor e every 1,500 m) and likeness of phase (1 for the same phase, 0.6 for phases that teach the same
ages, else 0.15). One in three is drawn regardless of nearness: as often from the respondent's alliances
in the letter, where it has any, as from all schools by likeness of phase alone. One answer in eight
names one school more, from outside the borough or a secondary outside the fifteen partnerships. A name
is an existing partner in three cases of four within an alliance and in one of three otherwise; the
others are wanted partners. An answer never names a school it speaks for.

Assumed, since those strands are by kind and not by place: a respondent of the infant, junior or special
schools or of the trust names at least one school of its own strand. A respondent of the area
partnerships names at least one school of any of them. The letter's fifteen partnerships are used for
nothing else, so that its draft can fail the guarantee.

The type wanted is loose, hard for the trust, as the letter reports.
"""


@dataclass(frozen=True)
class Respondents:
    """The schools that may answer, and what draws them to others.

    Parameters
    ----------
    points
        Easting and northing in metres, EPSG:27700, of every school of the data.
    strand
        Strand of each school that may answer; a school of two strands has the first.
    allies
        Schools in a common alliance.
    outside
        Schools outside the borough, and the borough's secondaries outside the fifteen partnerships.
    """

    points: Mapping[str, tuple[int, int]]
    phases: Mapping[str, str]
    strand: Mapping[str, str]
    area: frozenset[str]
    allies: Mapping[str, frozenset[str]]
    outside: frozenset[str]

    def distance(self, one: str, other: str) -> float:
        """Return the straight-line distance in metres."""
        return math.dist(self.points[one], self.points[other])

    def likeness(self, one: str, other: str) -> float:
        """Return how alike two schools' phases are, from 0 to 1."""
        phases = {self.phases[one], self.phases[other]}
        if len(phases) == 1:
            return 1.0
        return SAME_AGES if phases <= PRIMARY_PHASES or phases <= SECONDARY_PHASES else OTHER_AGES

    def nearness(self, one: str, other: str) -> float:
        """Return the weight of a school by distance and phase."""
        return self.likeness(one, other) * math.exp(-self.distance(one, other) / NEAR_M)

    def alike(self, urn: str, others: Iterable[str]) -> list[str]:
        """Return the schools of the same strand that teach the same ages, the nearest first."""
        fitting = [
            (self.distance(urn, other), other)
            for other in others
            if self.strand[other] == self.strand[urn] and self.likeness(urn, other) >= SAME_AGES
        ]
        return [other for _, other in sorted(fitting)]

    def own_kind(self, urn: str) -> frozenset[str]:
        """Return the schools one of which an answer names at least: its strand, or any of the area."""
        if self.strand[urn] == AREA:
            return self.area
        return frozenset(other for other, strand in self.strand.items() if strand == self.strand[urn])


@dataclass
class Answer:
    """One answer while it is drawn."""

    responder: str
    on_behalf_of: list[str] = field(default_factory=list)
    existing: list[str] = field(default_factory=list)
    wanted: list[str] = field(default_factory=list)

    @property
    def covers(self) -> set[str]:
        """The responder and the schools it speaks for."""
        return {self.responder, *self.on_behalf_of}

    @property
    def named(self) -> list[str]:
        """Every school named."""
        return [*self.existing, *self.wanted]


def main() -> None:
    """Write the answers and, beside them, what they are."""
    parser = arguments(__doc__, reference=False)
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
    parsed = parser.parse_args()
    letter = read_letter()
    respondents = read_respondents(DATA / "schools.geojson", letter)
    answers = draw_answers(respondents, letter["survey"], random.Random(parsed.seed))  # noqa: S311 - made up
    parsed.output.mkdir(parents=True, exist_ok=True)
    write_rows(parsed.output / "survey.csv", COLUMNS, (row(answer, respondents) for answer in answers))
    write_sidecar(parsed.output / "survey.toml", letter["survey"]["round"], parsed.seed)


def read_respondents(path: Path, letter: dict[str, Any]) -> Respondents:
    """Return the schools that may answer, from the schools' file and the letter."""
    collection = json.loads(path.read_text(encoding="utf-8"))
    schools = {feature["properties"]["urn"]: feature["properties"] for feature in collection["features"]}
    home = {urn for urn, school in schools.items() if school["borough"] == "Barnet"}
    strand: dict[str, str] = {}
    area: set[str] = set()
    for partnership in letter["partnership"]:
        ours = home.intersection(members(partnership))
        kind = partnership["label"] if partnership["basis"] == "phase" else partnership["basis"]
        strand = dict.fromkeys(ours, kind) | strand
        if kind == AREA:
            area |= ours
    listed = {urn for partnership in letter["partnership"] for urn in members(partnership)}
    return Respondents(
        points={urn: (school["easting"], school["northing"]) for urn, school in schools.items()},
        phases={urn: school["phase"] for urn, school in schools.items()},
        strand=strand,
        area=frozenset(area),
        allies=allies(letter),
        outside=frozenset(
            urn
            for urn, school in schools.items()
            if urn not in home or (school["phase"] in SECONDARY_PHASES and urn not in listed)
        ),
    )


def members(group: dict[str, Any]) -> list[str]:
    """Return the schools of a partnership or alliance, its lead first where it has one."""
    urns = [group.get("lead")]
    for member in group["members"]:
        urns += member.get("urns", [member.get("urn")])
    return list(dict.fromkeys(urn for urn in urns if urn is not None))


def allies(letter: dict[str, Any]) -> dict[str, frozenset[str]]:
    """Return for each school of an alliance the others in its alliances."""
    found: dict[str, set[str]] = {}
    for alliance in letter["alliance"]:
        for urn in members(alliance):
            found.setdefault(urn, set()).update(members(alliance))
    return {urn: frozenset(others - {urn}) for urn, others in found.items()}


def draw_answers(respondents: Respondents, counts: dict[str, int], chance: random.Random) -> list[Answer]:
    """Return all answers in the order of the responders' URNs."""
    eligible = sorted(respondents.strand)
    responders = draw_several(eligible, counts["direct"], chance)
    answers = [Answer(urn) for urn in responders]
    give_joint_answers(answers, respondents)
    for answer in answers:
        draw_names(answer, respondents, chance)
    return sorted(answers, key=lambda answer: answer.responder)


def give_joint_answers(answers: list[Answer], respondents: Respondents) -> None:
    """Let the first answers that can speak for enough unanswered schools do so.

    An answer must leave at least one school of its strand to be named.
    """
    silent = set(respondents.strand) - {answer.responder for answer in answers}
    waiting = iter(answers)
    for number in JOINT_ANSWERS:
        for answer in waiting:
            near = respondents.alike(answer.responder, silent)[:number]
            if len(near) == number and len(respondents.own_kind(answer.responder)) > number + 1:
                answer.on_behalf_of = sorted(near)
                silent -= {*near}
                break


def draw_names(answer: Answer, respondents: Respondents, chance: random.Random) -> None:
    """Draw the schools that an answer names: one of its own kind, then any, then perhaps one outside."""
    urn = answer.responder
    wanted = NAMED_AT_LEAST + int(chance.random() * (NAMED_AT_MOST - NAMED_AT_LEAST + 1))
    pools: list[Iterable[str]] = [respondents.own_kind(urn), *[respondents.strand] * (wanted - 1)]
    for number, pool in enumerate(pools):
        name_one(answer, pool, respondents, chance, neighbour=number == 0)
    if chance.random() < ADDS_ONE_OUTSIDE:
        allied = respondents.outside & respondents.allies.get(urn, frozenset())
        name_one(answer, allied or respondents.outside, respondents, chance)


def name_one(
    answer: Answer,
    pool: Iterable[str],
    respondents: Respondents,
    chance: random.Random,
    *,
    neighbour: bool = False,
) -> None:
    """Add one school of the pool to the answer, as an existing or a wanted partner."""
    urn = answer.responder
    candidates = sorted(set(pool) - answer.covers - {*answer.named})
    friends = respondents.allies.get(urn, frozenset())
    weight: Callable[[str, str], float] = respondents.nearness
    if chance.random() < REGARDLESS_OF_NEARNESS and not neighbour:
        allied = [other for other in candidates if other in friends]
        weight = respondents.likeness
        if allied and chance.random() < ALLIANCE_RATHER_THAN_ANY:
            candidates = allied
    named = draw(candidates, [weight(urn, other) for other in candidates], chance)
    share = EXISTING_IN_ALLIANCE if named in friends else EXISTING_OTHERWISE
    (answer.existing if chance.random() < share else answer.wanted).append(named)


def draw_several(keys: list[str], number: int, chance: random.Random) -> list[str]:
    """Draw keys without putting back, all alike."""
    left = list(keys)
    return [left.pop(int(chance.random() * len(left))) for _ in range(number)]


def draw(keys: list[str], weights: list[float], chance: random.Random) -> str:
    """Draw one key by weight. Only ``random()`` is used, whose values are the same in every Python."""
    mark = chance.random() * sum(weights)
    for key, weight in zip(keys, weights, strict=True):
        mark -= weight
        if mark < 0:
            return key
    return keys[-1]


def row(answer: Answer, respondents: Respondents) -> dict[str, str]:
    """Return an answer as a row; every row says that it is illustrative."""
    joint = len(answer.on_behalf_of)
    channel = "form" if not joint else "discussion" if joint == 1 else "meeting"
    return {
        "responder_urn": answer.responder,
        "on_behalf_of": ";".join(answer.on_behalf_of),
        "channel": f"illustrative {channel}",
        "existing": ";".join(answer.existing),
        "wanted": ";".join(answer.wanted),
        "wanted_type": "hard" if respondents.strand[answer.responder] == TRUST else "loose",
    }


def write_sidecar(path: Path, survey_round: str, seed: int) -> None:
    """Write what the answers are and how they were made."""
    path.write_text(
        "illustrative = true\n"
        f'round = "{survey_round}"\n'
        'made_by = "scripts/make_survey.py"\n'
        f"seed = {seed}\n"
        f'method = """\n{METHOD}"""\n',
        encoding="utf-8",
        newline="\n",
    )


if __name__ == "__main__":
    main()
