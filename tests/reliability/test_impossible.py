"""Impossible rules: exit 4 and a smallest set of named rules.

Every case is a scenario. The named rules alone are impossible, and without any one of them they are not.
"""

import dataclasses
import itertools
from pathlib import Path

import pytest

from geo_partnerships.checking import check
from geo_partnerships.cli import main
from geo_partnerships.errors import NoPlanError
from geo_partnerships.model import Response
from geo_partnerships.planning import plan
from geo_partnerships.scenarios.read import scenario_from
from tests.small import school, small_letter, small_problem, two_villages

ROOT = Path(__file__).parents[2]
W, E = [f"1{i}" for i in range(6)], [f"2{i}" for i in range(6)]
ALL = [*W, *E]
TWO = {"partnerships": 2, "size": [4, 8]}
LETTER = small_letter(tuple(W), tuple(E))
GIVEN = {"members": {"letter": [1, 2]}, "as_given": True}
PUPILS = {urn: dataclasses.replace(s, pupils=100) for urn, s in two_villages().items()}
LEADER = {**two_villages(), "10": dataclasses.replace(two_villages()["10"], designations=("LLE",))}
NO_POINT = {**two_villages(), "30": school("30", None, None)}


def together(*schools):
    return {"schools": list(schools)}


def pin(label, *schools, **more):
    return {"schools": list(schools), "partnership": label, **more}


def asks(urn, *wanted):
    return Response(responder=urn, wanted=wanted)


def primary(**bounds):
    return {"name": "primaries", "phases": ["primary"], **bounds}


