"""Every limit at its edge: what is at it is taken, what is one beyond is not.

One table: the constant, the limit, the step beyond it, and a probe that says whether a thing of a size is taken whole.
A number of these folders that is no limit stands in `MEASURES`, so that a new limit cannot come without its row.
"""

from __future__ import annotations

import ast
import dataclasses
import json
from pathlib import Path
from types import SimpleNamespace

import pytest

import geo_partnerships
from geo_partnerships.certificate import Breach, Lack, Proof, proof_words, reaches
from geo_partnerships.checking import check
from geo_partnerships.checking.coverage import Uncovered
from geo_partnerships.checking.naming import expected_names
from geo_partnerships.checking.verdicts import verdict
from geo_partnerships.countries.country import country_from
from geo_partnerships.deciding import Action, Decision, why_here
from geo_partnerships.deciding.decision import decision_from
from geo_partnerships.deciding.log import _words
from geo_partnerships.deciding.rules import _strand_rows
from geo_partnerships.errors import UsageError
from geo_partnerships.model import Response
from geo_partnerships.planning import plan
from geo_partnerships.publishing.manifest import is_inside
from geo_partnerships.updating.differences import differences_of
from geo_partnerships.views.fill import _colours, view_of
from geo_partnerships.views.model import Audience
from geo_partnerships.workbench.judging import _offices
from geo_partnerships.workbench.payload import _decisions
from geo_partnerships.workbench.tasks import _shortened
from tests.intake import limits as intake
from tests.small import school, small_problem, small_scenario, with_bound
from tests.workbench.test_routes import visitor  # noqa: F401 - a fixture

PACKAGE = Path(geo_partnerships.__file__).parent
FOLDERS = (
    "certificate",
    "checking",
    "countries",
    "deciding",
    "documents",
    "intake",
    "publishing",
    "updating",
    "views",
    "workbench",
)
MEASURES = {
    "checking.naming.FARTHEST_M": "metres within which a locality names a partnership: tests/planning/test_naming.py",
    "checking.naming.LOWER_RANK_M": "metres that a rank counts for: tests/planning/test_naming.py",
    "deciding.changes.EXPLAINED": "of how many schools it is told why they moved: a bound on work",
    "countries.country.AROUND_M": "metres around a country that maps may show",
    "countries.country.MOST_CONFUSED": "letters and digits changed for a postcode that is suggested",
    "countries.country.SHOWN": "letters of a wrong value that are told",
    "documents.printing.LONGEST_S": "seconds; no test asserts a time",
    "updating.staying.CHANGE_M": "metres that a change is worth: tests/updating",
    "workbench.offers.NAMES_AT_ONCE": "names that are asked for in one go; the next come when these are confirmed",
    "workbench.moves.LEAST_IN_SWAP": "two schools make a swap",
    "deciding.consequences.EXCHANGES": "how many exchanges are tried for a school: a bound on work",
    "intake.places.layers.USUAL_RANK": "of a locality that states none",
    **intake.MEASURES,
    "checking.rules.stay.MILLIMETRES": "digits to which sums of metres are the same",
    "checking.measures.ROUNDING_M": "limits at their edge: tests/planning/rules/test_max_distance.py",
    "checking.figures.TOLERANCE_M": "centres and bounds at their tolerance: tests/checking/test_figures.py",
    "deciding.log.LARGEST_LINE": "bytes kept free at the end of a log",
    "checking.rules.goals.TOLERANCE": "metres that sums may differ by: tests/planning/test_goals.py",
    "checking.rules.goals.ROUNDING_M": "metres that published distances are rounded by: tests/planning/test_goals.py",
    "publishing.folder.MANY_FILES": "from how many files on threads are used",
    "publishing.folder.AT_A_TIME": "number of threads",
    "publishing.manifest.MARK.version": "of a format",
    "publishing.folder._AT_FDCWD": "the kernel's",
    "publishing.folder._RENAME_EXCHANGE": "the kernel's",
    "views.areas.PALETTE_SIZE": "colours to choose from",
    "views.areas.OUTSIDE": "metres, a drawing",
    "views.areas.MARGIN": "metres, a drawing",
    "views.areas.TWIN_OFFSET": "metres, a drawing",
    "views.areas.TOUCH": "metres, a drawing",
    "views.fit.MOST": "schools measured each to each: tests/views/test_fit.py",
    "views.compass.NO_DIRECTION_M": "metres within which there is no direction: tests/views/test_compass.py",
    "workbench.form.MOST_PARTNERSHIPS": "what a field of the form takes: the model has the limit",
    "workbench.form.SHARE_STEP": "of a field of the form",
    "workbench.copies.CHUNK": "bytes held while a file is copied",
    "workbench.proposals.LONGEST_READ_S": "seconds; no test asserts a time",
    "workbench.payload.WAVERING_SHOWN": "schools that waver most, as many as a list on the desk has room for",
    "workbench.security.BYTES": "length of a key",
    "workbench.serving.THREADS": "number of threads",
}
MADE = plan(small_problem(), small_scenario())
VILLAGES = [f"{p}{i}" for p in (1, 2) for i in range(6)]


