"""A planner's day in a real browser, with the mouse and with the keyboard alone."""

from __future__ import annotations

import itertools
import os
import re
import signal
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import TimeoutError  # noqa: A004 - what Playwright raises is another than Python's

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.workbench.conftest import Served

from tests.village import HOSTILE

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("workbench")]
WAIT = 60_000


class Day:
    """A tab on the desk that has no other network, with all that it complained about."""

    def __init__(self, browser: Browser, served: Served, **options) -> None:
        self.served = served
        self.context = browser.new_context(viewport={"width": 1500, "height": 950}, locale="en-GB", **options)
        self.complaints: list[str] = []
        self.foreign: list[str] = []
        self.context.route("**/*", self._local)

    def _local(self, route) -> None:
        if route.request.url.startswith(self.served.base + "/"):
            route.continue_()
        else:
            self.foreign.append(route.request.url)
            route.abort()

    def open(self, path: str | None = None, by: str = "A. Planner") -> Page:
        page = self.context.new_page()
        page.on("console", lambda m: self.complaints.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(self.served.links[-1] if path is None else self.served.base + path)
        if path is None:
            self.served.links.append(self.served.link())
        page.wait_for_selector("body[data-ready]", timeout=WAIT)
        settle(page)
        if by:
            page.get_by_label("Decisions by").fill(by)
            page.get_by_label("Decisions by").blur()
        return page


@pytest.fixture
def day(browser, shared) -> Iterator[Day]:
    day = Day(browser, shared)
    yield day
    day.context.close()


def settle(page: Page) -> None:
    page.wait_for_selector("body[data-busy='0']", timeout=WAIT)


def told(page: Page, words: str) -> None:
    """Wait until the page says these words."""
    said = "w => document.getElementById('message').textContent.includes(w)"
    try:
        page.wait_for_function(said, arg=words, timeout=WAIT)
    except TimeoutError as error:
        raise AssertionError(f"{words!r} was awaited; said was {page.locator('#message').text_content()!r}") from error
    settle(page)


def pin(page: Page, urn: str):
    return page.locator(f'#map .pin[data-urn="{urn}"]')


def middle(page: Page, urn: str) -> tuple[float, float]:
    box = pin(page, urn).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def figure(page: Page, label: str, column: int = 1) -> str:
    return page.locator("#figures tr", has_text=label).first.locator("th, td").nth(column).inner_text()


def number_in(page: Page, urn: str) -> str:
    return pin(page, urn).inner_text()


@pytest.mark.apart
def test_the_whole_day(browser, served) -> None:  # noqa: PLR0915 - a day is long
    day = Day(browser, served)
    page = day.open()
    assert "Illustrative survey" in page.locator("#illustrative").inner_text()
    assert figure(page, "Mean distance to the centre", 2) == "same"
    page.get_by_label("Decisions by").fill("A. Planner")

    # Change two parameters and run again.
    page.get_by_label("Postcode district penalty").fill("900")
    page.get_by_label("Strand area: size, at least").fill("5")
    page.get_by_role("button", name="Run again").click()
    told(page, "new one")
    assert "district_penalty = 900" in page.locator("#decisions").inner_text()
    assert page.get_by_label("Strand area: size, at least").input_value() == "5"

    # Lock a school.
    page.get_by_label("Find a school").fill("School N2 A (100200)")
    page.get_by_label("Find a school").press("Enter")
    page.get_by_role("button", name=re.compile("Lock in partnership")).click()
    told(page, "Locked School N2 A")
    assert "locked" in pin(page, "100200").get_attribute("aria-label")

    # Drag a pin onto one of another partnership: scores at once.
    before, objective = number_in(page, "100104"), figure(page, "Objective")
    to = number_in(page, "100305")
    page.mouse.move(*middle(page, "100104"))
    page.mouse.down()
    page.mouse.move(*middle(page, "100305"), steps=8)
    page.mouse.up()
    told(page, "School N1 E is now in partnership " + to)
    assert number_in(page, "100104") == to
    assert figure(page, "Objective") != objective
    assert figure(page, "Objective", 2).startswith("+")

    # Undo, redo, undo.
    page.get_by_role("button", name=re.compile("^Undo")).click()
    told(page, "Taken back")
    assert (number_in(page, "100104"), figure(page, "Objective")) == (before, objective)
    page.get_by_role("button", name=re.compile("^Redo")).click()
    told(page, "Done again")
    assert number_in(page, "100104") == to
    page.get_by_role("button", name=re.compile("^Undo")).click()
    told(page, "Taken back")

    # Why here?
    page.get_by_label("Find a school").fill("School N1 E")
    page.get_by_label("Find a school").press("Enter")
    page.get_by_role("button", name="Why here?").click()
    page.wait_for_selector("#why li")
    assert page.locator("#why li").count() == 2
    assert re.search(r"\+[\d,]+ m", page.locator("#why").inner_text())

    # A move against a rule is a question first.
    page.get_by_label("Find a school").fill("School N2 A")
    page.get_by_label("Find a school").press("Enter")
    page.get_by_role("button", name="Move", exact=True).click()
    dialog = page.get_by_role("dialog")
    assert "is locked in partnership" in dialog.inner_text()
    dialog.get_by_role("button", name="Do it all the same").click()
    assert "Give a reason" in dialog.inner_text()
    dialog.get_by_label("Reason").fill("The heads have agreed")
    dialog.get_by_role("button", name="Do it all the same").click()
    told(page, "School N2 A is now in partnership")
    assert "The heads have agreed" in page.locator("#decisions").inner_text()

    # Compare, save, publish.
    page.get_by_label("with", exact=True).select_option(index=1)
    page.get_by_role("button", name="Compare").click()
    told(page, "Compared")
    assert "School N2 A" in page.locator("#compared-list").inner_text()
    with day.context.expect_page() as opened:
        page.get_by_role("link", name=re.compile("Both maps")).click()
    opened.value.wait_for_selector(".leaflet-container")
    opened.value.close()
    page.get_by_label("Save as scenario").fill("agreed-in-may")
    page.get_by_role("button", name="Save").click()
    told(page, "Saved as")
    page.get_by_label("Publish for").select_option("officers")
    page.get_by_role("button", name="Publish").click()
    told(page, "Published in")
    published = served.output / "village-workbench-officers"
    assert (published / "index.html").is_file()
    assert "The heads have agreed" in (published / "findings.html").read_text(encoding="utf-8")

    # Restart: everything is still there.
    shown = page.locator("#decisions tbody").inner_text()
    figures = page.locator("#figures tbody").inner_text()
    served.kill()
    served.start()
    again = day.open()
    assert again.locator("#decisions tbody").inner_text() == shown
    assert again.locator("#figures tbody").inner_text() == figures
    assert day.foreign == []
    expected = ("403", "409", "CONNECTION_REFUSED")  # no session after the restart; the question first; the kill
    assert [c for c in day.complaints if not any(word in c for word in expected)] == []
    day.context.close()


def tab_to(page: Page, name: str, most: int = 160) -> None:
    """Press Tab until the focus is on the control of that name."""
    script = """() => { const a = document.activeElement;
        const label = a.labels && a.labels.length ? a.labels[0].textContent : '';
        return (a.getAttribute('aria-label') || label || a.textContent || '').trim(); }"""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(script).startswith(name):
            return
    raise AssertionError(f"no way to {name} by Tab")


def test_the_same_by_keyboard_alone(day, shared) -> None:  # noqa: PLR0915 - the same
    page = day.open()
    keys = page.keyboard
    tab_to(page, "Decisions by")
    keys.type("A. Planner")
    tab_to(page, "Strand area: size, at least")
    keys.press("Control+a")
    keys.type("5")
    tab_to(page, "Postcode district penalty")
    keys.press("Control+a")
    keys.type("900")
    tab_to(page, "Run again")
    keys.press("Enter")
    told(page, "new one")

    tab_to(page, "Skip past the map")
    keys.press("Enter")
    tab_to(page, "Find a school")
    keys.type("School N1 E")
    keys.press("Enter")
    told(page, "School N1 E is chosen")
    tab_to(page, "Move to…")
    keys.press("ArrowDown")
    before = number_in(page, "100104")
    tab_to(page, "Move")
    keys.press("Enter")
    told(page, "School N1 E is now in partnership")
    assert number_in(page, "100104") != before
    tab_to(page, "Lock in partnership")
    keys.press("Enter")
    told(page, "Locked School N1 E")
    assert page.evaluate("document.activeElement.textContent") == "Unlock"
    tab_to(page, "Why here?")
    keys.press("Enter")
    page.wait_for_selector("#why li")

    # From the pin itself.
    pin(page, "100200").focus()
    keys.press("Enter")
    told(page, "School N2 A is chosen")
    tab_to(page, "Lock in partnership")
    keys.press("Enter")
    told(page, "Locked School N2 A")
    page.evaluate("document.getElementById('school').focus()")
    tab_to(page, "Move")
    tab_to(page, "Move")
    keys.press("Enter")
    page.get_by_role("dialog").wait_for()
    keys.press("Escape")
    told(page, "Left as it is")
    keys.press("Enter")
    page.get_by_role("dialog").wait_for()
    keys.type("Agreed")
    tab_to(page, "Do it all the same", 5)
    keys.press("Enter")
    told(page, "School N2 A is now in partnership")

    page.evaluate("document.activeElement.blur()")
    tab_to(page, "Undo")
    keys.press("Enter")
    told(page, "Taken back")
    tab_to(page, "Save as scenario")
    keys.type("by-keyboard")
    keys.press("Enter")
    told(page, "Saved as")
    assert (shared.workspace / "scenarios" / "by-keyboard.toml").is_file()
    tab_to(page, "Compare")
    tab_to(page, "with")
    keys.press("ArrowDown")
    tab_to(page, "Compare")
    keys.press("Enter")
    told(page, "Compared")
    assert page.evaluate("document.activeElement.id") == "h-compared"
    tab_to(page, "Publish for")
    page.once("dialog", lambda dialog: dialog.accept())  # what the public edition gives away was read
    tab_to(page, "Publish")
    keys.press("Enter")
    told(page, "Published in")
    assert (shared.output / "village-workbench" / "index.html").is_file()


def test_axe_finds_nothing_and_names_stay_names(browser, shared, axe) -> None:
    day = Day(browser, shared, bypass_csp=True)
    page = day.open()
    pin(page, "100100").press("Enter")
    told(page, HOSTILE)
    page.get_by_role("button", name="Why here?").click()
    page.wait_for_selector("#why li")
    page.locator("details").evaluate_all("all => all.forEach(d => { d.open = true; })")
    page.get_by_label("Reason or comment").fill(HOSTILE)
    page.get_by_role("button", name="Comment").click()
    told(page, "Comment kept")
    page.add_script_tag(content=axe)
    run = "axe.run().then(r => r.violations.map(v => v.id + ': ' + v.nodes[0].html))"
    assert page.evaluate(run) == []
    page.set_viewport_size({"width": 400, "height": 800})
    assert page.evaluate(run) == []
    assert page.evaluate("document.documentElement.scrollWidth <= 400")
    assert page.evaluate("window.hurt") is None
    assert HOSTILE in page.locator("#school h3").inner_text()
    assert "49" not in page.locator("#school h3").inner_text()
    pin(page, "100303").press("Enter")
    page.get_by_role("button", name=re.compile("Lock in partnership")).click()
    told(page, "Locked")
    page.get_by_role("button", name="Move", exact=True).click()
    page.get_by_role("dialog").wait_for()
    assert page.evaluate(run) == []
    day.context.close()


def controls(page: Page) -> list[str]:
    """Name every button and link in view, by what finds it again on a fresh page."""
    script = """() => [...document.querySelectorAll('button, a[href], summary')]
        .filter(n => n.checkVisibility() && !n.disabled && !n.closest('#map'))
        .map(n => n.id ? '#' + n.id : n.dataset.key ? `[data-key="${n.dataset.key}"]`
            .replace(/=("(?:lock|why))[0-9]+"/, '^=$1"')
            : n.tagName === 'A' ? `a[href="${n.getAttribute('href')}"]`
            : n.tagName === 'SUMMARY' ? `#${n.parentNode.id} > summary` : `#${n.form.id} button`)"""
    return page.evaluate(script)


def press(day: Day, page: Page, control: str) -> None:
    node = page.locator(control).first
    if "/templates/" in control or "/names.csv" in control:
        with page.expect_download() as download:
            node.press("Enter")
        assert download.value.suggested_filename == control.rpartition("/")[2].rstrip('"]')
    else:
        node.press("Enter")
    settle(page)
    page.locator("#job").wait_for(state="hidden", timeout=WAIT)
    settle(page)
    for other in day.context.pages[1:]:
        other.wait_for_load_state()
        other.close()


def test_every_button_and_link_answers_from_a_fresh_desk(browser, served) -> None:
    day = Day(browser, served)
    page = day.open()
    answers: list[tuple[int, str]] = []
    day.context.on("response", lambda response: answers.append((response.status, response.url)))
    pressed: list[str] = []
    refused: set[str] = set()
    for choose in ("", "100305"):
        if choose:
            pin(page, choose).press("Enter")
            page.locator("#school details").evaluate("node => { node.open = true; }")
        for control in [c for c in controls(page) if c not in pressed]:
            page.goto(served.base + "/")
            page.wait_for_selector("body[data-ready]", timeout=WAIT)
            settle(page)
            if choose:
                pin(page, choose).press("Enter")
                page.locator("#school details").evaluate("node => { node.open = true; }")
            pressed.append(control)
            if not page.locator(control).count():
                continue  # what was pressed before has taken it away, such as the way out of a partnership
            before = len(answers)
            press(day, page, control)
            refused |= {control for status, _ in answers[before:] if status == 422}
            assert page.locator("#map").count() == 1, control  # the desk is still there
            assert page.evaluate("document.getElementById('message').className") != "bad" or control in {
                "#save button", "#upload button", "#year-form button", "#replies-form button",
                '[data-key="comment"]', '[data-key="swap"]',
            }, (control, page.locator("#message").inner_text())  # fmt: skip
    assert {"#rerun", "#near", "#compare button", "#publish button", '[data-key="move"]'} <= set(pressed)
    assert [a for a in answers if a[0] >= 400 and a[0] not in {409, 422}] == []
    assert refused <= {'[data-key="swap"]'}  # a swap asks for its other school in words
    assert [c for c in day.complaints if "409" not in c and "422" not in c] == []
    day.context.close()


def test_every_pair_of_plans_can_be_compared(day) -> None:
    page = day.open()
    page.get_by_label("Save as scenario").fill("to-be-compared")
    page.get_by_role("button", name="Save").click()
    told(page, "Saved as")
    plans = page.locator("#a option").evaluate_all("all => all.map(option => option.value)")
    for a, b in itertools.combinations_with_replacement(plans, 2):
        page.locator("#a").select_option(a)
        page.locator("#b").select_option(b)
        page.get_by_role("button", name="Compare").click()
        told(page, "Compared")
        page.locator("#message").evaluate("node => { node.textContent = ''; }")
    assert day.complaints == []


def test_what_is_typed_for_one_school_is_not_filled_in_for_the_next(day) -> None:
    page = day.open()

    def choose(urn: str) -> None:
        pin(page, urn).press("Enter")
        page.locator("#school details").evaluate("node => { node.open = true; }")

    choose("100101")
    page.get_by_label("Reason or comment").fill("Wants a longer lease")
    page.get_by_label("Reply", exact=True).select_option("wants to discuss")
    page.locator("#answered").fill("2015-01-28")
    page.locator("#to").select_option(index=1)
    choose("100201")
    assert page.get_by_label("Reason or comment").input_value() == ""
    assert page.get_by_label("Reply", exact=True).input_value() == "content"
    assert page.locator("#answered").input_value() == ""
    assert page.locator("#to").evaluate("node => node.selectedIndex") == 0
    choose("100101")
    assert page.get_by_label("Reason or comment").input_value() == "Wants a longer lease"
    assert page.locator("#answered").input_value() == "2015-01-28"
    page.get_by_role("button", name="Keep reply").click()
    told(page, "Reply of School N1 B kept")
    assert page.get_by_label("Reason or comment").input_value() == ""
    assert page.locator("#answered").input_value() == ""


def test_who_decides_is_asked_for_once_in_each_tab(day) -> None:
    page = day.open(by="")
    pin(page, "100304").press("Enter")
    page.get_by_role("button", name=re.compile("Lock in partnership")).click()
    page.get_by_role("dialog").get_by_role("button", name="Leave it as it is").click()
    told(page, "Left as it is")
    page.get_by_role("button", name=re.compile("Lock in partnership")).click()
    page.get_by_role("dialog").get_by_label("Your name").fill("B. Officer")
    page.get_by_role("dialog").get_by_role("button", name="Go on").click()
    told(page, "Locked School N3 E")
    assert "B. Officer" in page.locator("#decisions tbody tr").first.inner_text()
    page.get_by_role("button", name="Unlock", exact=True).click()
    told(page, "Unlocked School N3 E")
    assert day.open("/", by="").get_by_label("Decisions by").input_value() == ""


def test_a_name_that_cannot_be_saved_under_says_why(day) -> None:
    page = day.open()
    for name, words in (("", "Give the scenario a name"), ("village", "already"), ("My plan!", "small letters")):
        page.get_by_label("Save as scenario").fill(name)
        page.get_by_role("button", name="Save").click()
        told(page, words)


def test_two_tabs_show_one_plan(day) -> None:
    first = day.open()
    second = day.open("/")
    pin(first, "100305").press("Enter")
    first.get_by_role("button", name=re.compile("Lock in partnership")).click()
    told(first, "Locked School N3 F")
    told(second, "changed in another tab")
    assert "locked" in pin(second, "100305").get_attribute("aria-label")


def test_a_run_can_be_cancelled_and_the_page_never_freezes(day, shared) -> None:
    page = day.open()
    before = page.locator("#decisions tbody").inner_text()
    worker = shared.worker()
    os.kill(worker, signal.SIGSTOP)  # a run that takes for ever
    page.get_by_role("button", name="Run again").click()
    page.locator("#cancel").wait_for()
    pin(page, "100301").press("Enter")
    told(page, "School N3 B is chosen")
    page.get_by_role("button", name=re.compile("Lock in partnership")).click()
    told(page, "A run is under way")
    page.locator("#cancel").click()
    told(page, "Cancelled")
    assert page.locator("#decisions tbody").inner_text() == before
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)
    page.get_by_role("button", name="Run again").click()
    told(page, "new one")