CASES = {
    # name: (scenario, problem, the parameters that conflict)
    "too large in sum": ({"area": {"partnerships": 2, "size": [7, 12]}}, {}, {"area.partnerships", "area.size"}),
    "too small in sum": ({"area": {"partnerships": 2, "size": [2, 5]}}, {}, {"area.partnerships", "area.size"}),
    "no number of equal parts": ({"area": {"partnerships": [1, 12], "size": [7, 9]}}, {}, {"area.size"}),
    "two or more by default": ({"area": {"partnerships": 7}}, {}, {"area.partnerships", "area.size"}),
    "too few pupils": (
        {"area": {"partnerships": 2, "size": [700, 1200], "size_by": "pupils"}},
        {"schools": PUPILS}, {"area.partnerships", "area.size"},
    ),
    "pupils that do not split": (
        {"area": {"partnerships": [1, 12], "size": [650, 850], "size_by": "pupils"}},
        {"schools": PUPILS}, {"area.size"},
    ),
    "together and apart": (
        {"must_link": [together("10", "11")], "cannot_link": [together("10", "11")]}, {},
        {"must_link.1", "cannot_link.1"},
    ),
    "together by a chain, and apart": (
        {"must_link": [together("10", "11"), together("11", "12"), together("20", "21")],
         "cannot_link": [together("10", "12")]}, {},
        {"must_link.1", "must_link.2", "cannot_link.1"},
    ),
    "three apart in two partnerships": (
        {"cannot_link": [together("10", "11", "12")]}, {}, {"area.partnerships", "cannot_link.1"}
    ),
    "three apart by three rules": (
        {"cannot_link": [together("10", "11"), together("11", "12"), together("10", "12")]}, {},
        {"area.partnerships", "cannot_link.1", "cannot_link.2", "cannot_link.3"},
    ),
    "more together than a partnership holds": (
        {"must_link": [together(*W, "20", "21", "22")]}, {}, {"must_link.1", "area.size"}
    ),
    "together by two rules, too many": (
        {"must_link": [together(*W), together("10", "20", "21", "22")]}, {},
        {"must_link.1", "must_link.2", "area.size"},
    ),
    "pinned apart, but together": (
        {"pinned": [pin("a", "10"), pin("b", "11")], "must_link": [together("10", "11")]}, {},
        {"pinned.1", "pinned.2", "must_link.1"},
    ),
    "pinned together, but apart": (
        {"pinned": [pin("a", "10", "11")], "cannot_link": [together("10", "11")]}, {}, {"pinned.1", "cannot_link.1"}
    ),
    "one school under two labels": (
        {"pinned": [pin("a", "10"), pin("b", "10")]}, {}, {"pinned.1", "pinned.2"}
    ),
    "three labels in two partnerships": (
        {"pinned": [pin("a", "10"), pin("b", "11"), pin("c", "12")]}, {},
        {"area.partnerships", "pinned.1", "pinned.2", "pinned.3"},
    ),
    "closed, but too small": ({"pinned": [pin("a", "10", "11", closed=True)]}, {}, {"pinned.1.closed", "area.size"}),
    "closed, but another joins": (
        {"pinned": [pin("a", *W, closed=True)], "must_link": [together("10", "20")]}, {},
        {"pinned.1.closed", "must_link.1"},
    ),
    "too many of a group": ({"balance": [primary(most=5)]}, {}, {"area.partnerships", "balance.1"}),
    "too few of a group": (
        {"balance": [{"name": "three", "schools": ["10", "11", "12"], "least": 2}]}, {},
        {"area.partnerships", "balance.1"},
    ),
    "one leader for two": ({"leaders": {"strength": "binding"}}, {"schools": LEADER}, {"area.partnerships", "leaders"}),
    "no leader at all": ({"leaders": {"strength": "binding"}}, {}, {"leaders"}),
    "the group is tied together": (
        {"balance": [{"name": "pair", "schools": ["10", "11"], "most": 1}], "must_link": [together("10", "11")]}, {},
        {"balance.1", "must_link.1"},
    ),
    "named, but kept apart": (
        {"cannot_link": [together("10", "11")]}, {"answers": [asks("10", "11")]}, {"cannot_link.1", "guarantee.10"}
    ),
    "named, but pinned apart": (
        {"pinned": [pin("a", "10"), pin("b", "11")]}, {"answers": [asks("10", "11")]},
        {"pinned.1", "pinned.2", "guarantee.10"},
    ),
    "two wishes that tie too many": (
        {"area": {"partnerships": 4, "size": 3}},
        {"answers": [asks("10", "11"), asks("12", "11"), asks("13", "11")]},
        {"area.size", "guarantee.10", "guarantee.12", "guarantee.13"},
    ),
    "named nobody that is in the plan": (
        {"area": {"members": {"schools": E}}}, {"answers": [asks("20", "10")]}, {"guarantee.20"}
    ),
    "answered and is in no strand": ({"area": {"members": {"schools": E}, "size": None, "partnerships": 1}},
                                     {"answers": [asks("10", "20")]}, {"guarantee.10"}),
    "answered and has no point": ({}, {"schools": NO_POINT, "answers": [asks("30", "10")]}, {"guarantee.30"}),
    "together, but one has no point": ({"must_link": [together("10", "30")]}, {"schools": NO_POINT}, {"must_link.1"}),
    "together across strands": (
        {"strands": {"west": {"members": {"schools": W}}}, "area": {"members": {"schools": E}, "partnerships": 1},
         "must_link": [together("10", "20")]}, {}, {"must_link.1"},
    ),
    "pinned across strands": (
        {"strands": {"west": {"members": {"schools": W}}}, "area": {"members": {"schools": E}, "partnerships": 1},
         "pinned": [pin("a", "10", "20")]}, {}, {"pinned.1"},
    ),
    "apart in a strand of one": (
        {"strands": {"pair": {"members": {"schools": ["10", "20"]}}}, "cannot_link": [together("10", "20")]}, {},
        {"strands.pair.partnerships", "cannot_link.1"},
    ),
    "together, but the letter has them apart": (
        {"area": GIVEN, "must_link": [together("10", "20")]}, {"letter": LETTER}, {"must_link.1", "area.as_given"}
    ),
    "apart, but the letter has them together": (
        {"area": GIVEN, "cannot_link": [together("10", "11")]}, {"letter": LETTER}, {"cannot_link.1", "area.as_given"}
    ),
    "two labels in one partnership of the letter": (
        {"area": GIVEN, "pinned": [pin("a", "10"), pin("b", "11")]}, {"letter": LETTER},
        {"pinned.1", "pinned.2", "area.as_given"},
    ),
    "closed, but the letter has others in it": (
        {"area": GIVEN, "pinned": [pin("a", *W[:5], closed=True)]}, {"letter": LETTER},
        {"pinned.1.closed", "area.as_given"},
    ),
    "the letter has too many of a group": (
        {"area": GIVEN, "balance": [{"name": "five", "schools": W[:5], "most": 4}]}, {"letter": LETTER},
        {"balance.1", "area.as_given"},
    ),
    "the letter has one without a leader": (
        {"area": GIVEN, "leaders": {"strength": "binding"}},
        {"letter": LETTER, "schools": LEADER},
        {"leaders", "area.as_given"},
    ),
}  # fmt: skip