def in_groups(*groups: tuple[str, ...], **changes):
    """Return the small plan with these groups as its partnerships."""
    first = MADE.partnerships[0]
    partnerships = tuple(
        dataclasses.replace(first, number=number, members=members, centre=members[0])
        for number, members in enumerate(groups, start=1)
    )
    return dataclasses.replace(MADE, partnerships=partnerships, **changes)


def failing(made):
    return {one.code for one in check(made).checks if not one.holds}


def problems_are_told(number: int) -> bool:
    return "more" not in verdict("code", "Name", ["wrong"] * number, "Fine.").message


def districts_are_named(number: int) -> bool:
    schools = {str(n): school(str(n), 0, n, district=f"N{n}") for n in range(number)}
    made = in_groups(tuple(schools), problem=small_problem(schools=schools))
    return expected_names(made, "", made.partnerships)[0].count("N") == number


def alliances_are_named(number: int) -> bool:
    names = tuple(f"The {n} Oaks" for n in range(number))
    return all(name in Uncovered(school="1", reason="alliance-only", alliances=names).words for name in names)


def schools_make_a_partnership(number: int) -> bool:
    scenario = small_scenario(area={"partnerships": [1, 3], "size": None})
    return "size-area" not in failing(in_groups(tuple(VILLAGES[:number]), tuple(VILLAGES[6:]), scenario=scenario))


def stated_distance_agrees(wrong_by_m: float) -> bool:
    first = next(m for m in MADE.memberships if m.distance_to_centre_m == 0.0)
    stated = dataclasses.replace(first, distance_to_centre_m=wrong_by_m)
    others = (m for m in MADE.memberships if m is not first)
    return "distances" not in failing(dataclasses.replace(MADE, memberships=(stated, *others)))


def stated_objective_agrees(wrong_by_m: float) -> bool:
    [result] = MADE.strands
    stated = with_bound(dataclasses.replace(result, objective=result.objective + wrong_by_m), 0.0)
    return "objective" not in failing(dataclasses.replace(MADE, strands=(stated,)))


def bound_is_reached_in_the_check(share: float) -> bool:
    [result] = MADE.strands
    bounded = with_bound(result, result.objective * (1 - share), proven=True)
    return "objective" not in failing(dataclasses.replace(MADE, strands=(bounded,)))


def length_is_the_same(difference_m: float) -> bool:
    broken = (Breach(code="size-area", words="size", private=False),)
    proof = Proof(objective=1_000.0 + difference_m, lack=Lack.BROKEN, breaches=broken, least=1_000.0)
    return "as long" in proof_words(proof)


def is_a_decision(**fields: object) -> bool:
    row = {"n": 1, "when": "now", "by": "me", "action": "comment", **fields}
    try:
        decision_from(json.dumps(row))
    except ValueError:
        return False
    return True


def fault_is_told_whole(characters: int) -> bool:
    with pytest.raises(ValueError, match=f"^.{{{characters}}}$") as told:
        decision_from(json.dumps({"n": 1, "when": "now", "by": "me", "action": "a" * (characters - 24)}))
    return str(told.value) in _words(told.value)


def other_partnerships_are_told(number: int) -> bool:
    groups = [tuple(VILLAGES[at : at + 2]) for at in range(0, 2 * (number + 1), 2)]
    return len(why_here(in_groups(*groups), groups[0][0], 1)) == number


def role_is_taken(length: int) -> bool:
    target = MADE.partnerships[0]
    try:
        return bool(_offices(target, "a" * length, target.members[0]))
    except UsageError:
        return False


