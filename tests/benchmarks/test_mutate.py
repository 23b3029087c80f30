"""The mutation tester makes the faults that were once found alive; its list of equivalents is of changes it makes."""

from __future__ import annotations

import pytest

from benchmarks import mutate
from benchmarks.mutate import TESTS, equivalents, mutants


@pytest.mark.parametrize(
    ("ending", "change"),
    [
        ("checking/rules/numbers.py", "low <= size <= high -> low <= size <= high + 1"),
        ("checking/rules/numbers.py", "low <= size <= high -> low < size <= high"),
        ("checking/rules/numbers.py", "low <= size <= high -> low <= size < high"),
        ("intake/schools/row.py", "50.0 -> 500.0"),
        ("deciding/log.py", "os.fsync(handle) -> pass"),
    ],
)
def test_one_past_a_limit_a_limit_moved_far_and_a_call_left_out_are_tried(ending, change) -> None:
    [module] = [module for module in TESTS if module.endswith(ending)]
    assert change in [mutant.change for mutant in mutants(module)]


def test_each_mutant_changes_one_thing_and_can_be_read() -> None:
    module = next(module for module in TESTS if module.endswith("checking/rules/numbers.py"))
    sources = [mutant.source for mutant in mutants(module)]
    assert len(set(sources)) == len(sources)
    for source in sources:
        compile(source, module, "exec")


def test_every_equivalent_is_a_change_that_is_made_and_has_its_reason() -> None:
    for module, known in equivalents().items():
        assert known.keys() <= {mutant.name for mutant in mutants(module)}, module
        assert all(len(reason.split()) > 3 for reason in known.values())


def test_every_module_and_every_test_that_is_named_is_there() -> None:
    assert mutate.absent() == []


def test_a_module_or_a_test_that_is_gone_is_told_at_the_start(monkeypatch, capsys) -> None:
    monkeypatch.setitem(mutate.TESTS, "checking/gone.py", ("tests/checking", "tests/test_gone.py"))
    monkeypatch.setattr("sys.argv", ["mutate"])
    with pytest.raises(SystemExit):
        mutate.main()
    assert "geo_partnerships/checking/gone.py, tests/test_gone.py" in capsys.readouterr().err