def scenario_of(parameters, left_out=frozenset()):
    """The scenario without the rules of some keys; wishes are no parameters and are left out of the survey."""
    table = {"district_penalty": 0, **parameters}
    table["area"] = {**(TWO if "area" not in parameters else {}), **table.get("area", {})}
    table["area"].setdefault("partnerships", 2)
    for key in left_out:
        first, _, rest = key.partition(".")
        number = rest.partition(".")[0]
        if rest == "as_given":
            table["area"] = {**table["area"], "as_given": False, "partnerships": [1, 12]}
        elif rest in {"partnerships", "size"} and first == "area":
            table["area"] |= {"partnerships": [1, 12]} if rest == "partnerships" else any_size(table)
        elif first == "strands":
            changed = {**table["strands"][number], "partnerships": [1, 12], "size": [1, 12]}
            table["strands"] = {**table["strands"], number: changed}
        elif first == "leaders":
            table["leaders"] = {"strength": "off"}
        elif key.endswith(".closed"):
            pins = enumerate(table["pinned"], 1)
            table["pinned"] = [{**p, "closed": False} if i == int(number) else p for i, p in pins]
        elif first != "guarantee":  # a placeholder keeps the numbers of the others
            table[first] = [None if i == int(number) else p for i, p in enumerate(table[first], 1)]
    for key in ("must_link", "cannot_link", "pinned", "balance"):
        if key in table:
            table[key] = [item for item in table[key] if item is not None]
    return scenario_from(table)


def any_size(table):
    return {"size": [1, 12_000], "size_by": table["area"].get("size_by", "schools")}


def problem_of(given, left_out=frozenset()):
    answers = [a for a in given.get("answers", []) if f"guarantee.{a.responder}" not in left_out]
    return small_problem(*answers, schools=given.get("schools"), letter=given.get("letter"))


def is_possible(parameters, given, left_out=frozenset()):
    try:
        made = plan(problem_of(given, left_out), scenario_of(parameters, left_out))
    except NoPlanError as error:
        return not error.proved  # a conflict that is not proved would be no conflict
    assert check(made).ok
    return True


@pytest.mark.parametrize("name", CASES)
def test_a_conflict_names_a_smallest_set_of_rules(name) -> None:
    parameters, given, expected = CASES[name]
    with pytest.raises(NoPlanError) as caught:
        plan(problem_of(given), scenario_of(parameters))
    error = caught.value
    assert error.proved
    assert set(error.keys) == expected
    assert len(error.rules) == len(error.keys)
    for rule in error.rules:
        assert rule.removeprefix("guarantee: ") in error.sentence
    others = keys_of(parameters, given) - {key.removesuffix(".closed") for key in expected}
    assert not is_possible(parameters, given, others)
    for key in error.keys:
        assert is_possible(parameters, given, others | {key}), f"{key} is not needed"


def keys_of(parameters, given):
    """Every rule of a case, by key."""
    found = {"area.partnerships", "area.size", "leaders"}
    found |= {f"guarantee.{answer.responder}" for answer in given.get("answers", [])}
    for key in ("must_link", "cannot_link", "pinned", "balance"):
        found |= {f"{key}.{number}" for number, _ in enumerate(parameters.get(key, []), start=1)}
    found |= {f"strands.{name}.partnerships" for name in parameters.get("strands", {})}
    return found


SMALL = {urn: two_villages()[urn] for urn in ("10", "11", "12", "20", "21", "22")}
SMALL_RULES = {
    "must_link.1": {"must_link": [together("10", "20")]},
    "cannot_link.1": {"cannot_link": [together("10", "11")]},
    "pinned.1": {"pinned": [pin("a", "11", "20")]},
    "balance.1": {"balance": [{"name": "pair", "schools": ["12", "21", "22"], "most": 1}]},
    "leaders": {"leaders": {"strength": "binding"}},
    "area.size": {"area": {"partnerships": 2, "size": [3, 3]}},
}