def decisions_are_shown(number: int) -> bool:
    taken = [Decision(action=Action.COMMENT, when="now", by="me", n=n) for n in range(1, number + 1)]
    sheet = SimpleNamespace(plan=MADE, decisions=taken)
    return len(_decisions(sheet)) == number


def answers_are_counted(number: int) -> bool:
    given = tuple(Response(responder=urn, wanted=("25",)) for urn in VILLAGES[:number])
    made = plan(small_problem(*given), small_scenario(guarantee={"strength": "preferred"}))
    return f"{number} answers for {number} schools" in repr(view_of(made, Audience.PUBLIC, scenario="x"))


def reason_is_kept_whole(length: int) -> bool:
    [row] = _strand_rows({("10", "area"): "a" * length})
    return row["reason"] == "a" * length


def colours_differ(number: int) -> bool:
    partnerships = [SimpleNamespace(number=n, colour=None) for n in range(1, number + 1)]
    return len(set(_colours(SimpleNamespace(partnerships=partnerships), {}).values())) == number


def postcode_is_read(characters: int) -> bool:
    own = country_from("own", {"name": "X", "grid": "utm", "degrees": [0, 0, 1, 1], "postcode_form": "(.*)"})
    return own.tidy("A" * characters) != ""


def move_is_no_other_site(metres: float) -> bool:
    moved = dataclasses.replace(MADE.problem.schools["10"], easting=MADE.problem.schools["10"].easting + metres)
    return not differences_of(MADE, dataclasses.replace(MADE.problem, schools={**MADE.problem.schools, "10": moved}))


WEIGHTS = {"intake.schools.names._LIGHT"}
OTHERS = {"limits.SQUARE_COLUMNS"}
LIMITS = [
    *intake.ROWS,
    ("certificate.PROOF_TOLERANCE", 1e-6, 1.01e-6, lambda gap: reaches(gap, 0.0)),
    ("certificate.SHORTEST_M", 0.5, 0.51, length_is_the_same),
    ("certificate.SHORTEST_M", -0.5, -0.51, length_is_the_same),
    ("checking.coverage.ALLIANCES_SHOWN", 3, 4, alliances_are_named),
    ("checking.figures.PROOF_TOLERANCE", 0.99e-6, 1.01e-6, bound_is_reached_in_the_check),
    ("checking.figures.ROUNDING_M", 6e-4, 6.1e-4, stated_distance_agrees),
    ("checking.figures.SUM_TOLERANCE_M", 0.99e-3, 1.01e-3, stated_objective_agrees),
    ("checking.naming.MOST_DISTRICTS", 3, 4, districts_are_named),
    ("checking.rules.numbers.LEAST_MEMBERS", 2, 1, schools_make_a_partnership),
    ("checking.verdicts.SHOWN_AT_MOST", 5, 6, problems_are_told),
    ("countries.country.LONGEST_POSTCODE", 12, 13, postcode_is_read),
    ("deciding.consequences.ALTERNATIVES", 3, 4, other_partnerships_are_told),
    ("deciding.decision.GREATEST_N", 10**9, 10**9 + 1, lambda n: is_a_decision(n=n)),
    ("deciding.decision.MOST_DIGITS", 6, 7, lambda n: is_a_decision(action="move", school="1", to="1" * n)),
    ("deciding.log.LONGEST_WORDS", 120, 121, fault_is_told_whole),
    (
        "deciding.rules.LONGEST_REASON",
        500,
        501,
        lambda n: len(_strand_rows({("10", "area"): "a" * n})[0]["reason"]) == n,
    ),
    ("publishing.manifest.LONGEST_NAME", 255, 256, lambda n: is_inside("a" * n)),
    ("updating.differences.MOVED_SITE_M", 100.0, 100.1, move_is_no_other_site),
    ("views.fill.COLOURS", 7, 8, colours_differ),
    ("views.redact.SMALL_COUNT", 5, 4, answers_are_counted),
    ("workbench.judging.LONGEST_ROLE", 80, 81, role_is_taken),
    ("workbench.payload.SHOWN_DECISIONS", 200, 201, decisions_are_shown),
    ("workbench.tasks.SHOWN_NAMES", 20, 21, lambda n: "more" not in _shortened(["Ash"] * n)),
]
SENT = [
    ("workbench.app.MOST_BYTES", 5_000_000, "/api/upload/survey?ending=.csv", lambda n: b"x" * n),
    ("workbench.bodies.MOST_JSON", 100_000, "/api/refresh", lambda n: {"x": "a" * (n - 9)}),
    ("workbench.bodies.LONGEST.key", 200, "/api/rerun", lambda n: {"seen": 1, "parameters": {"a" * n: "1"}}),
    (
        "workbench.bodies.LONGEST_PARAMETER",
        20_000,
        "/api/rerun",
        lambda n: {"seen": 1, "parameters": {"title": "a" * n}},
    ),
    ("workbench.bodies.LONGEST.reason", 2_000, "/api/decide", lambda n: a_comment(reason="a" * n)),
    ("workbench.bodies.LONGEST.a", 300, "/api/compare", lambda n: {"a": "a" * n, "b": "b"}),
    ("workbench.bodies.LONGEST.b", 300, "/api/compare", lambda n: {"a": "a", "b": "b" * n}),
    ("workbench.bodies.LONGEST.by", 80, "/api/decide", lambda n: a_comment(by="a" * n)),
    ("workbench.bodies.LONGEST.to", 80, "/api/decide", lambda n: a_comment(to="a" * n)),
    ("workbench.bodies.LONGEST.value", 120, "/api/decide", lambda n: a_comment(value="a" * n)),
    ("workbench.bodies.LONGEST.source", 20, "/api/decide", lambda n: a_comment(source="a" * n)),
    ("workbench.bodies.LONGEST.school", 60, "/api/decide", lambda n: a_comment(school="a" * n)),
    ("workbench.bodies.LONGEST.date", 10, "/api/decide", lambda n: a_comment(date="2015-01-311"[:n])),
]
REFUSED = ("too long", "larger than", "makes no sense", "name of no parameter", "write each parameter")


