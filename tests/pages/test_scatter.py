"""Charts of plans: true axes with round ticks, labels that can be read, each point a link."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

from geo_partnerships.pages.scatter import Spot, scatter

PLANS = {
    "as planned": (945, 1889),
    "shortest": (918, 1961),
    "nobody over 1.89 km": (933, 1889),
    "most leaders": (924, 2360),
    "more <wishes>": (1042, 4427),
    "nobody over 1.95 km": (909, 1895),
}
LETTER = 6.2
"""Units across of a usual letter of these sizes."""


def drawn() -> str:
    spots = [
        Spot(across=x, up=y, label=name, words=f"{name}: {x} m & {y} m", page=f"{at}/index.html", filled=at > 0)
        for at, (name, (x, y)) in enumerate(PLANS.items())
    ]
    return scatter(spots, title="Mean & worst", across="mean (m)", up="worst (m)")


def texts(svg: str) -> dict[str, tuple[float, float, str]]:
    """Return where each text stands, and how it is anchored."""
    found = {}
    for text in ET.fromstring(svg).iter("text"):  # noqa: S314 - made here
        anchor = re.search(r"text-anchor: (\w+)", text.get("style", ""))
        found["".join(text.itertext())] = (
            float(text.get("x", 0)),
            float(text.get("y", 0)),
            anchor[1] if anchor else "",
        )
    return found


def test_a_chart_is_the_same_bytes_twice_and_names_no_program_or_day() -> None:
    assert drawn() == drawn()
    assert not re.search("matplotlib v|metadata|<dc:|http", drawn(), re.IGNORECASE)


def test_ticks_are_at_round_values() -> None:
    numbers = {float(text.replace(",", "")) for text in texts(drawn()) if re.fullmatch(r"[\d,.]+", text)}
    assert len(numbers) >= 6
    assert all(number % 50 == 0 for number in numbers)


def test_every_plan_has_its_label_and_none_lies_upon_another() -> None:
    where = {name: place for name, place in texts(drawn()).items() if name in PLANS}
    assert set(where) == set(PLANS)
    boxes = []
    for name, (x, y, anchor) in where.items():
        wide = LETTER * len(name) * 0.8
        left = x - {"end": wide, "middle": wide / 2}.get(anchor, 0)
        boxes.append((left, left + wide, y - 8, y))
    for at, one in enumerate(boxes):
        for other in boxes[:at]:
            assert one[1] <= other[0] or other[1] <= one[0] or one[3] <= other[2] or other[3] <= one[2]


def test_a_point_is_a_link_that_says_which_plan_it_is() -> None:
    links = list(ET.fromstring(drawn()).iter("a"))  # noqa: S314 - made here
    assert [link.get("href") for link in links] == [f"{at}/index.html" for at in range(len(PLANS))]
    assert links[4].get("aria-label") == "more <wishes>: 1042 m & 4427 m"
    assert all(link.find("title") is not None for link in links)
