"""What holds of words: names, cells, views and files, whatever a school is called."""

import csv
import dataclasses
import io
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo_partnerships.characters import is_unprintable
from geo_partnerships.exports.plan_json import write_plan_json
from geo_partnerships.exports.tables import harmless, memberships, write_csv
from geo_partnerships.findings import Finding, Severity, bounded
from geo_partnerships.intake.formats.findings_log import shown
from geo_partnerships.intake.plans import read_plan
from geo_partnerships.intake.schools.names import NameIndex
from geo_partnerships.model import Judgement, Response, School
from geo_partnerships.planning import plan
from geo_partnerships.publishing import verify, write_manifest
from geo_partnerships.publishing.manifest import file_digests
from geo_partnerships.scenarios.parameters import Scenario
from geo_partnerships.scenarios.read import apply_change, parse_value, scenario_from
from geo_partnerships.views.fill import view_of
from geo_partnerships.views.model import Audience
from tests.depth import examples
from tests.small import small_problem, small_scenario, two_villages

quick = settings(
    max_examples=examples(25),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=40)
WORDS = st.lists(st.sampled_from(["St", "Mary's", "Hill", "Park", "Infant", "School", "Junior", "&", "C of E"]),
                 min_size=1, max_size=4).map(" ".join)  # fmt: skip
FILES = st.from_regex(r"[a-z0-9]{1,8}(/[a-z0-9]{1,8})?\.(html|csv)", fullmatch=True)
MARK = "mark-9c41"


@quick
@given(st.text(max_size=60))
def test_a_cell_made_harmless_stays_so_and_starts_no_formula(text) -> None:
    once = harmless(text)
    assert harmless(once) == once
    assert once.endswith(text)
    assert not once.startswith(("=", "+", "-", "@", "\t", "\r"))


@quick
@given(st.text(max_size=300))
def test_a_foreign_value_is_shown_short_and_without_what_cannot_be_seen(text) -> None:
    told = shown(text)
    assert len(told) <= 70
    assert not any(map(is_unprintable, told))
    assert told[0] == '"'


@quick
@given(st.lists(WORDS, min_size=2, max_size=6), WORDS)
def test_matching_a_name_never_takes_one_school_for_two(names, asked) -> None:
    schools = [School(urn=f"{number}", name=name) for number, name in enumerate(names)]
    index = NameIndex(schools)
    for one in schools:
        assert one.urn in index.exact(one.name)
        twins = {s.urn for s in schools if s.name.casefold() == one.name.casefold()}
        assert twins <= set(index.exact(one.name))  # two schools of one name are never taken for one
    found = index.exact(asked)
    assert len(found) == len(set(found))
    if len(found) == 1:
        words = {s.urn: set(s.name.casefold().split()) for s in schools}
        assert words[found[0]] & set(asked.casefold().split())


