"""Write the illustrative survey: made-up answers that agree with what the letter says of the real ones.

The real answers of October 2014 are not public. These are drawn at random on condition of every fact that the
letter states; what is assumed beside them stands in ``METHOD``, which goes into the file beside the answers.
"""

from __future__ import annotations

import json
import math
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from _common import DATA, arguments, read_letter, write_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

Item = TypeVar("Item")

DEFAULT_SEED = 2014  # the year of the survey
COLUMNS = ["responder_urn", "on_behalf_of", "channel", "existing", "wanted", "wanted_type"]
JOINT_ANSWERS = (3, 2, 2, 2, 2, 1, 1, 1)  # schools that an answer speaks for, beside those of an entry of two schools

NEAR_M = 900.0  # the weight of a school falls by a factor e over this distance
NAMED_AT_LEAST, NAMED_AT_MOST = 2, 5
REGARDLESS_OF_NEARNESS = 1 / 6
NAME_ONE_ELSEWHERE = NAME_ONE_LEFT_OUT = 3  # answers
HAS_AN_EXISTING_NEIGHBOUR = 1 / 3
SAME_AGES = 0.6
OTHER_AGES = 0.15
STANDING, TRUST = "standing", "trust"
PRIMARY_PHASES = {"nursery", "infant", "junior", "primary", "all-through"}
SECONDARY_PHASES = {"secondary", "16+", "all-through", "PRU"}

METHOD = """\
Nobody gave these answers: they are drawn at random so that the program can be shown at work. They agree
with what the letter says of the real ones, and were not drawn from any plan of this program.

What the letter says, and every draw keeps:
- 49 schools answer directly, and the views of 64 are taken into account: nine answers speak for 15 more.
- Every school that answered, or that another answered for, has a school that it named beside it in the
  letter's own draft.
- A secondary school is in the fifteen partnerships because it answered or is in a partnership already. So
  East Barnet, which is in no other, answers; no secondary school outside the fifteen does.
- Existing partnerships are mutual: where both sides answer, each names the other (or, of an answer for
  several schools, one of them) as an existing partner. A school of an alliance that stands, or of the
  trust, has an existing partner in it. The merger in consultation is no existing partnership.
- An entry of two schools (London Academy/Deansbrook Juniors) is one answer for both.
- The type wanted is loose, and hard for the trust.

What is assumed:
- Who answers is drawn from the Barnet schools of the fifteen partnerships, all alike. The other joint
  answers are each for the nearest schools of the same partnership that have not answered.
- A school names its neighbours: the weight of a school falls by a factor e every 900 m, so that about half
  of the first names lie within 1 km, as schools lie in two dimensions (in the letter's own partnerships the
  nearest other member is 630 m away in the median). It is multiplied by 0.6 for another phase that teaches
  the same ages and by 0.15 for other ages.
- An answer names two to five schools, at times one or two more. One is drawn from the schools beside it in
  the draft, one from all schools, both by nearness; the others too, but one in six of them regardless of
  nearness. Three answers name a school outside the borough as well, and three a secondary school outside the
  fifteen partnerships. The others are wanted partners; one answer in three has an existing partner nearby
  as well.
- Each list has the nearest first. An answer never names a school it speaks for.
"""


@dataclass(frozen=True)
class Respondents:
    """The schools that may answer, and what draws them to others.

    Parameters
    ----------
    points
        Easting and northing in metres, EPSG:27700, of every school of the data.
    beside
        The schools in the same partnership of the letter's draft, for each school that may answer.
    standing
        The schools in a standing alliance, or in the trust, with it.
    entries
        Schools that share one entry of the letter.
    surely
        Schools that are in the draft only because they answered.
    trust
        Schools of the trust.
    elsewhere, left_out
        Schools outside the borough, and the borough's secondary schools outside the fifteen partnerships.
    """

    points: Mapping[str, tuple[int, int]]
    phases: Mapping[str, str]
    beside: Mapping[str, frozenset[str]]
    standing: Mapping[str, frozenset[str]]
    entries: tuple[tuple[str, ...], ...]
    surely: tuple[str, ...]
    trust: frozenset[str]
    elsewhere: frozenset[str]
    left_out: frozenset[str]

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

    def nearest(self, urn: str, others: Iterable[str]) -> list[str]:
        """Return schools, the nearest first."""
        return sorted(others, key=lambda other: (self.distance(urn, other), other))


