"""The table of troubles counts every case."""

from benchmarks.reliability import Kind, run


def test_tests_of_several_folders_with_fixtures_of_their_own_are_counted_together(tmp_path) -> None:
    for name, cases in (("one", 1), ("two", 5)):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "conftest.py").write_text("def pytest_runtest_setup(item):\n    pass\n")
        (folder / f"test_of_{name}.py").write_text(
            f"def test_it(record_property):\n    record_property('cases', {cases})\n"
        )
    found = run(Kind("both", (str(tmp_path / "one"), str(tmp_path / "two"))))
    assert (found.passed, found.failed, found.told) == (6, 0, [])
