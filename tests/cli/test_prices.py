"""``prices``, and ``run --prices``, on Barnet's own data."""

import json
from pathlib import Path

import pytest

from geo_partnerships.cli import main
from geo_partnerships.cli.prices import show_prices
from geo_partnerships.pricing.rules import NumberPrice, PriceList
from tests.village import write_village

ROOT = Path(__file__).parents[2]
ALONE = ["--set", "goals=[]", "--set", "leaders.strength=off"]
"""Distance alone, so that what a plan costs without a rule is what its price says."""


def far_named(folder):
    """A village with a school that names none but one of another place."""
    data = write_village(folder / "data", hostile=False)
    survey = data / "survey.csv"
    survey.write_text(survey.read_text().replace("100100;100201", "100100"))
    return data


@pytest.fixture(autouse=True)
def _at_the_root(monkeypatch):
    monkeypatch.chdir(ROOT)


def test_the_guarantees_price_is_proved_and_is_the_difference_of_two_plans(capsys, tmp_path) -> None:
    binding = ["--set", "guarantee.strength=binding", "--set", "area.size=[4,9]"]
    village = ["village", "--json", "--data", str(far_named(tmp_path)), *binding]
    run = ["run", *village, "--output", str(tmp_path / "out")]
    assert main(["prices", *village]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["scenario"], found["strand"], found["schools"]) == ("village", "area", 18)
    prices = {price["key"]: price for price in found["prices"]}
    assert list(prices) == ["area.size", "guarantee", "all", "district_penalty"]
    assert all(price["exact"] and price["repeatable"] for price in prices.values())
    assert main(run) == 0
    [kept] = json.loads(capsys.readouterr().out)["runs"]
    assert main([*run, "--set", "guarantee.strength=off"]) == 0
    [dropped] = json.loads(capsys.readouterr().out)["runs"]
    areas = [made["strands"]["area"]["objective"] for made in (kept, dropped)]
    assert prices["guarantee"]["low_m"] == pytest.approx(areas[0] - areas[1])
    assert prices["guarantee"]["low_m"] > 0
    assert prices["all"]["low_m"] >= prices["guarantee"]["low_m"]
    assert found["mean_distance_m"] == pytest.approx(kept["mean_distance_m"])
    assert prices["guarantee"]["mean_distance_m"] == pytest.approx(dropped["mean_distance_m"])
    numbers = {price["partnerships"]: price for price in found["numbers"]}
    assert list(numbers) == [2, 3, 4]
    assert all(price["exact"] for price in numbers.values())
    assert numbers[found["partnerships"]]["low_m"] == 0
    assert main([*run, "--set", "area.partnerships=4"]) == 0
    [four] = json.loads(capsys.readouterr().out)["runs"]
    assert numbers[4]["low_m"] == pytest.approx(four["strands"]["area"]["objective"] - areas[0])
    assert found["any_number"]["low_m"] == min(price["low_m"] for price in numbers.values())


def test_the_table_stands_under_the_headline_and_prices_single_rules(capsys, tmp_path) -> None:
    village = ["village", "--data", str(far_named(tmp_path)), "--set", "guarantee.strength=off"]
    sizes = ["--set", "area.size=[4,9]"]
    assert main(["run", "--prices", "--output", str(tmp_path / "out"), *village, *sizes]) == 0
    lines = capsys.readouterr().out.splitlines()
    head = next(i for i, line in enumerate(lines) if line.startswith("WITHOUT"))
    assert lines[head + 1].startswith("sizes 4 to 9")
    assert any(line.startswith("Gap to the best possible") for line in lines[:head])
    assert main(["prices", "--rule", "area.size", *village]) == 0
    out = capsys.readouterr().out
    assert "sizes 4 to 8" in out
    assert "district" not in out
    assert "PARTNERSHIPS" not in out
    numbers = next(i for i, line in enumerate(lines) if line.startswith("PARTNERSHIPS"))
    assert [line.split()[0] for line in lines[numbers + 1 : numbers + 5]] == ["2", "3", "4", "any:"]
    assert "(the plan)" in lines[numbers + 2]
    assert " more" in lines[numbers + 1]