@dataclass
class Answer:
    """One answer while it is drawn."""

    responder: str
    on_behalf_of: list[str] = field(default_factory=list)
    existing: list[str] = field(default_factory=list)
    wanted: list[str] = field(default_factory=list)

    @property
    def covers(self) -> list[str]:
        """The responder and the schools it speaks for."""
        return [self.responder, *self.on_behalf_of]

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
    beside = together(letter["partnership"])
    trusts = [one for one in letter["partnership"] if one["basis"] == TRUST]
    standing = together([*(one for one in letter["alliance"] if one["status"] == STANDING), *trusts])
    secondary = {urn for urn in home if schools[urn]["phase"] in SECONDARY_PHASES}
    return Respondents(
        points={urn: (school["easting"], school["northing"]) for urn, school in schools.items()},
        phases={urn: school["phase"] for urn, school in schools.items()},
        beside={urn: others & home for urn, others in beside.items() if urn in home},
        standing=standing,
        entries=tuple(entries_of_several(letter)),
        surely=tuple(sorted(urn for urn in secondary if urn in beside and urn not in standing)),
        trust=frozenset(urn for trust in trusts for urn in members(trust)),
        elsewhere=frozenset(schools) - home,
        left_out=frozenset(secondary - set(beside)),
    )


def together(groups: Iterable[dict[str, Any]]) -> dict[str, frozenset[str]]:
    """Return for each school of some groups the others of its groups."""
    found: dict[str, set[str]] = {}
    for group in groups:
        for urn in members(group):
            found.setdefault(urn, set()).update(members(group))
    return {urn: frozenset(others - {urn}) for urn, others in found.items()}


def members(group: dict[str, Any]) -> list[str]:
    """Return the schools of a partnership or alliance, its lead first where it has one."""
    urns = [group.get("lead")]
    for member in group["members"]:
        urns += member.get("urns", [member.get("urn")])
    return list(dict.fromkeys(urn for urn in urns if urn is not None))