def test_files_are_uploaded_with_every_row_told(day, tmp_path) -> None:
    page = day.open()
    bad = tmp_path / "answers.csv"
    bad.write_text("responder_urn,existing,wanted\n100101,999999,\nnobody,100102,\n")
    page.get_by_label("File (CSV").set_input_files(bad)
    page.get_by_role("button", name="Upload").click()
    page.wait_for_selector("#noticed li")
    assert "row 3" in page.locator("#noticed").inner_text()
    good = tmp_path / "good.csv"
    good.write_text("responder_urn,existing,wanted\n100101,100102,\n100203,100100,100201\n")
    page.get_by_label("File (CSV").set_input_files(good)
    page.get_by_role("button", name="Upload").click()
    dialog = page.get_by_role("dialog")
    dialog.wait_for()
    answers = dialog.locator("tr", has_text="Answers to the survey").locator("td").all_inner_texts()
    assert answers == ["3", "2", "−1"]
    assert "Answers that are lost (2)" in dialog.inner_text()
    dialog.get_by_role("button", name="Leave it as it is").click()
    told(page, "nothing was changed")
    assert not page.locator("#stale").is_visible()
    page.get_by_role("button", name="Upload").click()
    page.get_by_role("dialog").get_by_role("button", name="Take them").click()
    told(page, "Taken")
    assert page.locator("#stale").is_visible()
    page.get_by_role("button", name="Run again").click()
    told(page, "new one")
    assert figure(page, "Schools that named another") == "2"
    assert not page.locator("#illustrative").is_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="survey, XLSX").click()
    assert download.value.suggested_filename == "survey.xlsx"


