"""Whatever is changed in a plan, the check sees it. The changes are those a slip or a forger would make.

Two things cannot be seen from a plan alone, and are not claimed: that an unproven bound was lowered (it is a true
bound still) or raised below the objective, and distances changed by less than half a millimetre.
"""

import csv
import dataclasses
import io
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_partnerships.checking import check
from geo_partnerships.checking.verdicts import BY_HAND
from geo_partnerships.errors import BadDataError
from geo_partnerships.exports.tables import write_csv
from geo_partnerships.intake.plans import read_plan
from geo_partnerships.letter import ListedMember
from geo_partnerships.model import Response
from geo_partnerships.planning import moving, plan, plan_of_draft
from geo_partnerships.plans import Role, StrandResult
from geo_partnerships.views.fill import view_of
from geo_partnerships.vocabulary import PartnershipType
from tests.depth import examples
from tests.small import school, small_letter, small_problem, small_scenario, two_villages, with_bound

quick = settings(max_examples=examples(30), deadline=None)
PAIR = ("10", "25")
ANSWERS = (
    Response(responder="10", on_behalf_of=("11",), existing=("12",), wanted=("25",)),
    Response(responder="20", wanted=("21",)),
    Response(responder="30", wanted=("22",)),
    Response(responder="14", wanted=("24",)),
)
LETTER = small_letter(PAIR, tuple(f"1{i}" for i in range(6)), tuple(f"2{i}" for i in range(6)))


def make():
    """Two villages, a pair as the letter has it, one strand of one, an answering school, every kind of rule."""
    schools = {**two_villages(), "30": school("30", 5_200, 60, phase="secondary", district="N2")}
    schools["12"] = dataclasses.replace(schools["12"], designations=("LLE",))
    problem = small_problem(*ANSWERS, letter=LETTER, schools=schools)
    scenario = small_scenario(
        area={"members": {"letter": [2, 3], "respondents": True}, "partnerships": 3, "size": [3, 6]},
        strands={
            "trust": {"members": {"letter": [1]}, "as_given": True},
            "far": {"members": {"schools": ["15", "20", "21"]}, "name": "Far"},
        },
        guarantee={"strength": "preferred", "weight": 10},
        leaders={"strength": "preferred"},
        must_link=[{"schools": ["10", "11"]}, {"schools": ["13", "23"], "strength": "preferred", "weight": 7}],
        cannot_link=[{"schools": ["10", "15"]}],
        pinned=[{"schools": ["22"], "partnership": "x"}],
        balance=[{"name": "all", "phases": ["primary"], "most": 5}],
        district_penalty=40,
    )
    return plan(problem, scenario)


GOOD = make()
PLAN_FIELDS = [(i, m) for i, m in enumerate(GOOD.memberships)]
NUMBERS = [p.number for p in GOOD.partnerships]


def failed(made):
    return {c.code for c in check(made).broken}


def with_membership(index, **changes):
    found = list(GOOD.memberships)
    found[index] = dataclasses.replace(found[index], **changes)
    return dataclasses.replace(GOOD, memberships=tuple(found))


def with_partnership(index, **changes):
    found = list(GOOD.partnerships)
    found[index] = dataclasses.replace(found[index], **changes)
    return dataclasses.replace(GOOD, partnerships=tuple(found))


def with_strand(index, **changes):
    found = list(GOOD.strands)
    found[index] = dataclasses.replace(found[index], **changes)
    return dataclasses.replace(GOOD, strands=tuple(found))


def rebuilt(groups):
    """The plan with other members, everything that follows from them put right but what the solver states."""
    partnerships = tuple(
        dataclasses.replace(p, members=tuple(sorted(groups[p.number])), centre=None) for p in GOOD.partnerships
    )
    partnerships = tuple(
        dataclasses.replace(p, centre=moving._centre(GOOD, p.strand, p.members)) if p.members else p
        for p in partnerships
    )
    made = dataclasses.replace(GOOD, partnerships=partnerships)
    return dataclasses.replace(made, memberships=moving.memberships_of(GOOD.problem, partnerships))


