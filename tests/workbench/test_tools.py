"""The tools of the desk: several schools at once, partnerships, replies, the map, and where things are said."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.village import urn
from tests.workbench.test_day import Day, figure, number_in, pin, settle, told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("workbench")]
AXE = "axe.run().then(r => r.violations.map(v => v.id + ': ' + v.nodes[0].html))"


@pytest.fixture(scope="module")
def page(browser, shared) -> Iterator[Page]:
    """One tab on the desk of a village, for all tests here."""
    day = Day(browser, shared, bypass_csp=True)
    yield day.open()
    day.context.close()


@pytest.fixture(autouse=True)
def as_it_was(page) -> Iterator[None]:
    """Take back, in the end, whatever a test decided, and choose one school at a time."""
    last = page.locator("#undo").get_attribute("aria-label")
    yield
    if page.locator("#several-mode").get_attribute("aria-pressed") == "true":
        page.locator("#several-mode").click()
    page.locator("#only-todo").uncheck()
    page.set_viewport_size({"width": 1500, "height": 950})
    while page.locator("#undo").get_attribute("aria-label") != last:
        page.locator("#undo").click()
        told(page, "Taken back")
        page.locator("#message").evaluate("node => { node.textContent = ''; }")


def give_reason(page: Page, reason: str) -> None:
    """Do it all the same where what was decided breaks a rule."""
    settle(page)
    if page.get_by_role("dialog").count():
        page.get_by_role("dialog").get_by_label("Reason").fill(reason)
        page.get_by_role("button", name="Do it all the same").click()


def box_of(page: Page, school: str) -> Locator:
    """Open the partnership of a school in the list, with all that can be decided of it."""
    box = page.locator(f"#p-{number_in(page, school)}")
    for details in (box, box.locator("details")):
        details.evaluate("node => { node.open = true; }")
    return box


def test_schools_are_chosen_like_with_a_brush_and_moved_at_once(page) -> None:
    to = number_in(page, urn(2, 0))
    page.get_by_role("button", name="Choose several").click()
    first, last = (pin(page, urn(0, number)).bounding_box() for number in (3, 5))
    page.mouse.move(first["x"] - 6, first["y"] + 13)
    page.mouse.down()
    page.mouse.move(last["x"] + 13, last["y"] + 13, steps=30)
    page.mouse.up()
    assert re.match(r"[23] schools chosen", page.locator("#several-words").inner_text())
    chosen = page.locator("#map .pin .dot.chosen").count()
    page.locator("#several-to").select_option(to)
    page.get_by_role("button", name="Move all").click()
    give_reason(page, "One federation")
    told(page, f"Moved {chosen} schools chosen to partnership {to}")
    assert number_in(page, urn(0, 4)) == to


def test_two_schools_are_swapped_by_keyboard_alone(page) -> None:
    before = number_in(page, urn(0, 5)), number_in(page, urn(1, 5))
    page.locator("#several-mode").press("Enter")
    for school in (urn(0, 5), urn(1, 5)):
        pin(page, school).press("Enter")
    told(page, "2 schools chosen")
    page.locator("#several-swap").press("Enter")
    told(page, "Swapped")
    assert (number_in(page, urn(0, 5)), number_in(page, urn(1, 5))) == (before[1], before[0])


def test_a_partnership_is_named_typed_led_and_agreed_by_keyboard(page) -> None:
    school = urn(1, 2)
    number = number_in(page, school)
    box_of(page, school).get_by_label("Name", exact=True).fill("Brook Partnership")
    box_of(page, school).get_by_label("Reason or note").fill("The heads chose it")
    box_of(page, school).get_by_role("button", name="Keep name").press("Enter")
    told(page, "name Brook Partnership")
    assert "Brook Partnership" in box_of(page, school).locator("summary").first.inner_text()
    assert "The heads chose it" in page.locator("#decisions tbody tr").first.inner_text()
    box_of(page, school).get_by_label("Type").select_option("hard")
    box_of(page, school).get_by_role("button", name="Keep type").press("Enter")
    told(page, "type hard")
    box_of(page, school).get_by_label("Lead school").select_option(school)
    box_of(page, school).get_by_role("button", name="Keep lead school").press("Enter")
    told(page, "lead School N2 C")
    box_of(page, school).get_by_role("button", name="Agreed with its schools").press("Enter")
    told(page, "status agreed")
    assert "Led by School N2 C" in box_of(page, school).inner_text()
    assert "agreed" in box_of(page, school).locator("summary").first.inner_text()
    assert number_in(page, school) == number


def test_partnerships_are_merged_and_split_and_both_are_taken_back(page) -> None:
    school, other = urn(1, 2), urn(2, 2)
    to = number_in(page, other)
    box_of(page, school).get_by_label("Into").select_option(to)
    box_of(page, school).get_by_role("button", name="Merge").click()
    give_reason(page, "One trust")
    told(page, "Merged")
    assert number_in(page, school) == to
    assert page.locator("#list > details").count() == 2
    page.locator("#several-mode").click()
    for number in range(3):
        pin(page, urn(2, number)).press("Enter")
    page.get_by_role("button", name="Split off").click()
    give_reason(page, "Too large")
    told(page, "a partnership of their own")
    assert page.locator("#list > details").count() == 3
    for left in (2, 3):
        page.locator("#undo").click()
        told(page, "Taken back")
        page.locator("#message").evaluate("node => { node.textContent = ''; }")
        assert page.locator("#list > details").count() == left


def test_replies_are_seen_on_the_map_and_in_the_lists_and_what_is_to_do_is_left(page, shared) -> None:
    client = shared.client()
    assert client.decide(action="reply", school=urn(0, 1), to="content")[0] == 200
    assert client.decide(action="reply", school=urn(0, 2), to="wants to discuss")[0] == 200
    told(page, "changed in another tab")
    assert pin(page, urn(0, 2)).locator(".discuss").count() == 1
    assert "wants to discuss" in pin(page, urn(0, 2)).get_attribute("aria-label")
    assert "no reply yet" in pin(page, urn(0, 3)).get_attribute("aria-label")
    page.get_by_label("Only what is to do").check()
    shown = page.locator("#list .members").all_inner_texts()
    assert any("School N1 C" in text for text in shown)
    assert not any("School N1 B" in text for text in shown)


def test_the_map_has_the_layers_key_and_lines_of_the_published_one(page) -> None:
    lines = page.locator("#map .leaflet-spokes-pane path")
    assert lines.count() == 18 - 3
    page.locator("#map details.layers").evaluate("node => { node.open = true; }")
    page.get_by_label("Lines to the centre school").uncheck()
    assert lines.count() == 0
    page.get_by_label("Lines to the centre school").check()
    pin(page, urn(1, 1)).press("Enter")
    widths = page.locator("#map .leaflet-areas-pane path").evaluate_all(
        "all => all.map(p => p.style.strokeWidth || p.getAttribute('stroke-width'))"
    )
    assert sorted(widths) == ["1.6", "1.6", "3.5"]
    assert page.get_by_role("button", name="Show the whole map").count() == 1


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (768, 1024), (390, 844), (320, 640)])
def test_map_and_school_come_first_and_nothing_is_cut_off(page, width, height) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate("scrollTo(0, 0)")
    tops = {key: page.locator(key).bounding_box()["y"] for key in ("#map", "#h-school", "#fields")}
    assert tops["#map"] < height / 2
    assert tops["#map"] < tops["#h-school"] < 1.2 * height or width == 1280  # they stand side by side there
    assert tops["#h-school"] <= tops["#fields"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("(() => { const box = document.querySelector('#figures').parentNode; "
                         "return box.scrollWidth - box.clientWidth; })()") <= 0  # fmt: skip


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_what_happened_is_said_beside_what_was_pressed_and_the_map_stays_in_sight(page, width, height) -> None:
    page.set_viewport_size({"width": width, "height": height})
    save = page.locator("#save button")
    save.click()
    said, pressed, area = (page.locator(key).bounding_box() for key in ("#here", "#save button", "#map"))
    assert page.locator("#here").inner_text() == "Give the scenario a name first."
    assert 0 <= said["y"] - pressed["y"] < 120
    assert -1 <= area["y"] <= height / 2
    page.locator("#compare button").click()
    told(page, "Compared")
    assert page.locator("#message").bounding_box()["y"] >= 0


def test_progress_stands_beside_what_began_it(page) -> None:
    page.locator("#compare button").click()
    told(page, "Compared")
    above = page.evaluate(
        "() => { const job = document.getElementById('job').previousElementSibling;"
        " return [job.id, job.previousElementSibling?.id]; }"
    )
    assert "compare" in above[: 1 if above[0] != "here" else 2]  # what was said may stand between


def test_axe_finds_nothing_in_the_tools(page, axe) -> None:
    page.locator("#several-mode").click()
    pin(page, urn(0, 1)).press("Enter")
    box_of(page, urn(1, 2))
    page.add_script_tag(content=axe)
    for size in ({"width": 1280, "height": 800}, {"width": 390, "height": 844}):
        page.set_viewport_size(size)
        settle(page)
        assert page.evaluate(AXE) == []
    assert figure(page, "Mean distance to the centre")