def test_names_are_accepted_by_a_click(browser, served, tmp_path, axe) -> None:
    day = Day(browser, served, bypass_csp=True)
    page = day.open()
    answers = tmp_path / "answers.csv"
    answers.write_text(
        "responder_urn,existing,wanted\nSchool N1 B,100102,Shool N1 D\n100200,,The Old Nursery;Scool N2 B\n"
    )
    page.get_by_label("File (CSV").set_input_files(answers)
    page.get_by_role("button", name="Upload").click()
    dialog = page.get_by_role("dialog", name="Which schools are meant?")
    dialog.wait_for()
    assert dialog.get_by_role("group", name="School N1 B").get_by_label("School N1 B (100101)").is_checked()
    page.add_script_tag(content=axe)
    assert page.evaluate("axe.run().then(r => r.violations.map(v => v.id + ': ' + v.nodes[0].html))") == []
    dialog.get_by_role("group", name="Shool N1 D").get_by_label("School N1 D (100103)").check()
    dialog.get_by_role("group", name="The Old Nursery").get_by_label("no school here").check()
    other = dialog.get_by_role("group", name="Scool N2 B").get_by_label("or another school")
    other.fill("nothing that is offered")
    dialog.get_by_role("button", name="Keep these names").click()
    assert "For “Scool N2 B”" in dialog.inner_text()
    other.fill("School N2 B (100201)")
    dialog.get_by_role("button", name="Keep these names").click()
    taking = page.get_by_role("dialog", name="Take these data?")
    taking.wait_for()
    assert not taking.get_by_role("button", name="Say what").is_visible()
    taking.get_by_role("button", name="Take them").click()
    told(page, "Taken")
    assert "Upload of survey, with names confirmed" in page.locator("#decisions").inner_text()
    with page.expect_download() as download:
        page.get_by_role("link", name="Names confirmed so far").click()
    assert "The Old Nursery,none" in download.value.path().read_text()
    assert [c for c in day.complaints if "422" not in c] == []
    day.context.close()


def test_data_changed_on_the_disk_are_told_and_taken_by_a_button(browser, served) -> None:
    day = Day(browser, served)
    page = day.open()
    assert not page.locator("#changed").is_visible()
    with (served.data / "survey.csv").open("a") as file:
        file.write("100302,,form,100301,100303,loose\n")
    page.locator("#changed").wait_for(timeout=WAIT)
    assert "survey.csv was changed" in page.locator("#changed").inner_text()
    page.get_by_role("button", name="Run again").click()
    told(page, "new one")
    assert figure(page, "Schools that named another") == "3"
    page.get_by_role("button", name="Look at the new data").click()
    page.get_by_role("dialog").get_by_role("button", name="Take them").click()
    told(page, "Taken")
    page.locator("#changed").wait_for(state="hidden", timeout=WAIT)
    page.get_by_role("button", name="Run again").click()
    told(page, "new one")
    assert figure(page, "Schools that named another") == "4"
    assert day.complaints == []
    day.context.close()