memberships = st.integers(0, len(GOOD.memberships) - 1)
partnerships = st.integers(0, len(GOOD.partnerships) - 1)
strands = st.integers(0, len(GOOD.strands) - 1)


def test_the_plan_itself_is_in_order() -> None:
    assert failed(GOOD) == set()
    assert {s.strand: bool(s.broken) for s in GOOD.strands} == {"trust": False, "far": False, "area": True}
    assert moving.BY_HAND == BY_HAND  # the check may not look into planning, so it has its own word for it


@quick
@given(memberships, st.sampled_from(NUMBERS))
def test_one_assignment_moved_with_all_its_figures(index, number) -> None:
    m = GOOD.memberships[index]
    groups = {p.number: set(p.members) for p in GOOD.partnerships}
    if m.school in groups[number]:
        return
    groups[m.partnership].discard(m.school)
    groups[number].add(m.school)
    assert failed(rebuilt(groups))


@quick
@given(memberships)
def test_one_assignment_dropped_with_all_its_figures(index) -> None:
    m = GOOD.memberships[index]
    groups = {p.number: set(p.members) for p in GOOD.partnerships}
    groups[m.partnership].discard(m.school)
    assert failed(rebuilt(groups))


@quick
@given(st.sampled_from(sorted(GOOD.problem.schools)), st.sampled_from(NUMBERS))
def test_one_assignment_added_with_all_its_figures(urn, number) -> None:
    groups = {p.number: set(p.members) for p in GOOD.partnerships}
    if urn in groups[number]:
        return
    groups[number].add(urn)
    assert failed(rebuilt(groups))


@quick
@given(memberships, st.sampled_from(["1", "", "999", "30", "10"]))
def test_a_membership_of_another_school(index, urn) -> None:
    if urn != GOOD.memberships[index].school:
        assert "members" in failed(with_membership(index, school=urn))


@quick
@given(memberships, st.one_of(st.none(), st.floats(allow_nan=True, allow_infinity=True)))
def test_any_distance(index, distance) -> None:
    stated = GOOD.memberships[index].distance_to_centre_m
    if distance is not None and math.isclose(stated, distance, rel_tol=0, abs_tol=6e-4):
        return
    assert "distances" in failed(with_membership(index, distance_to_centre_m=distance))


@quick
@given(memberships, st.sampled_from([-1.0, -0.001, 0.001, math.inf, -math.inf, math.nan]))
def test_a_distance_nudged(index, by) -> None:
    stated = GOOD.memberships[index].distance_to_centre_m
    assert "distances" in failed(with_membership(index, distance_to_centre_m=stated + by))


@quick
@given(memberships, st.data())
def test_a_role_a_strand_or_a_number_of_a_membership(index, data) -> None:
    m = GOOD.memberships[index]
    changed = data.draw(
        st.sampled_from([
            {"role": Role.MEMBER if m.role is Role.CENTRE else Role.CENTRE},
            {"strand": "elsewhere"},
            {"partnership": m.partnership + 1},
            {"partnership": -m.partnership},
        ])
    )  # fmt: skip
    assert failed(with_membership(index, **changed)) & {"distances", "members"}


@quick
@given(partnerships, st.data())
def test_a_centre(index, data) -> None:
    p = GOOD.partnerships[index]
    centre = data.draw(st.sampled_from([None, "999", "", *[u for u in GOOD.problem.schools if u != p.centre]]))
    assert failed(with_partnership(index, centre=centre)) & {"centres", "distances", "members"}