def a_comment(**fields: str) -> dict[str, object]:
    return {"action": "comment", "seen": 1, "by": "me", **fields}


@pytest.mark.parametrize(("constant", "at", "beyond", "is_taken"), LIMITS)
def test_what_is_at_a_limit_is_taken_and_what_is_beyond_is_not(constant, at, beyond, is_taken) -> None:
    assert is_taken(at), f"{constant}: {at} is at the limit"
    assert not is_taken(beyond), f"{constant}: {beyond} is beyond it"


@pytest.mark.parametrize(("constant", "most", "path", "body"), SENT)
def test_what_is_sent_to_the_desk_is_taken_to_its_limit_and_no_further(visitor, constant, most, path, body) -> None:  # noqa: F811
    send, _ = visitor

    def is_taken(size: int) -> bool:
        sent = body(size)
        answer = send(path, content=sent) if isinstance(sent, bytes) else send(path, sent)
        return answer.status_code == 200 or not any(words in answer.json["error"] for words in REFUSED)

    assert is_taken(most), f"{constant}: {most} is at the limit"
    assert not is_taken(most + 1), f"{constant}: {most + 1} is beyond it"


def test_every_number_of_these_folders_has_its_row_or_is_no_limit() -> None:
    rows = {constant for constant, *_ in (*LIMITS, *SENT)}
    found = set(_numbers())
    assert found - rows - MEASURES.keys() == set()
    assert (rows | MEASURES.keys()) - found - OTHERS == set()


def _numbers():
    """Yield the names of the numbers that the modules of these folders declare; of a table of numbers, its keys."""
    for folder in FOLDERS:
        for path in sorted([*PACKAGE.glob(f"{folder}.py"), *PACKAGE.glob(f"{folder}/**/*.py")]):
            module = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                    name = f"{module}.{node.targets[0].id}"
                    if isinstance(node.value, ast.Dict) and name not in WEIGHTS:
                        keys = zip(node.value.keys, node.value.values, strict=True)
                        yield from (f"{name}.{ast.literal_eval(key)}" for key, value in keys if _is_number(value))
                    elif _is_number(node.value):
                        yield name


def _is_number(node: ast.expr) -> bool:
    if isinstance(node, ast.UnaryOp):
        return _is_number(node.operand)
    if isinstance(node, ast.BinOp):
        return _is_number(node.left) and _is_number(node.right)
    return isinstance(node, ast.Constant) and type(node.value) in {int, float}
