"""The rest planned again: what is decided stays, as few others change as must, and it is told who moved and why."""

from __future__ import annotations

import pytest

from geo_partnerships.api import running
from tests.village import urn

pytestmark = pytest.mark.xdist_group("workbench")


def homes(desk) -> dict[str, list[int]]:
    return {row[0]: row[4] for row in desk["schools"]}


def near(client, **parameters: str) -> dict:
    row = {"parameters": parameters, "seen": client.desk()["n"], "by": "A. Planner", "near": True}
    assert client.send("/api/rerun", row)[0] == 200
    job = client.wait()
    assert job["status"] == "done", job
    return client.desk()


@pytest.fixture(scope="module")
def decided(shared, client) -> dict:
    """A desk on which a school was moved far away and another is to leave its partnership."""
    far = urn(0, 4)
    assert client.decide(action="move", school=far, to=str(client.home(urn(2, 4))))[0] == 200
    leaving = urn(1, 2)
    assert client.decide(action="veto", school=leaving, to=str(client.home(leaving)))[0] == 200
    return {"before": homes(client.desk()), "far": far, "leaving": leaving}


def test_only_the_school_that_has_to_go_changes_and_the_reason_is_told(client, decided) -> None:
    desk = near(client)
    after = homes(desk)
    changed = {key for key in after if after[key] != decided["before"][key]}
    assert changed == {decided["leaving"]}
    assert after[decided["far"]] == decided["before"][decided["far"]]
    ((key, name, before, now, why),) = desk["changes"]["rows"]
    assert (key, name, before, now) == (
        decided["leaving"], "School N2 C", decided["before"][decided["leaving"]], after[decided["leaving"]]
    )  # fmt: skip
    assert why.startswith("Back where it was, this would break: ")
    assert "1 school has another partnership than before." in desk["changes"]["words"]
    assert "No plan that keeps the rules changes fewer" in desk["changes"]["words"]
    assert desk["rules_kept"]
    assert desk["decisions"][0]["words"].startswith("Run, as few changes as can be")


def test_a_second_time_nobody_changes(client, decided) -> None:
    first = near(client)
    second = near(client)
    assert homes(second) == homes(first)
    assert "0 schools have another partnership" in second["changes"]["words"]


def test_the_form_stays_as_the_scenario_has_it_and_the_next_run_looks_for_the_best_again(client, decided) -> None:
    shown = client.desk()["parameters"]
    desk = near(client)
    assert desk["parameters"] == shown
    assert desk["changed"] == {}
    best = client.rerun()
    assert best["parameters"] == shown
    assert homes(best)[decided["leaving"]] != decided["before"][decided["leaving"]]
    assert client.decide(action="undo")[0] == 200
    assert client.desk()["digest"] == desk["digest"]


def test_saved_and_run_it_is_the_plan_on_the_desk(shared, client, decided) -> None:
    desk = near(client)
    assert client.send("/api/save", {"to": "near", "by": "A. Planner"})[0] == 200
    path = str(shared.workspace / "scenarios" / "near.toml")
    problem, scenario = running.load(path, shared.data)
    made = running.make_plan(path, problem, scenario).plan
    assert {p.number: set(p.members) for p in made.partnerships} == {
        p["number"]: {member[0] for member in p["members"]} for p in desk["partnerships"]
    }
    assert made.scenario.stay.strength == "preferred"


def test_form_board_roles_and_the_day_of_a_type_are_decided_on_the_desk(shared, client) -> None:
    number = str(client.home(urn(1, 1)))
    refused = client.decide(action="form", to=number, value="school federation")
    assert (refused[0], "Only a hard partnership" in refused[1]["error"]) == (422, True)
    assert client.decide(action="type", to=number, value="hard", date="2015-09-01")[0] == 200
    assert client.decide(action="form", to=number, value="school federation")[0] == 200
    assert client.decide(action="board", to=number, value="Governance Board")[0] == 200
    chair = urn(1, 1)
    refused = client.decide(action="role", to=number, value="chair", school="x-nobody")
    assert refused[0] == 422
    assert client.decide(action="role", to=number, value="deputy", school=chair)[0] == 200
    assert client.decide(action="role", to=number, value="chair", school=chair)[0] == 200
    assert client.decide(action="role", to=number, value="deputy", school="")[0] == 200
    assert client.decide(action="role", to=number, value="deputy", school="")[0] == 422
    desk = client.rerun()
    borne = next(p for p in desk["partnerships"] if str(p["number"]) == number)
    assert borne["roles"] == [["chair", chair]]
    assert (borne["type"], borne["since"], borne["form"], borne["board"]) == (
        "hard", "2015-09-01", "school federation", "Governance Board",
    )  # fmt: skip
    assert f"Type of partnership {number}: hard from 2015-09-01" in [row["words"] for row in desk["decisions"]]
    assert client.send("/api/save", {"to": "governed", "by": "A. Planner"})[0] == 200
    path = str(shared.workspace / "scenarios" / "governed.toml")
    made = running.make_plan(path, *running.load(path, shared.data)).plan
    governance = next(p for p in made.partnerships if str(p.number) == number).governance
    assert governance.board == "Governance Board"
    assert [(one.role, one.school) for one in governance.offices] == [("chair", chair)]