@quick
@given(partnerships, st.data())
def test_a_name_number_type_status_or_strand_of_a_partnership(index, data) -> None:
    p = GOOD.partnerships[index]
    changed = data.draw(
        st.sampled_from([
            {"name": p.name + " "}, {"name": ""}, {"name": "N99 Area"}, {"number": 99}, {"number": 0},
            {"number": p.number % len(NUMBERS) + 1}, {"status": "agreed"}, {"type": PartnershipType.HARD},
            {"strand": "nowhere"}, {"strand": "area" if p.strand != "area" else "far"},
            {"unnamed": (ListedMember(text="three more", unnamed=3),)} if p.strand == "trust" else {"name": "x"},
        ])
    )  # fmt: skip
    assert failed(with_partnership(index, **changed))


@quick
@given(partnerships, st.data())
def test_members_of_a_partnership_without_the_list_of_memberships(index, data) -> None:
    members = GOOD.partnerships[index].members
    other = data.draw(
        st.sampled_from([
            members[1:], (*members, members[0]), (), (*members[:-1], "999"), (*members, "30", "30"), members[::-1][:1],
        ])
    )  # fmt: skip
    assert failed(with_partnership(index, members=other))


@quick
@given(strands, st.booleans(), st.floats(allow_nan=True, allow_infinity=True))
def test_any_objective_or_bound_of_a_proven_strand(index, is_bound, value) -> None:
    result = GOOD.strands[index]
    bound = with_bound(result, value, proven=True).certificate
    assert result.certificate is None or result.certificate.proven  # what is taken as given has none
    if not math.isclose(result.objective, value, rel_tol=1e-5, abs_tol=2e-3):
        changed = {"certificate": bound} if is_bound else {"objective": value}
        assert "objective" in failed(with_strand(index, **changed))


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, -1.0])
def test_a_bound_that_is_no_bound_even_where_nothing_is_proven(value) -> None:
    assert "objective" in failed(with_strand(2, certificate=with_bound(GOOD.strands[2], value).certificate))


@quick
@given(st.data())
def test_the_preferred_rules_that_are_broken(data) -> None:
    area = GOOD.strands[2]
    broken = list(area.broken)
    at = data.draw(st.integers(0, len(broken) - 1))
    other = data.draw(
        st.sampled_from([
            broken[:at] + broken[at + 1 :],
            [*broken, broken[at]],
            [dataclasses.replace(b, cost_m=b.cost_m + 1) if i == at else b for i, b in enumerate(broken)],
            [dataclasses.replace(b, amount=b.amount + 1) if i == at else b for i, b in enumerate(broken)],
            [dataclasses.replace(b, cost_m=math.nan) if i == at else b for i, b in enumerate(broken)],
        ])
    )  # fmt: skip
    total = area.objective - math.fsum(b.cost_m for b in broken) + math.fsum(b.cost_m for b in other)
    assert "objective" in failed(with_strand(2, broken=tuple(other)))
    bound = with_bound(area, total, proven=True).certificate
    assert "objective" in failed(with_strand(2, broken=tuple(other), objective=total, certificate=bound))


@pytest.mark.parametrize(
    "results",
    [
        GOOD.strands[1:],
        (*GOOD.strands, GOOD.strands[0]),
        (*GOOD.strands, StrandResult(strand="ghost", objective=0, method="exact")),
    ],
    ids=["one missing", "one twice", "one of no strand"],
)
def test_results_of_other_strands(results) -> None:
    assert "objective" in failed(dataclasses.replace(GOOD, strands=results))


def test_the_data_or_the_scenario_under_it() -> None:
    other = dataclasses.replace(GOOD.problem, digest="f" * 64)
    assert "inputs" in failed(dataclasses.replace(GOOD, problem=other))
    assert "inputs" in failed(dataclasses.replace(GOOD, scenario=GOOD.scenario.model_copy(update={"seed": 1})))
    assert "inputs" in failed(dataclasses.replace(GOOD, digest="0" * 64))


