"""The workbench after a move against a rule: no bound, no gap, but how the plan compares with those that keep all."""

from __future__ import annotations

import json
import re

CERTIFICATE = re.compile(r"proven|lower.bound|best possible|\bgap\b", re.IGNORECASE)


def test_a_move_against_a_rule_leaves_no_certificate_in_anything_the_page_is_sent(served) -> None:
    client = served.client()
    before = client.desk()
    assert CERTIFICATE.search(before["proof"])
    numbers = [p["number"] for p in before["partnerships"]]
    for urn, *_ in before["schools"]:
        home = client.home(urn)
        target = next(number for number in numbers if number != home)
        status, after = client.decide(action="move", school=urn, to=str(target), override=True, reason="agreed")
        if status == 200 and any(not holds and binding for _, holds, binding, _ in after["checks"]):
            break
    else:
        raise AssertionError("every move keeps the rules")
    assert not CERTIFICATE.search(json.dumps(after))
    assert "of all plans that keep every rule; this one is" in after["proof"] or "not known" in after["proof"]