def entries_of_several(letter: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """Yield the schools of each entry that is several schools."""
    for partnership in letter["partnership"]:
        for member in partnership["members"]:
            if len(member.get("urns", ())) > 1:
                yield tuple(member["urns"])


def draw_answers(respondents: Respondents, counts: dict[str, int], chance: random.Random) -> list[Answer]:
    """Return all answers in the order of the responders' URNs."""
    answers = [Answer(one, list(others)) for one, *others in respondents.entries]
    answers += [Answer(urn) for urn in respondents.surely]
    taken = {urn for answer in answers for urn in answer.covers}
    free = sorted(set(respondents.beside) - taken)
    drawn = [Answer(urn) for urn in draw_several(free, counts["direct"] - len(answers), chance)]
    give_joint_answers(drawn, respondents, set(free))
    answers = sorted([*answers, *drawn], key=lambda answer: answer.responder)
    draw_existing(answers, respondents, chance)
    for answer in answers:
        draw_wanted(answer, respondents, chance)
    for number, pool in ((NAME_ONE_ELSEWHERE, respondents.elsewhere), (NAME_ONE_LEFT_OUT, respondents.left_out)):
        for answer in draw_several(answers, number, chance):
            answer.wanted.append(draw_near(answer, pool, respondents, chance))
    for answer in answers:
        for names in (answer.existing, answer.wanted):
            names[:] = respondents.nearest(answer.responder, names)
    return answers


def give_joint_answers(answers: list[Answer], respondents: Respondents, free: set[str]) -> None:
    """Let the first answers that can speak for enough silent schools beside them do so.

    An answer must leave at least one school of each partnership to be named.
    """
    silent = free - {answer.responder for answer in answers}
    waiting = iter(answers)
    for number in JOINT_ANSWERS:
        for answer in waiting:
            near = respondents.nearest(answer.responder, respondents.beside[answer.responder] & silent)[:number]
            covers = {answer.responder, *near}
            if len(near) == number and all(respondents.beside[urn] - covers for urn in covers):
                answer.on_behalf_of = sorted(near)
                silent -= covers
                break
        else:
            raise AssertionError("Too few answers can speak for others.")


def draw_existing(answers: list[Answer], respondents: Respondents, chance: random.Random) -> None:
    """Give each school of an alliance or trust a partner in it and some others one nearby, each from both sides."""
    by_school = {urn: answer for answer in answers for urn in answer.covers}
    for answer in answers:
        allies = frozenset[str]().union(*(respondents.standing.get(urn, frozenset()) for urn in answer.covers))
        if allies and not allies & {*answer.existing} and allies - {*answer.covers}:
            make_partners(answer, draw_near(answer, allies, respondents, chance), by_school)
        if chance.random() < HAS_AN_EXISTING_NEIGHBOUR:
            make_partners(answer, draw_near(answer, respondents.beside, respondents, chance), by_school)


def make_partners(answer: Answer, other: str, by_school: Mapping[str, Answer]) -> None:
    """Let an answer name a school as an existing partner, and that school's answer name this one."""
    answer.existing.append(other)
    theirs = by_school.get(other)
    if theirs and not {*theirs.existing} & {*answer.covers}:
        theirs.existing.append(answer.responder)


def draw_wanted(answer: Answer, respondents: Respondents, chance: random.Random) -> None:
    """Draw wanted partners: for each school covered one beside it in the draft, then others."""
    number = NAMED_AT_LEAST + int(chance.random() * (NAMED_AT_MOST - NAMED_AT_LEAST + 1))
    for urn in answer.covers:
        if not respondents.beside[urn] & {*answer.named}:
            answer.wanted.append(draw_near(answer, respondents.beside[urn], respondents, chance))
    if not answer.wanted or len(answer.named) < number:
        answer.wanted.append(draw_near(answer, respondents.beside, respondents, chance))
    while len(answer.named) < number:
        regardless = chance.random() < REGARDLESS_OF_NEARNESS
        answer.wanted.append(draw_near(answer, respondents.beside, respondents, chance, regardless=regardless))


def draw_near(
    answer: Answer,
    pool: Iterable[str],
    respondents: Respondents,
    chance: random.Random,
    *,
    regardless: bool = False,
) -> str:
    """Draw a school that an answer does not name yet, by nearness and phase, or regardless of nearness by phase."""
    candidates = sorted(set(pool) - {*answer.covers, *answer.named})
    weight = respondents.likeness if regardless else respondents.nearness
    return draw(candidates, [weight(answer.responder, other) for other in candidates], chance)


def draw_several(items: list[Item], number: int, chance: random.Random) -> list[Item]:
    """Draw items without putting back, all alike."""
    left = list(items)
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
        "wanted_type": "hard" if answer.responder in respondents.trust else "loose",
    }


def write_sidecar(path: Path, survey_round: str, seed: int) -> None:
    """Write what the answers are, how they were made, and the range that was measured of surveys made so."""
    _, table, measured = (DATA / "survey.toml").read_text(encoding="utf-8").partition("\n[range]\n")
    path.write_text(
        "illustrative = true\n"
        f'round = "{survey_round}"\n'
        'made_by = "scripts/make_survey.py"\n'
        f"seed = {seed}\n"
        f'method = """\n{METHOD}"""\n{table}{measured}',
        encoding="utf-8",
        newline="\n",
    )


if __name__ == "__main__":
    main()
