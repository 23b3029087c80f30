"""``prices``, and ``run --prices``, on Barnet's own data."""

import json
from pathlib import Path

import pytest

from geo_partnerships.cli import main

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _at_the_root(monkeypatch):
    monkeypatch.chdir(ROOT)


def test_the_guarantees_price_is_proved_and_is_the_difference_of_two_plans(capsys, tmp_path) -> None:
    assert main(["prices", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["scenario"], found["strand"], found["schools"]) == ("barnet-2015", "area", 86)
    prices = {price["key"]: price for price in found["prices"]}
    assert list(prices) == ["area.size", "guarantee", "all", "district_penalty"]
    assert all(price["exact"] and price["repeatable"] for price in prices.values())
    assert main(["run", "--json", "--output", str(tmp_path)]) == 0
    [kept] = json.loads(capsys.readouterr().out)["runs"]
    assert main(["run", "--json", "--output", str(tmp_path), "--set", "guarantee.strength=off"]) == 0
    [dropped] = json.loads(capsys.readouterr().out)["runs"]
    areas = [made["strands"]["area"]["objective"] for made in (kept, dropped)]
    assert prices["guarantee"]["low_m"] == pytest.approx(areas[0] - areas[1])
    assert prices["all"]["low_m"] >= prices["guarantee"]["low_m"]
    assert found["mean_distance_m"] == pytest.approx(kept["mean_distance_m"])
    assert prices["guarantee"]["mean_distance_m"] == pytest.approx(dropped["mean_distance_m"])


def test_the_table_stands_under_the_headline_and_prices_single_rules(capsys, tmp_path) -> None:
    assert main(["run", "--prices", "--output", str(tmp_path), "--set", "guarantee.strength=off"]) == 0
    lines = capsys.readouterr().out.splitlines()
    head = next(i for i, line in enumerate(lines) if line.startswith("WITHOUT"))
    assert lines[head + 1].startswith("sizes 5 to 12")
    assert any(line.startswith("Gap to the best possible") for line in lines[:head])
    assert main(["prices", "--rule", "area.size", "--set", "guarantee.strength=off"]) == 0
    out = capsys.readouterr().out
    assert "sizes 5 to 12" in out
    assert "district" not in out


def test_a_draft_taken_as_given_has_no_prices(capsys, tmp_path) -> None:
    assert main(["prices", "barnet-draft"]) == 2
    assert "taken as given" in capsys.readouterr().err
    assert main(["run", "barnet-draft", "--prices", "--json", "--output", str(tmp_path)]) == 0
    assert "prices" not in json.loads(capsys.readouterr().out)["runs"][0]


def test_an_unknown_rule_is_answered_with_those_there_are(capsys) -> None:
    assert main(["prices", "--rule", "balance.1", "--set", "guarantee.strength=off"]) == 2
    assert "There are: area.size." in capsys.readouterr().err


def test_one_schools_move_is_told_with_its_cost(capsys) -> None:
    arguments = ["prices", "--school", "138051", "--set", "guarantee.strength=off"]
    assert main([*arguments, "--json"]) == 0
    [move] = json.loads(capsys.readouterr().out)["moves"]
    assert move["school"] == "138051"
    assert move["exact"]
    assert move["low_m"] > 0
    assert main(arguments) == 0
    out = capsys.readouterr().out
    assert f"{move['low_m']:,.0f} m" in out
    assert f"({move['centre']})" in out
