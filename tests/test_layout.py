"""Modules and functions are short, and tests mirror modules: what is tested of one stands in the file of its name."""

import ast
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parent
PACKAGE = TESTS.parent / "geo_partnerships"
LINES, STATEMENTS = 500, 40
"""How long a module and a function may be."""
LONG_MODULES = {  # and why
    "clustering/parameters.py": "a table: each number with its unit and its words",
    "pricing/rules.py": "still to be parted: what a rule costs, alone and in pairs",
}
LONG_FUNCTIONS = {  # and why
    "clustering/kernels/filling.py _fill_paired": "compiled: the state of the loop would travel through each call",
    "clustering/kernels/moves.py anneal": "compiled, likewise",
    "clustering/kernels/neighbourhood.py _spread_exactly": "compiled, likewise",
    "clustering/kernels/neighbourhood.py search_neighbourhood": "compiled, likewise",
    "clustering/kernels/pricing.py _search": "compiled, likewise",
    "clustering/kernels/starts.py spread": "compiled, likewise",
    "clustering/search/solve.py solve_by_search": "the order of the steps of a search, each of them a call",
}
NOT_OF_THE_PACKAGE = {  # folders of tests that are about something else, or about everything
    "bad": "broken files, one case a line",
    "benchmarks": "the benchmarks themselves",
    "data": "the data, the letter and the pages of docs/",
    "properties": "what holds of every plan and every text",
    "reliability": "disks that refuse, runs that die, damaged files",
    "toy": "a toy rule, not a test",
}
OF_SEVERAL_MODULES = {  # what a user does or must never see, whatever modules take part
    "batching/test_england.py": "a whole country",
    "batching/test_interruption.py": "batches that are killed",
    "batching/test_privacy.py": "what a batch gives away",
    "checking/test_preferred.py": "check against solver",
    "checking/test_strands.py": "whom a strand takes",
    "cli/test_commands.py": "what each command loads",
    "clustering/rules/test_by_trial.py": "all rules, by trying everything",
    "clustering/rules/test_proved.py": "all rules, to the proof",
    "clustering/rules/test_words.py": "all rules, in words",
    "clustering/test_random_problems.py": "all rules mixed, by trying everything",
    "deciding/test_moving.py": "a moved plan and the check of it",
    "deciding/test_privacy.py": "decisions in the public edition",
    "intake/test_cases.py": "lists as offices hand them out",
    "intake/test_limits.py": "limits of every reader",
    "intake/test_roads_in_plans.py": "from a road file to partnerships",
    "intake/test_second_borough.py": "from a register to published maps",
    "pages/test_answers.py": "a head's page",
    "pages/test_background.py": "a background from the internet, in a browser",
    "pages/test_drawing.py": "words, colours and drawings",
    "pages/test_hostile_names.py": "hostile names in every page",
    "pages/test_map_behaves.py": "a map in a browser",
    "pages/test_offline.py": "every page without a network",
    "pages/test_using_the_map.py": "a reader at the map",
    "planning/test_many_schools.py": "thousands of schools",
    "publishing/test_certificates.py": "certificates of moved plans in what is published",
    "test_exported_names.py": "names that the package offers",
    "test_layers.py": "imports",
    "test_layout.py": "this",
    "test_registry.py": "every rule and parameter",
    "test_toy_rule.py": "the toy rule",
    "views/test_privacy.py": "from files to the public tree",
    "views/test_private_rules.py": "private rules in the public edition",
    "views/test_whole_view.py": "the view of a whole borough",
    "pages/test_forced_colours.py": "pages in a browser whose system chooses colours",
    "pages/test_governance.py": "who leads, on pages and in files",
    "workbench/test_cycle.py": "the cycle from draft to published in a browser",
    "workbench/test_near.py": "the rest planned again",
    "workbench/test_uploads.py": "files that are uploaded",
    "workbench/test_certificate.py": "certificates on the desk",
    "workbench/test_data.py": "files that change behind the desk",
    "workbench/test_day.py": "a planner's day in a browser",
    "workbench/test_disk.py": "the desk on a disk that refuses",
    "workbench/test_order.py": "what is on the disk before what",
    "workbench/test_routes.py": "every route",
    "workbench/test_sessions.py": "sessions of every kind",
    "workbench/test_tools.py": "the tools of the desk",
}


def mirrors(path: Path) -> bool:
    """Whether a test is named after a module, or after the package that its folder is named after."""
    folder, name = PACKAGE / path.parent, path.stem.removeprefix("test_")
    return (folder / f"{name}.py").exists() or (folder / name).is_dir() or (folder.is_dir() and name == folder.name)


def test_a_test_is_named_after_the_module_that_it_is_about() -> None:
    paths = {path.relative_to(TESTS) for path in TESTS.rglob("test_*.py")}
    mine = {path for path in paths if path.parts[0] not in NOT_OF_THE_PACKAGE}
    assert {path.as_posix() for path in mine if not mirrors(path)} == set(OF_SEVERAL_MODULES)


def test_every_exception_is_still_needed() -> None:
    assert {path.name for path in TESTS.iterdir() if path.is_dir()} >= NOT_OF_THE_PACKAGE.keys()


def statements(function: ast.FunctionDef) -> int:
    """Return how many statements a function has, its docstring not counted."""
    return sum(isinstance(node, ast.stmt) for node in ast.walk(function)) - 1 - bool(ast.get_docstring(function))


def functions() -> Iterator[tuple[str, ast.FunctionDef]]:
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                yield f"{path.relative_to(PACKAGE).as_posix()} {node.name}", node


def test_a_module_is_no_longer_than_can_be_held_in_mind() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in PACKAGE.rglob("*.py")}
    long = {path.relative_to(PACKAGE).as_posix() for path, lines in lengths.items() if lines > LINES}
    assert long == LONG_MODULES.keys()


def test_a_function_does_one_thing_in_few_statements() -> None:
    assert {name for name, function in functions() if statements(function) > STATEMENTS} == LONG_FUNCTIONS.keys()