def test_prices_of_numbers_that_are_not_proved_are_told_as_intervals(capsys) -> None:
    def told(low, high):
        one = NumberPrice(partnerships=3, low_m=low, high_m=high, mean_distance_m=200.0)
        plan = NumberPrice(partnerships=2, low_m=0.0, high_m=0.0, mean_distance_m=300.0)
        numbers = (plan, one)
        show_prices(
            PriceList(
                strand="area", schools=10, mean_distance_m=300.0, prices=(), partnerships=2, numbers=numbers,
                leaders_first=True,
            )
        )  # fmt: skip
        out = capsys.readouterr().out
        assert "Leaders come before distance" in out
        return next(" ".join(line.split()) for line in out.splitlines() if line.startswith("3"))

    assert told(-1_200.0, -1_200.0) == "3 1,200 m less 120 m less 200 m"
    assert told(-1_200.0, -700.0) == "3 between 700 and 1,200 m less between 70 and 120 m less 200 m"
    assert told(700.0, 1_200.0).startswith("3 between 700 and 1,200 m more")
    assert told(-400.0, 100.0).startswith("3 between 400 m less and 100 m more")
    assert told(-400.0, None).startswith("3 no plan in time")
    assert told(None, None).startswith("3 the rules allow none")


def test_a_draft_taken_as_given_has_no_prices(capsys, tmp_path) -> None:
    assert main(["prices", "barnet-draft"]) == 2
    assert "taken as given" in capsys.readouterr().err
    assert main(["run", "barnet-draft", "--prices", "--json", "--output", str(tmp_path)]) == 0
    assert "prices" not in json.loads(capsys.readouterr().out)["runs"][0]


def test_an_unknown_rule_is_answered_with_those_there_are(capsys) -> None:
    assert main(["prices", "--rule", "balance.1", "--set", "guarantee.strength=off"]) == 2
    assert "There are: area.partnerships, area.size, leaders, goals." in capsys.readouterr().err


def test_one_schools_move_is_told_with_its_cost(capsys) -> None:
    arguments = ["prices", "--school", "138051", "--set", "guarantee.strength=off", *ALONE]
    assert main([*arguments, "--json"]) == 0
    [move] = json.loads(capsys.readouterr().out)["moves"]
    assert move["school"] == "138051"
    assert move["exact"]
    assert move["low_m"] > 0
    assert main(arguments) == 0
    out = capsys.readouterr().out
    assert f"{move['low_m']:,.0f} m" in out
    assert f"({move['centre']})" in out


def test_every_answer_of_a_strand_is_told_with_its_price_the_dearest_first(capsys, tmp_path) -> None:
    village = ["village", "--data", str(far_named(tmp_path)), "--set", "guarantee.strength=binding"]
    arguments = ["prices", *village, "--answers"]
    assert main([*arguments, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["scenario"], found["strand"]) == ("village", "area")
    answers = {one["responder"]: one for one in found["answers"]}
    assert list(answers) == ["100200", "100101", "100305"]  # one names nobody of its own place
    assert answers["100200"]["schools"] == ["100200"]
    assert all(one["exact"] and one["repeatable"] for one in found["answers"])
    assert answers["100200"]["low_m"] > 0 == answers["100101"]["low_m"] == answers["100305"]["low_m"]
    assert main(arguments) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "for officers" in lines[0]
    assert lines[2].startswith("School N2 A (100200)")
    assert f"{answers['100200']['low_m']:,.0f} m" in lines[2]


def test_prices_of_answers_are_asked_for_alone(capsys) -> None:
    assert main(["prices", "--answers", "--moves"]) == 2
    assert "--answers stands alone" in capsys.readouterr().err
