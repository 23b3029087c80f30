"""A batch plans whom it can, says whom it cannot and why, and gives the same as single runs."""

import csv
import json
from dataclasses import replace

import pytest

from geo_partnerships.api.running import make_plan, publish, read_files
from geo_partnerships.batching import read_project, run_batch, work
from geo_partnerships.cli import main
from geo_partnerships.errors import BadDataError, UsageError
from geo_partnerships.scenarios.read import read_scenario
from tests.batching.county import county, results, write_project
from tests.village import write_village

OFFICERS = "out/officers"


def table(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_authority_is_planned_told_too_small_or_failed_with_its_findings(project, tmp_path):
    report = run_batch(read_project(project), tmp_path / "out", workers=1)
    assert {note["name"]: note["status"] for note in report.notes} == {
        "Smallton": "planned", "Farton": "planned", "Tinyby": "too small", "Wrongham": "failed", "Bigford": "planned",
    }  # fmt: skip
    assert not report.ok
    rows = {row["key"]: row for row in table(tmp_path / OFFICERS / "summary.csv")}
    assert (rows["905"]["schools"], rows["905"]["partnerships"], rows["905"]["checked"]) == ("20", "3", "True")
    assert "3 schools" in rows["903"]["reason"]
    assert "is no postcode" in rows["904"]["reason"]
    assert not (tmp_path / "out" / "authorities" / "904").exists()
    findings = table(tmp_path / OFFICERS / "findings.csv")
    assert any(row["key"] == "904" and row["code"] == "postcode-malformed" for row in findings)


def test_a_conflict_names_the_file_and_line_of_each_rule_as_the_file_is_now(project, tmp_path, capsys):
    scenario = project.parent / "all.toml"
    pair = 'schools = ["100000", "100001"]'
    scenario.write_text(f"{scenario.read_text()}[[must_link]]\n{pair}\n[[cannot_link]]\n{pair}\n", encoding="utf-8")
    project.write_text(project.read_text() + 'authorities = ["901", "902"]\n', encoding="utf-8")
    arguments = ["batch", str(project), "--output", str(tmp_path / "out"), "--workers", "1"]
    for line in (5, 6):
        assert main(arguments) == 1
        told = capsys.readouterr().out
        rows = {row["key"]: row["reason"] for row in table(tmp_path / OFFICERS / "summary.csv")}
        for text in (told, rows["901"]):
            assert f"(all.toml, line {line}, must_link.1)" in text
            assert f"(all.toml, line {line + 2}, cannot_link.1)" in text
        findings = [row for row in table(tmp_path / OFFICERS / "findings.csv") if row["code"] == "no-plan-rule"]
        assert [row["place"] for row in findings] == [f"all.toml, line {line}, must_link.1",
                                                      f"all.toml, line {line + 2}, cannot_link.1"]  # fmt: skip
        assert all(row["fix"] for row in findings)
        rows = table(tmp_path / OFFICERS / "findings.csv")
        unknown = [row for row in rows if row["code"] == "scenario-unknown-school"]
        assert {row["place"] for row in unknown} == {f"all.toml, line {line + 1}, must_link.1.schools",
                                                     f"all.toml, line {line + 3}, cannot_link.1.schools"}  # fmt: skip
        scenario.write_text("# One more line.\n" + scenario.read_text(), encoding="utf-8")
    assert "0 plans made now" in told


def test_numbers_that_the_project_gives_are_told_as_its_own(project, tmp_path):
    project.write_text(project.read_text() + 'set = ["area.size=[4, 4]"]\nauthorities = ["905"]\n', encoding="utf-8")
    rule = '[[must_link]]\nschools = ["104000", "104001", "104002", "104003", "104004"]\n'
    scenario = project.parent / "all.toml"
    scenario.write_text(scenario.read_text() + rule, encoding="utf-8")
    (note,) = run_batch(read_project(project), tmp_path / "out", workers=1).notes
    places = {found["field"]: found["file"] for found in note["findings"] if found["code"] == "no-plan-rule"}
    assert places == {"area.size": "the project's set area.size", "must_link.1": "all.toml"}


def test_what_is_wrong_in_a_private_file_is_counted_and_not_told(tmp_path):
    data = write_village(tmp_path / "data" / "village")
    (data / "judgements.csv").write_text("urn,ofsted\n100101,Dreadful\n999999,Good\n", encoding="utf-8")
    path = tmp_path / "project.toml"
    path.write_text('folders = "data"\nscenario = "village"\n', encoding="utf-8")
    report = run_batch(read_project(path), tmp_path / "out", workers=1)
    assert [note["status"] for note in report.notes] == ["failed"]
    (row,) = table(tmp_path / OFFICERS / "summary.csv")
    assert row["reason"] == "Faults in private files: 1; plan it alone to read them."
    written = b"".join(path.read_bytes() for path in (tmp_path / "out").rglob("*.csv"))
    assert b"Dreadful" not in written
    assert b"999999" not in written


def test_results_are_the_same_bytes_whatever_the_number_of_workers(project, tmp_path):
    run_batch(read_project(project), tmp_path / "one", workers=1, site=True)
    run_batch(read_project(project), tmp_path / "two", workers=2, site=True)
    one, two = results(tmp_path / "one"), results(tmp_path / "two")
    assert one.keys() == two.keys()
    assert [name for name in one if one[name] != two[name]] == []
    assert "authorities/902/plan.csv" in one


def test_a_plan_that_the_clock_stopped_is_told_at_the_line_that_gives_its_seconds(project, tmp_path, monkeypatch):
    def stopped_in_farton(name, problem, scenario):
        run = make_plan(name, problem, scenario)
        if not any(school.borough == "Farton" for school in problem.schools.values()):
            return run
        strands = tuple(replace(strand, repeatable=False) for strand in run.plan.strands)
        return replace(run, plan=replace(run.plan, strands=strands))

    monkeypatch.setattr(work, "make_plan", stopped_in_farton)
    scenario = project.parent / "all.toml"
    scenario.write_text(f"seconds = 5\n{scenario.read_text(encoding='utf-8')}", encoding="utf-8")
    run_batch(read_project(project), tmp_path / "out", workers=1)
    (told,) = (row for row in table(tmp_path / OFFICERS / "findings.csv") if row["code"] == "plan-by-the-clock")
    assert (told["key"], told["severity"]) == ("902", "note")
    assert "all.toml" in told["place"]
    assert "another run may end elsewhere" in told["message"]


def test_an_authority_alone_gives_what_it_gave_in_the_batch(project, tmp_path):
    out = tmp_path / "out"
    run_batch(read_project(project), out, workers=1)
    data = out / "data" / "905"
    scenario = read_scenario(str(project.parent / "all.toml"), data, ["area.partnerships=3"])
    alone = publish(make_plan("all", read_files(data, {}), scenario), tmp_path / "single")
    for name in ("plan.csv", "plan.json"):
        assert (alone / name).read_bytes() == (out / "authorities" / "905" / name).read_bytes()


def test_a_second_run_makes_nothing_anew(project, tmp_path):
    first = run_batch(read_project(project), tmp_path / "out", workers=1)
    before = results(tmp_path / "out")
    again = run_batch(read_project(project), tmp_path / "out", workers=1)
    assert (first.redone, first.kept, again.redone, again.kept) == (5, 0, 0, 5)
    assert results(tmp_path / "out") == before


def test_only_what_follows_from_a_change_is_made_anew(tmp_path):
    rows = county()
    project = write_project(tmp_path / "project", rows)
    run_batch(read_project(project), tmp_path / "out", workers=1)
    rows[0][7] += 500
    write_project(tmp_path / "project", rows)
    again = run_batch(read_project(project), tmp_path / "out", workers=1)
    assert (again.redone, again.kept) == (1, 4)


def test_a_result_that_was_tampered_with_is_made_anew(project, tmp_path):
    run_batch(read_project(project), tmp_path / "out", workers=1)
    plan = tmp_path / "out" / "authorities" / "901" / "plan.csv"
    good = plan.read_bytes()
    plan.write_bytes(good.replace(b"centre", b"member"))
    assert run_batch(read_project(project), tmp_path / "out", workers=1).redone == 1
    assert plan.read_bytes() == good


def test_an_authority_that_left_the_register_leaves_the_output(project, tmp_path):
    run_batch(read_project(project), tmp_path / "out", workers=1, site=True)
    write_project(project.parent, [row for row in county() if row[2] != "905"])
    run_batch(read_project(project), tmp_path / "out", workers=1, site=True)
    assert not [name for name in results(tmp_path / "out") if "905/" in name]
    assert "Bigford" not in (tmp_path / "out" / "site" / "index.html").read_text(encoding="utf-8")


def test_a_row_put_right_is_planned_next_time(project, tmp_path):
    run_batch(read_project(project), tmp_path / "out", workers=1)
    rows = county()
    next(row for row in rows if row[6] == "not one")[6] = "N4 3AB"
    write_project(project.parent, rows)
    report = run_batch(read_project(project), tmp_path / "out", workers=1)
    assert report.ok
    assert report.redone == 1
    assert report.totals["planned"] == 4


def test_a_tree_of_folders_each_with_its_own_scenario(project, tmp_path):
    run_batch(read_project(project), tmp_path / "out", workers=1)
    tree = tmp_path / "tree"
    for key in ("901", "902"):
        (tree / key / "scenarios").mkdir(parents=True)
        (tree / key / "schools.geojson").write_bytes((tmp_path / "out" / "data" / key / "schools.geojson").read_bytes())
    (tree / "901" / "scenarios" / "ours.toml").write_text("[area]\npartnerships = 3\n", encoding="utf-8")
    (tmp_path / "tree.toml").write_text('folders = "tree"\nscenario = "ours"\n', encoding="utf-8")
    report = run_batch(read_project(tmp_path / "tree.toml"), tmp_path / "out2", workers=1)
    found = {note["key"]: note for note in report.notes}
    assert found["901"]["figures"]["partnerships"] == 3
    assert found["902"]["status"] == "failed"
    (told,) = found["902"]["findings"]
    assert told["message"] == 'The data folder has no scenario "ours": there is nothing in scenarios there.'
    assert "scenarios/ours.toml" in told["fix"]
    assert 'scenario = "NAME.toml"' in told["fix"]


def test_a_scenario_file_that_is_not_there_is_told_by_the_name_that_the_project_has(project, tmp_path):
    (project.parent / "all.toml").unlink()
    (note,) = run_batch(
        read_project(project).model_copy(update={"authorities": ("902",)}), tmp_path / "out", workers=1
    ).notes
    assert note["status"] == "failed"
    assert '"all.toml", which the project names, is not beside' in note["findings"][0]["message"]
    assert str(tmp_path) not in json.dumps(note["findings"])


def test_one_authority_may_have_its_own_scenario(tmp_path):
    project = write_project(tmp_path / "project", more='[own]\n"901" = "own.toml"\n')
    (tmp_path / "project" / "own.toml").write_text('extends = "all"\n[area]\nsize = [3, 4]\n', encoding="utf-8")
    report = run_batch(read_project(project), tmp_path / "out", workers=1)
    assert next(n for n in report.notes if n["key"] == "901")["figures"]["partnerships"] == 3


def test_authorities_planned_together_make_one_problem(tmp_path):
    more = '[[together]]\nname = "North"\nauthorities = ["901", "903"]\n'
    project = write_project(tmp_path / "project", more=more)
    report = run_batch(read_project(project), tmp_path / "out", workers=1)
    assert {n["key"] for n in report.notes} == {"902", "904", "905", "north"}
    north = next(n for n in report.notes if n["key"] == "north")
    assert north["figures"]["schools"] == 15
    assert north["status"] == "planned"


@pytest.mark.parametrize("name", ["North and east", "north-and-east"])
def test_a_problem_over_several_authorities_is_chosen_by_name_or_by_key(tmp_path, name):
    more = f'authorities = ["{name}"]\n[[together]]\nname = "North and east"\nauthorities = ["901", "903"]\n'
    report = run_batch(read_project(write_project(tmp_path / "project", more=more)), tmp_path / "out", workers=1)
    assert [note["key"] for note in report.notes] == ["north-and-east"]


def test_schools_of_one_trust_stay_in_their_authorities_as_well(tmp_path):
    urns = ["100000", "100001", "101000", "101001"]
    more = f"[[together]]\nname = 'A trust'\nschools = {urns}\n"
    report = run_batch(read_project(write_project(tmp_path / "project", more=more)), tmp_path / "out", workers=1)
    found = {n["key"]: n for n in report.notes}
    assert found["a-trust"]["figures"]["schools"] == 4
    assert found["901"]["figures"]["schools"] == 12


@pytest.mark.parametrize(
    ("text", "error", "match"),
    [
        ('scenario = "a.toml"', BadDataError, "register or folders"),
        ('register = "r.csv"\nscenario = "a.toml"\nregistre = 1', BadDataError, "no such key"),
        ('register = "r.csv"\nscenario = "all.toml"', BadDataError, "not there"),
        ('folders = "none"\nscenario = "all.toml"', UsageError, "not there"),
        ('register = "register.csv"\nscenario = "all.toml"\nauthorities = ["999"]', UsageError, "999"),
        ('register = "r.csv"\nscenario = "a.toml"\naddress = "javascript:x"', BadDataError, "address"),
    ],
)
def test_a_project_that_cannot_be_is_told(project, tmp_path, text, error, match):
    (project.parent / "other.toml").write_text(text, encoding="utf-8")
    with pytest.raises(error, match=match):
        run_batch(read_project(project.parent / "other.toml"), tmp_path / "out", workers=1)


def test_the_command_shows_the_table_and_ends_with_one_where_an_authority_failed(project, tmp_path, capsys):
    assert main(["batch", str(project), "--output", str(tmp_path / "out"), "--workers", "1"]) == 1
    told = capsys.readouterr().out
    assert "904 Wrongham: failed." in told
    assert "3 of 5 authorities planned" in told
    arguments = ["batch", str(project), "--output", str(tmp_path / "out2"), "--workers", "1", "--only", "902", "--json"]
    assert main(arguments) == 0
    assert json.loads(capsys.readouterr().out)["planned"] == 1


def test_a_log_has_a_line_of_json_for_each_step_that_is_done(project, tmp_path):
    log = tmp_path / "batch.jsonl"
    arguments = ["batch", str(project), "--output", str(tmp_path / "out"), "--workers", "1", "--log", str(log)]
    for runs in (1, 2):
        main(arguments)
        lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
        assert len(lines) == 5 * runs
        assert {line["name"] for line in lines} == {"Smallton", "Farton", "Tinyby", "Wrongham", "Bigford"}
        assert (lines[-1]["stage"], lines[-1]["done"], lines[-1]["of"]) == ("plan", 5, 5)
