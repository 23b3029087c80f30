"""Plans that the workbench keeps: read as they were written, and refused where they are not."""

import json

import pytest

from geo_partnerships.planning import plan
from geo_partnerships.workbench.kept import plan_from, plan_object, read_kept, write_kept
from tests.small import small_problem, small_scenario

MADE = plan(small_problem(), small_scenario())


@pytest.fixture
def kept(tmp_path):
    path = tmp_path / "runs" / "1.json"
    write_kept(path, plan_object(MADE))
    return path


def test_a_kept_plan_is_laid_out_as_it_was(kept) -> None:
    again = plan_from(read_kept(kept), MADE.problem)
    assert (again.partnerships, again.memberships) == (MADE.partnerships, MADE.memberships)


def test_a_kept_plan_that_was_changed_is_refused(kept) -> None:
    kept.write_text(kept.read_text().replace('"number":1', '"number":7', 1))
    with pytest.raises(ValueError, match="changed"):
        read_kept(kept)


@pytest.mark.parametrize("text", ["", "[]", "[" * 100_000, '"\udcff"'])
def test_what_is_no_kept_plan_is_refused(kept, text) -> None:
    kept.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ValueError, match=r"plan|JSON|Expecting|deep|decode"):
        read_kept(kept)


def test_a_plan_kept_before_there_were_digests_is_read(kept) -> None:
    kept.write_text(json.dumps(plan_object(MADE)))
    assert plan_from(read_kept(kept), MADE.problem).partnerships == MADE.partnerships