def groupings(urns, most):
    """Every way to part schools into at most so many groups."""
    if not urns:
        yield []
        return
    first, *rest = urns
    for parted in groupings(rest, most):
        for index in range(len(parted)):
            yield [*parted[:index], [first, *parted[index]], *parted[index + 1 :]]
        if len(parted) < most:
            yield [[first], *parted]


def keeps(groups, rules):
    home = {urn: index for index, group in enumerate(groups) for urn in group}
    return len(groups) == 2 and all(
        {
            "must_link.1": home["10"] == home["20"],
            "cannot_link.1": home["10"] != home["11"],
            "pinned.1": home["11"] == home["20"],
            "balance.1": all(len({"12", "21", "22"} & set(group)) <= 1 for group in groups),
            "leaders": all({"10", "22"} & set(group) for group in groups),
            "area.size": all(len(group) == 3 for group in groups),
        }[rule]
        for rule in rules
    )


@pytest.mark.parametrize(
    "rules", [r for n in range(7) for r in itertools.combinations(SMALL_RULES, n)], ids=lambda r: "+".join(r) or "none"
)
def test_possible_or_not_as_trying_every_grouping_says(rules) -> None:
    """Six schools in two partnerships under every choice of six rules."""
    every = list(groupings(list(SMALL), 2))
    parameters = {"area": {"partnerships": 2, "size": [1, 6]}}
    for rule in rules:
        parameters |= SMALL_RULES[rule]
    schools = {u: dataclasses.replace(s, designations=("LLE",) if u in {"10", "22"} else ()) for u, s in SMALL.items()}
    problem = small_problem(schools=schools)
    if any(keeps(groups, rules) for groups in every):
        assert check(plan(problem, scenario_from(parameters))).ok
        return
    with pytest.raises(NoPlanError) as caught:
        plan(problem, scenario_from(parameters))
    named = [key for key in caught.value.keys if key in SMALL_RULES]
    assert set(named) <= set(rules)
    assert not any(keeps(groups, named) for groups in every)
    for key in named:
        assert any(keeps(groups, [k for k in named if k != key]) for groups in every)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[area]\npartnerships = 11\nsize = [20, 30]\n", ["case.toml, line 2", "case.toml, line 3", "11 × 20 = 220"]),
        ("# a comment\narea.partnerships = 5\n\narea.size = [1, 20]\n", ["case.toml, line 2", "case.toml, line 4"]),
        (
            (
                '[[must_link]]\nschools = ["101270", "101271"]\n\n[[must_link]]\nschools = ["101271", "101272"]\n'
                '[[cannot_link]]\nschools = ["101270", "101272"]\n[area]\npartnerships = [2, 40]\nsize = [1, 140]\n'
                "[guarantee]\nstrength = 'off'\n"
            ),
            ["case.toml, line 1", "case.toml, line 4", "case.toml, line 6"],
        ),
        (
            'extends = "barnet-2015"\n[area]\nsize = [20, 30]\n',
            ["case.toml, line 3", "barnet-2015.toml, line 38"],
        ),
    ],
    ids=["table", "dotted", "links", "extended"],
)
def test_the_command_line_says_file_and_line_and_what_would_help(tmp_path, capsys, monkeypatch, text, words) -> None:
    monkeypatch.chdir(ROOT)
    (tmp_path / "case.toml").write_text(text, encoding="utf-8")
    assert main(["run", str(tmp_path / "case.toml"), "--output", str(tmp_path / "out")]) == 4
    told = capsys.readouterr().err
    for word in (*words, "must give way"):
        assert word in told
    assert "Traceback" not in told
    assert not (tmp_path / "out").exists()


def test_a_change_on_the_command_line_is_where_a_rule_came_from(tmp_path, capsys, monkeypatch) -> None:
    monkeypatch.chdir(ROOT)
    assert main(["run", "--set", "area.size=[20,30]", "--output", str(tmp_path / "out")]) == 4
    assert "--set area.size" in capsys.readouterr().err