@quick
@given(st.dictionaries(st.sampled_from(sorted(two_villages())), NAMES, min_size=1))
def test_names_of_any_kind_come_back_from_plan_csv(tmp_path, names) -> None:
    schools = {u: dataclasses.replace(s, name=names.get(u, s.name)) for u, s in two_villages().items()}
    made = plan(small_problem(schools=schools), small_scenario())
    view = view_of(made, scenario="s")
    write_csv(view, tmp_path / "plan.csv")
    text = (tmp_path / "plan.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [r["name"] for r in rows] == [harmless(m.name) for m in memberships(view)]
    back = read_plan(tmp_path / "plan.csv", made.problem, made.scenario)
    assert [p.members for p in back.partnerships] == [p.members for p in made.partnerships]


@quick
@given(st.dictionaries(st.sampled_from(sorted(two_villages())), NAMES, min_size=1))
def test_names_of_any_kind_leave_plan_json_whole(tmp_path, names) -> None:
    schools = {u: dataclasses.replace(s, name=names.get(u, s.name)) for u, s in two_villages().items()}
    made = plan(small_problem(schools=schools), small_scenario())
    write_plan_json(view_of(made, scenario="s"), tmp_path / "plan.json")
    read = json.loads((tmp_path / "plan.json").read_text(encoding="utf-8"))
    assert [[m["urn"] for m in p["members"]] for p in read["partnerships"]] == [
        [m.urn for m in p.members] for p in view_of(made, scenario="s").partnerships
    ]


@quick
@given(st.data())
def test_the_public_view_never_holds_a_private_mark(data) -> None:
    """A mark in any private field, alone or together with others."""
    urns = sorted(two_villages())
    west = [u for u in urns if u.startswith("1")]
    answers = tuple(
        Response(
            responder=urn, wanted=(west[(at + 1) % 6],), channel=data.draw(st.sampled_from([MARK, "form"])),
            wanted_type=data.draw(st.sampled_from([MARK, ""])),
        )
        for at, urn in enumerate(west)
    )  # fmt: skip
    fields = ("ofsted", "ofsted_date", "la_view", "self_evaluation", "head_experience")
    marked = dict.fromkeys(data.draw(st.lists(st.sampled_from(fields), unique=True)), MARK)
    judgements = {u: Judgement(urn=u, **marked) for u in data.draw(st.lists(st.sampled_from(urns), unique=True))}
    private = Finding(code="x", severity=Severity.WARNING, message=MARK, fix=MARK, file=MARK, field=MARK, private=True)
    reason = {"schools": ["10", "11"], "reason": MARK}
    scenario = small_scenario(must_link=[reason], pinned=[{"schools": ["20"], "partnership": "x", "reason": MARK}])
    made = plan(small_problem(*answers, judgements=judgements, findings=(private,)), scenario)
    assert MARK not in repr(view_of(made, scenario="s"))
    officers = view_of(made, Audience.OFFICERS, scenario="s")
    assert (MARK in repr(officers)) >= bool(marked and judgements)


@quick
@given(st.integers(0, 60), st.integers(1, 30))
def test_findings_are_bounded_and_the_total_is_told(count, most) -> None:
    findings = tuple(Finding(code="x", severity=Severity.NOTE, message=f"m{n}") for n in range(count))
    lines = bounded(findings, most)
    assert len(lines) <= most + 1
    assert count <= most or f"{count} in all" in lines[-1]


@quick
@given(
    st.integers(1, 30), st.integers(0, 10), st.integers(1, 50), st.integers(0, 50),
    st.floats(0, 1e6), st.sampled_from(["binding", "preferred", "off"]), NAMES,
)  # fmt: skip
def test_a_scenario_comes_back_from_what_it_gives(low, extra, least, more, penalty, strength, title) -> None:
    made = scenario_from({
        "area": {"partnerships": [low, low + extra], "size": [least, least + more]}, "district_penalty": penalty,
        "guarantee": {"strength": strength}, "title": title,
    })  # fmt: skip
    assert scenario_from(made.model_dump(mode="json")) == made
    assert Scenario.model_validate_json(made.model_dump_json()) == made


@quick
@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_setting_a_parameter_twice_is_setting_it_once_and_the_last_counts(a, b) -> None:
    once, twice = {}, {}
    apply_change(once, f"district_penalty={b}")
    apply_change(twice, f"district_penalty={a}")
    apply_change(twice, f" district_penalty = {b}")
    assert scenario_from(once) == scenario_from(twice)


@quick
@given(st.one_of(st.integers(-(10**9), 10**9), st.booleans(), st.lists(st.integers(0, 99), max_size=4)))
def test_a_value_written_as_toml_is_read_as_that_value(value) -> None:
    assert parse_value(json.dumps(value)) == value


@quick
@given(st.dictionaries(FILES, st.binary(max_size=50), min_size=1, max_size=5), st.data())
def test_any_change_of_a_published_file_is_told(tmp_path_factory, files, data) -> None:
    folder = tmp_path_factory.mktemp("site")
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    write_manifest(folder)
    assert verify(folder) == []
    assert set(file_digests(folder)) == set(files)
    name = data.draw(st.sampled_from(sorted(files)))
    (folder / name).write_bytes(files[name] + b"x")
    assert verify(folder) == [f"{name} differs."]


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠x"])
def test_every_start_of_a_formula_is_made_text(text) -> None:
    assert harmless(text) == f"'{text}"