@quick
@given(st.sampled_from(sorted(GOOD.problem.schools)), st.sampled_from([-300.0, 900.0]))
def test_a_point_that_moved_under_the_plan(urn, by) -> None:
    moved = dataclasses.replace(GOOD.problem.schools[urn], northing=GOOD.problem.schools[urn].northing + by)
    problem = dataclasses.replace(GOOD.problem, schools={**GOOD.problem.schools, urn: moved})
    made = dataclasses.replace(GOOD, problem=problem)
    assert failed(made) & {"distances", "centres", "objective"}


def test_a_centre_that_has_no_point() -> None:
    nowhere = dataclasses.replace(GOOD.problem.schools["25"], easting=None, northing=None)
    problem = dataclasses.replace(GOOD.problem, schools={**GOOD.problem.schools, "25": nowhere})
    trust = next(i for i, p in enumerate(GOOD.partnerships) if p.strand == "trust")
    made = dataclasses.replace(with_partnership(trust, centre="25"), problem=problem)
    assert "centres" in failed(made)


def test_a_draft_that_is_not_the_letters() -> None:
    draft = plan_of_draft(GOOD.problem, GOOD.scenario)
    assert failed(draft) == set()
    first, second, *rest = draft.partnerships
    one, other = (dataclasses.replace(first, number=2), dataclasses.replace(second, number=1))
    assert "names" in failed(dataclasses.replace(draft, partnerships=(one, other, *rest)))
    without = dataclasses.replace(second, members=second.members[:-1])
    assert {"as-given", "partition"} <= failed(dataclasses.replace(draft, partnerships=(first, without, *rest)))


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    path = tmp_path_factory.mktemp("plan") / "plan.csv"
    write_csv(view_of(GOOD, scenario="small"), path)
    return path, list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


def read_back(path, rows):
    changed = path.with_name("changed.csv")
    with changed.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return read_plan(changed, GOOD.problem, GOOD.scenario)


def is_told(path, rows):
    """Whether a changed plan is refused when it is read, or fails the check."""
    try:
        return bool(failed(read_back(path, rows)))
    except BadDataError:
        return True


def test_a_published_plan_read_back_is_in_order_and_the_same(rows) -> None:
    made = read_back(*rows)
    assert failed(made) == set()
    assert [(p.number, p.name, p.centre, p.members) for p in made.partnerships] == [
        (p.number, p.name, p.centre, p.members) for p in GOOD.partnerships
    ]


@quick
@given(st.data())
def test_one_cell_of_a_published_plan(rows, data) -> None:
    path, good = rows
    index = data.draw(st.integers(0, len(good) - 1))
    row = dict(good[index])
    field = data.draw(st.sampled_from(["urn", "partnership", "strand", "role", "distance_to_centre_m"]))
    other = {
        "urn": [u for u in GOOD.problem.schools if u != row["urn"]],
        "partnership": [str(n) for n in (*NUMBERS, 77) if str(n) != row["partnership"]],
        "strand": [s for s in ("area", "far", "trust", "x") if s != row["strand"]],
        "role": ["centre" if row["role"] == "member" else "member"],
        "distance_to_centre_m": ["", "0.5", "1e9", str(float(row["distance_to_centre_m"] or 0) + 0.001)],
    }[field]
    row[field] = data.draw(st.sampled_from(other))
    assert is_told(path, [*good[:index], row, *good[index + 1 :]])


@quick
@given(st.data())
def test_the_name_of_a_partnership_in_a_published_plan(rows, data) -> None:
    path, good = rows
    number = data.draw(st.sampled_from(NUMBERS))
    renamed = [{**row, "partnership_name": "Else"} if row["partnership"] == str(number) else row for row in good]
    assert "names" in failed(read_back(path, renamed))


@quick
@given(st.data())
def test_a_row_dropped_or_twice_in_a_published_plan(rows, data) -> None:
    path, good = rows
    index = data.draw(st.integers(0, len(good) - 1))
    assert is_told(path, good[:index] + good[index + 1 :])
    assert is_told(path, [*good, good[index]])
