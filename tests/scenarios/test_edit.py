"""Scenario files: one extends another, edits keep comments, and every parameter tells where it comes from."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_partnerships.cli import main
from geo_partnerships.errors import BadDataError, UsageError
from geo_partnerships.scenarios.edit import differences, edit_scenario, new_scenario, resolved
from geo_partnerships.scenarios.parameters import Scenario
from geo_partnerships.scenarios.read import merge_tables, read_scenario

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped scenarios."""
    shutil.copytree(ROOT / "data" / "scenarios", tmp_path / "scenarios")
    return tmp_path / "scenarios"


def test_a_scenario_takes_from_the_one_it_extends_what_it_does_not_give(folder) -> None:
    (folder / "mine.toml").write_text('extends = "barnet-2015"\n[area]\npartnerships = 9\n')
    mine, base = (read_scenario(name, folder) for name in ("mine", "barnet-2015"))
    assert mine.area.partnerships == (9, 9)
    assert mine.area.size == base.area.size
    assert mine.strands == base.strands


def test_a_list_takes_the_place_of_the_other_and_a_chain_is_followed(folder) -> None:
    (folder / "a.toml").write_text('extends = "barnet-2015"\ndistrict_penalty = 0\n[area]\nmembers.letter = [4]\n')
    (folder / "b.toml").write_text('extends = "a"\nseed = 1\n')
    b = read_scenario("b", folder, ["seed=2"])
    assert (b.area.members.letter, b.district_penalty, b.seed) == ((4,), 0.0, 2)


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ('extends = "a"\n', BadDataError, "extends itself"),
        ('extends = "barnet-2051"\n', UsageError, "Did you mean 'barnet-2015'?"),
        ("extends = 3\n", BadDataError, "no name"),
        ('extends = "barnet-2015"\nsede = 1\n', BadDataError, "Did you mean 'seed'?"),
    ],
)
def test_what_cannot_be_extended_is_told(folder, text, error, words) -> None:
    (folder / "a.toml").write_text(text)
    with pytest.raises(error, match=words.replace("?", r"\?")):
        read_scenario("a", folder)


def test_edits_keep_every_comment_and_change_nothing_else(folder) -> None:
    path = folder / "barnet-2015.toml"
    before = path.read_text().splitlines()
    edit_scenario(path, folder, ["district_penalty=250", "area.partnerships=[10, 12]", "leaders.strength=preferred"])
    after = path.read_text().splitlines()
    assert [line for line in before if line not in after] == [
        "district_penalty = 500      # metres, where the postcode district differs from the centre school's",
        "partnerships = 11",
    ]
    assert "district_penalty = 250      # metres, where the postcode district differs from the centre school's" in after
    assert read_scenario("barnet-2015", folder).leaders.strength == "preferred"


def test_an_edit_that_would_make_no_scenario_leaves_the_file_as_it_is(folder) -> None:
    path = folder / "barnet-2015.toml"
    before = path.read_bytes()
    with pytest.raises(BadDataError, match="partnership"):
        edit_scenario(path, folder, ["area.partnership=9"])
    with pytest.raises(UsageError, match="nothing to drop"):
        edit_scenario(path, folder, [], ["area.number"])
    assert path.read_bytes() == before
    assert {p.name for p in folder.iterdir()} == {
        "barnet-2015.toml",
        "barnet-all.toml",
        "barnet-districts.toml",
        "barnet-draft.toml",
    }


def test_a_key_can_be_dropped_so_that_the_parents_holds_again(folder) -> None:
    path = new_scenario("mine", folder, "barnet-2015", ["seed=7", "area.partnerships=9"])
    edit_scenario(path, folder, [], ["area.partnerships"])
    assert read_scenario("mine", folder).area.partnerships == (11, 11)


def test_a_new_scenario_never_takes_the_place_of_another(folder) -> None:
    with pytest.raises(UsageError, match="already"):
        new_scenario("barnet-2015", folder, "barnet-all")
    for name in ("../out", "A b", "", "x" * 99):
        with pytest.raises(UsageError, match="no name"):
            new_scenario(name, folder, "barnet-2015")
    with pytest.raises(BadDataError, match="neighbour_share"):
        new_scenario("mine", folder, "barnet-2015", ["neighbour_share=2"])
    assert not (folder / "mine.toml").exists()


def test_every_parameter_says_where_it_comes_from(folder) -> None:
    new_scenario("mine", folder, "barnet-2015", ["area.partnerships=9"])
    found = {p.key: p for p in resolved("mine", folder, ["seed=1"])}
    assert (found["seed"].value, found["seed"].origin) == ("1", "--set")
    assert (found["area.partnerships"].value, found["area.partnerships"].origin) == ("[9, 9]", "mine")
    assert found["area.size"].origin == "barnet-2015"
    assert found["method"].origin == "default"


def test_differences_are_those_of_the_whole_scenarios(folder) -> None:
    new_scenario("mine", folder, "barnet-2015", ["area.partnerships=9"])
    assert [(d.key, d.a, d.b) for d in differences(*(resolved(name, folder) for name in ("mine", "barnet-2015")))] == [
        ("area.partnerships", "[9, 9]", "[11, 11]")
    ]
    assert differences(resolved("mine", folder), resolved("mine", folder)) == ()


TABLES = st.recursive(
    st.integers(), lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3), max_leaves=8
).filter(lambda value: isinstance(value, dict))


@given(TABLES, TABLES)
def test_over_a_table_every_value_given_holds(base, over) -> None:
    merged = dict(base)
    merge_tables(merged, over)

    def holds(given_: dict, found: dict) -> bool:
        return all(
            holds(value, found[key]) if isinstance(value, dict) and value else key in found
            for key, value in given_.items()
        )

    assert holds(over, merged)
    again = dict(merged)
    merge_tables(again, over)
    assert again == merged


def test_from_the_command_line(folder, capsys) -> None:
    data = ["--data", str(folder.parent)]
    assert main(["new", "mine", "--from", "barnet-2015", "--set", "area.partnerships=9", *data]) == 0
    assert main(["edit", "mine", "--set", "seed=3", "--drop", "area.partnerships", *data]) == 0
    capsys.readouterr()
    assert main(["diff", "mine", "barnet-2015", *data]) == 0
    assert capsys.readouterr().out.splitlines() == ["PARAMETER  mine  barnet-2015", "seed       3     2015"]
    assert main(["show", "mine", *data]) == 0
    assert "seed  " in capsys.readouterr().out
    assert main(["new", "mine", *data]) == 2


def test_the_table_of_parameters_is_up_to_date() -> None:
    spec = importlib.util.spec_from_file_location("make_parameters", ROOT / "scripts" / "make_parameters.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert (ROOT / "docs" / "parameters.md").read_text(encoding="utf-8") == script.page(), (
        "run python scripts/make_parameters.py"
    )
    for key, unit, *_, meaning in script.rows(Scenario):
        assert meaning, key
        assert unit != "–" or not meaning.startswith("metres"), f"{key} is in metres: say so in UNITS"
