"""Whatever the disk refuses and whenever a run dies: the old output whole, or the new one whole."""

import errno
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from geo_partnerships.api import running
from geo_partnerships.errors import UsageError
from geo_partnerships.publishing import folder as publishing_folder
from geo_partnerships.publishing import lock_folder, publish_folder, verify
from tests.depth import DEPTH
from tests.reliability.disk import faulty, is_whole, outcome, publish_site, texts, write_site
from tests.small import small_problem, small_scenario

ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("RELIABILITY_KILLS", "10"))
SEED = os.environ.get("RELIABILITY_SEED", "7")
EVERY = int(os.environ.get("RELIABILITY_EVERY", "41"))
APART = max(1, 3 // DEPTH)
"""Each way to fail is tried at every third operation, one after the other, so that each operation fails in some way."""
CANNOT = {"exchange": 0, "no exchange": errno.EINVAL}
CODES = {"EIO": errno.EIO, "disk full": errno.ENOSPC, "read-only": errno.EROFS, "no permission": errno.EACCES}

MEMORY = Path("/dev/shm")  # noqa: S108


@pytest.fixture
def quick_path(tmp_path):
    """A folder in memory where there is one, since bringing thousands of files to a disk takes minutes."""
    if not os.access(MEMORY, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        yield Path(folder)


def operations(target, exchange):
    with faulty(None, exchange=exchange) as disk:
        assert outcome(target, "counted") == ""
    return disk.count


@pytest.mark.parametrize("exchange", CANNOT.values(), ids=CANNOT)
@pytest.mark.parametrize("code", CODES.values(), ids=CODES)
@pytest.mark.parametrize("before", ["old", ""], ids=["over a run", "first run"])
def test_any_operation_may_fail(quick_path, record_property, before, code, exchange) -> None:
    tmp_path = quick_path
    count = operations(tmp_path / "count" / "site", exchange) + 40  # replacing takes more than a first run
    failures = range(1 + list(CODES.values()).index(code) % APART, count + 1, APART)
    for k in failures:
        target = tmp_path / str(k) / "site"
        if before:
            publish_site(target, before)
        with faulty(k, code, exchange=exchange):
            said = outcome(target, "new")
        published = not said or "is in place" in said
        assert is_whole(target, "new" if published else before), (k, said)
        assert len(said) < 300
        assert "\n" not in said
        assert outcome(target, "next") == ""
        assert is_whole(target, "next")
        assert {p.name for p in target.parent.iterdir()} == {"site", ".geo-partnerships.lock"}, k
    record_property("cases", len(failures))


@pytest.mark.parametrize("exchange", CANNOT.values(), ids=CANNOT)
def test_a_disk_that_fails_for_good_leaves_what_the_next_run_mends(quick_path, record_property, exchange) -> None:
    tmp_path = quick_path
    count = operations(tmp_path / "count" / "site", exchange) + 40
    for k in range(1, count + 1):
        target = tmp_path / str(k) / "site"
        publish_site(target, "old")
        with faulty(k, errno.EIO, stays=True, exchange=exchange):
            outcome(target, "new")
        with lock_folder(target.parent):  # the next run, of whatever scenario, puts back what had lost its place
            assert is_whole(target, "old", "new"), k
        assert {p.name for p in target.parent.iterdir()} == {"site", ".geo-partnerships.lock"}, k
    record_property("cases", count)


def test_no_failing_operation_lets_a_run_write_over_what_is_not_its_own(tmp_path, record_property) -> None:
    target = tmp_path / "site"
    target.mkdir()
    (target / "thesis.txt").write_text("years of work")
    with faulty(None) as disk:
        outcome(target, "new")
    for k in range(1, disk.count + 40):
        with faulty(k):
            assert outcome(target, "new"), k
        assert [p.name for p in target.iterdir()] == ["thesis.txt"], k
    record_property("cases", disk.count + 39)


@pytest.fixture(scope="module")
def run():
    return running.make_plan("small", small_problem(), small_scenario())


def test_any_operation_of_a_whole_run_may_fail(quick_path, record_property, run) -> None:
    """Pages, tables, workbook and GeoPackage, as the program writes them."""
    tmp_path = quick_path
    with faulty(None) as disk:
        running.publish(run, tmp_path)
    failures = range(1, disk.count, EVERY)
    for k in failures:
        before = (tmp_path / "small" / "index.html").stat().st_ino
        said = ""
        with faulty(k, errno.ENOSPC):
            try:
                running.publish(run, tmp_path)
            except UsageError as error:  # reading what is optional may fail without harm
                said = str(error)
        assert len(said) < 400
        assert verify(tmp_path / "small") == [], k
        unchanged = (tmp_path / "small" / "index.html").stat().st_ino == before
        assert unchanged == bool(said and "is in place" not in said), (k, said)
    running.publish(run, tmp_path)
    assert {p.name for p in tmp_path.iterdir()} == {"small", ".geo-partnerships.lock"}
    record_property("cases", len(failures))


def test_killed_at_any_moment_a_run_leaves_a_whole_site(tmp_path, record_property) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "tests.reliability.kills", str(tmp_path), str(KILLS), SEED],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split("\n")[:-1]  # fmt: skip
    assert told == ["whole"] * KILLS + ["clean"]
    record_property("cases", KILLS + 1)


def test_a_run_killed_between_the_two_renames_gets_its_old_site_back(tmp_path, monkeypatch) -> None:
    """Where folders cannot be exchanged there is a moment without a site; the next run of any scenario ends it."""
    target = tmp_path / "site"
    publish_site(target, "old")

    def die_between(staging, folder):
        folder.rename(staging.with_name("old"))
        os._exit(0)

    child = os.fork()
    if not child:
        monkeypatch.setattr(publishing_folder, "_swap", die_between)
        publish_site(target, "half")
    os.waitpid(child, 0)
    assert not target.exists()
    publish_site(tmp_path / "another", "other")
    assert is_whole(target, "old")
    assert {p.name for p in tmp_path.iterdir()} == {"site", "another", ".geo-partnerships.lock"}


def test_hidden_folders_of_others_are_left_alone(tmp_path) -> None:
    for name in (".site.staging", ".geo-partnerships-new", "x.geo-partnerships-old", ".git"):
        (tmp_path / name).mkdir()
    publish_site(tmp_path / "site", "new")
    assert len(list(tmp_path.iterdir())) == 6


PAGE = 4096  # a disk in memory gives files whole pages


@pytest.fixture(scope="module")
def kilobytes_of(run, tmp_path_factory):
    """How much of a disk each file of the run's folder takes, by its name."""
    folder = running.publish(run, tmp_path_factory.mktemp("whole"))
    return {
        path.relative_to(folder).as_posix(): -(-path.stat().st_size // PAGE) * PAGE // 1024
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def small_disk(tmp_path, kilobytes_of):
    """A disk that all but holds the run, or a skip where this user may not mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    size = f"size={sum(kilobytes_of.values()) - 40}k"
    mount = ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(place)]
    try:
        mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        mounted = False
    if not mounted:
        pytest.skip("a small disk was not tried: this user may not mount one")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_full_disk_ends_in_one_sentence(small_disk, record_property, run, kilobytes_of) -> None:
    """Fill the disk more and more, so that each of the writers meets its end."""
    ballast = small_disk / "ballast"
    publish_site(small_disk / "small", "old")
    room = sum(kilobytes_of.values()) - 100
    cases = range(0, room, max(1, room * APART // 25))
    for kilobytes in cases:
        ballast.write_bytes(b"0" * 1024 * kilobytes)
        with pytest.raises(UsageError, match="what stood there is untouched") as caught:
            running.publish(run, small_disk)
        assert len(str(caught.value)) < 300
        assert is_whole(small_disk / "small", "old")
    record_property("cases", len(cases))


@pytest.mark.parametrize("share", [0.05, 0.3, 0.5, 0.7, 0.95])
def test_a_disk_that_fills_up_in_the_geopackage_ends_in_one_sentence(tmp_path, run, kilobytes_of, share) -> None:
    place = tmp_path / "disk"
    place.mkdir()
    layers = kilobytes_of["plan.gpkg"]  # written last, but for plan.json and the manifest
    before = sum(kilobytes_of.values()) - layers - kilobytes_of["plan.json"] - kilobytes_of["manifest.json"]
    size = f"size={before + int(share * layers)}k"
    if subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(place)], check=False).returncode:
        pytest.skip("a small disk was not tried: this user may not mount one")
    try:
        with pytest.raises(UsageError, match=r"(disk full|No space)"):
            running.publish(run, place)
        assert not (place / "small").exists()
    finally:
        subprocess.run(["umount", str(place)], check=True)  # refused where a file were still open


def test_a_read_only_disk_ends_in_one_sentence(small_disk, run) -> None:
    publish_site(small_disk / "small", "old")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(UsageError, match="Read-only file system"):
        running.publish(run, small_disk)
    assert texts(small_disk / "small") == {"old"}


@pytest.mark.parametrize("over", ["file", "broken link", "link to a run", "pipe"])
def test_only_a_folder_of_its_own_is_replaced(tmp_path, over) -> None:
    target = tmp_path / "site"
    publish_site(tmp_path / "real", "real")
    {
        "file": lambda: target.write_text("letter"),
        "broken link": lambda: target.symlink_to(tmp_path / "nowhere"),
        "link to a run": lambda: target.symlink_to(tmp_path / "real"),
        "pipe": lambda: os.mkfifo(target),
    }[over]()
    assert "left alone" in outcome(target, "new")
    assert is_whole(tmp_path / "real", "real")
    assert not (tmp_path / "nowhere").exists()


def test_a_folder_reached_through_a_link_is_published_into(tmp_path) -> None:
    (tmp_path / "share").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "share")
    publish_site(tmp_path / "link" / "site", "new")
    assert is_whole(tmp_path / "share" / "site", "new")


def test_the_lock_is_no_way_to_write_through_a_link(tmp_path) -> None:
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / ".geo-partnerships.lock").symlink_to(tmp_path / "elsewhere")
    assert "cannot be written to" in outcome(tmp_path / "root" / "site", "new")
    assert not (tmp_path / "elsewhere").exists()


def test_a_bug_in_a_writer_is_not_mistaken_for_the_disk(tmp_path) -> None:
    publish_site(tmp_path / "site", "old")

    def broken(folder):
        write_site("new")(folder)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        publish_folder(tmp_path / "site", broken)
    assert is_whole(tmp_path / "site", "old")


def test_an_interrupted_run_leaves_the_old_site(tmp_path) -> None:
    publish_site(tmp_path / "site", "old")

    def interrupted(folder):
        write_site("new")(folder)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publish_folder(tmp_path / "site", interrupted)
    assert is_whole(tmp_path / "site", "old")
    assert {p.name for p in tmp_path.iterdir()} == {"site", ".geo-partnerships.lock"}
