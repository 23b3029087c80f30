"""Where the decisions have led: replayed from the log, the same every time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from geo_partnerships.deciding.decision import MOVING, OF_PARTNERSHIP, Action, Decision

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

TOGETHER, APART, NEITHER = "together", "apart", "neither"
AGREED = "agreed"
ALLOWED = "allowed"
EARLIER = "plan"
"""The part of the data that an earlier plan to stay near is, as a scenario names it."""
ANSWERS = ("content", "wants to discuss", "no reply")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a school answered to the letter (R54).

    Parameters
    ----------
    answer
        One of `ANSWERS`.
    note, decided
        What it asked, and what came of that.
    """

    school: str
    answer: str
    date: str
    note: str
    decided: str = ""


@dataclass(slots=True)
class Hold:
    """Schools held in one partnership.

    Parameters
    ----------
    label
        Its name from run to run, since numbers may change.
    anchor
        The centre school when the first of them was held: the partnership is the one around it.
    schools
        Those locked or moved there.
    whole
        True where the partnership is locked as it is: nobody joins or leaves.
    reasons
        Why each of them is held there, where a reason was given.
    """

    label: str
    anchor: str
    schools: list[str] = field(default_factory=list)
    whole: bool = False
    reasons: dict[str, str] = field(default_factory=dict)

    @property
    def members(self) -> tuple[str, ...]:
        """The anchor and the held schools, each once."""
        return tuple(dict.fromkeys((self.anchor, *self.schools)))


@dataclass(slots=True)
class State:
    """What holds after all decisions but those undone.

    Parameters
    ----------
    latest
        Number of the last line of the log.
    run
        Name of the run whose plan is on the desk; empty before the first.
    parameters
        ``key`` to TOML text, on top of the scenario, of that run.
    files
        Uploaded files by part, as that run read them; `staged` those that the next run will read.
    moves
        Schools with the number that each left and joined (empty for none), move by move since that run.
    moved
        Number of the decision behind each of them.
    holds
        By label.
    labels
        Label by partnership number, for the plan on the desk.
    forced
        Schools moved against a binding rule: they are moved again after each run rather than held in it.
    waivers
        For schools moved against a rule: the kinds of rules with the schools that they do not bind, and the reason.
    near
        Whether that run stayed near the plan before it: its earlier plan is among `files`, and is not `staged`.
    year
        What has to be decided since a newer list of schools was taken: ``said``, and ``decide`` with a key each.
    gone
        Schools that new data have no more.
    locked
        Schools that were locked, not just moved: another move of theirs breaks the lock.
    added, left_out
        Schools that take part in another strand than their own, and those that take no part in their own, each with
        the strand; the reasons.
    partnerships
        What is decided of partnerships, by number: name, type, lead school, roles, status, by whom and when.
    vetoes
        School and the school whose partnership it may not join.
    links
        Schools and ``together`` or ``apart``.
    """

    latest: int = 0
    run: str = ""
    near: bool = False
    year: dict[str, Any] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    staged: dict[str, str] = field(default_factory=dict)
    moves: list[tuple[tuple[str, str, str], ...]] = field(default_factory=list)
    moved: list[int] = field(default_factory=list)
    holds: dict[str, Hold] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    forced: dict[str, str] = field(default_factory=dict)
    waivers: dict[str, tuple[dict[str, list[str]], str]] = field(default_factory=dict)
    locked: set[str] = field(default_factory=set)
    added: dict[tuple[str, str], str] = field(default_factory=dict)
    left_out: dict[tuple[str, str], str] = field(default_factory=dict)
    partnerships: dict[str, dict[str, Any]] = field(default_factory=dict)
    vetoes: dict[tuple[str, str], str] = field(default_factory=dict)
    links: dict[tuple[str, ...], tuple[str, str]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    comments: list[Decision] = field(default_factory=list)
    overrides: list[Decision] = field(default_factory=list)
    replies: dict[str, Reply] = field(default_factory=dict)
    undo: Decision | None = None
    redo: Decision | None = None

    def held(self) -> dict[str, str]:
        """Return the label by held school."""
        return {urn: hold.label for hold in self.holds.values() for urn in hold.schools}


def replay(decisions: Iterable[Decision]) -> State:
    """Return the state that the decisions lead to."""
    every = list(decisions)
    effective, undo, redo = _effective(every)
    state = State(latest=every[-1].n if every else 0, undo=undo, redo=redo)
    for decision in effective:
        _STEPS[decision.action](state, decision)
    return state


def _effective(decisions: list[Decision]) -> tuple[list[Decision], Decision | None, Decision | None]:
    """Return the decisions in force, the one an undo would take back and the one a redo would bring again."""
    done: list[Decision] = []
    undone: list[Decision] = []
    for decision in decisions:
        if decision.action is Action.UNDO:
            if (place := _undoable(done, decision)) is not None:
                undone.append(done.pop(place))
        elif decision.action is Action.REDO:
            if undone and _is_of(decision, undone[-1]):
                done.append(undone.pop())
        else:
            done.append(decision)
            if decision.is_step:
                undone.clear()
    last = _last_step(done)
    return [d for d in done if d.is_step], None if last is None else done[last], undone[-1] if undone else None


def _undoable(done: list[Decision], undo: Decision) -> int | None:
    """Return the place of the step that is taken back; None where its line cannot be read: no other is in its place."""
    last = _last_step(done)
    return last if last is not None and _is_of(undo, done[last]) else None


def _is_of(undo: Decision, step: Decision) -> bool:
    return bool(undo.details.get("of", step.n) == step.n)


def _last_step(done: list[Decision]) -> int | None:
    """Return the place of the last step; the first run stays, since without it there is no plan."""
    steps = [place for place, decision in enumerate(done) if decision.is_step]
    return steps[-1] if len(steps) > 1 else None


def _rerun(state: State, decision: Decision) -> None:
    details = decision.details
    if details.get("year"):
        _begin_year(state, details["year"])
    state.run = decision.to
    state.parameters = dict(details.get("parameters", {}))
    state.files = dict(details.get("files", {}))
    state.staged = {part: name for part, name in state.files.items() if part != EARLIER}
    state.near = details.get("near") is True
    state.labels = {number: label for number, label in details.get("labels", {}).items() if label in state.holds}
    state.moves, state.moved = [], []
    for number in details.get("gone", ()):
        state.partnerships.pop(str(number), None)


def _begin_year(state: State, year: dict[str, Any]) -> None:
    """Begin another round: names, types and leads stay; what was held, agreed and answered was of last year."""
    gone = set(year.get("gone", ()))
    fresh = State()
    for key in ("holds", "forced", "waivers", "locked", "added", "left_out", "vetoes", "links", "overrides", "replies"):
        setattr(state, key, getattr(fresh, key))
    for decided in state.partnerships.values():
        decided.pop("status", None)
        if decided.get("lead") in gone:
            decided.pop("lead")
        if "offices" in decided:
            decided["offices"] = [office for office in decided["offices"] if office["school"] not in gone]
    state.year = year


def _move(state: State, decision: Decision) -> None:
    state.moves.append(decision.moves)
    state.moved.append(decision.n)
    state.parameters |= decision.details.get("parameters", {})
    for school, _, to in decision.moves:
        _release(state, school)
        _leave_anchored(state, school)
        _change_strand(state, decision, school)
        if to:
            _hold_moved(state, decision, school, to)
    if decision.breaks:
        state.overrides.append(decision)
    if decision.action is Action.MERGE:
        _dissolve(state, decision.source)


def _hold_moved(state: State, decision: Decision, school: str, to: str) -> None:
    anchor = decision.details.get("anchors", {}).get(to) or decision.details.get("anchor", "")
    hold = _hold_at(state, to, {"anchor": anchor})
    if decision.breaks:
        state.forced[school] = hold.label
        if decision.details.get("waives"):
            state.waivers[school] = decision.details["waives"], decision.reason
        return
    hold.schools.append(school)
    if decision.reason:
        hold.reasons[school] = decision.reason


def _change_strand(state: State, decision: Decision, school: str) -> None:
    """Keep that a school takes part in another strand than its own, or no part in its own any more."""
    left, joined = (decision.details.get(key, {}).get(school, "") for key in ("leaves", "joins"))
    if left and (left == joined or state.added.pop((school, left), None) is None):
        state.left_out[school, left] = decision.reason
    if joined and (left == joined or state.left_out.pop((school, joined), None) is None):
        state.added[school, joined] = decision.reason


def _dissolve(state: State, number: str) -> None:
    """Forget a partnership that is gone."""
    label = state.labels.pop(number, None)
    if label is not None:
        state.holds.pop(label, None)
        state.forced = {school: other for school, other in state.forced.items() if other != label}
    state.partnerships.pop(number, None)


def _decide_partnership(state: State, decision: Decision) -> None:
    decided = state.partnerships.setdefault(decision.to, {})
    if decision.action is Action.ROLE:
        decided["offices"] = [
            {"role": str(role), "school": str(urn)} for role, urn in decision.details.get("offices", ())
        ]
    else:
        decided[str(decision.action)] = str(decision.details.get("value", ""))
    if decision.action is Action.TYPE:
        decided["since"] = str(decision.details.get("date", ""))
    decided |= {"by": decision.by, "date": decision.when[:10]}
    if decision.reason:
        decided["reason"] = decision.reason
    if decision.action is Action.STATUS:
        held = state.holds.get(state.labels.get(decision.to, ""))
        if decided["status"] == AGREED:
            _lock(state, decision)
        elif held is not None and held.whole:
            _unlock(state, decision)


def _lock(state: State, decision: Decision) -> None:
    hold = _hold_at(state, decision.to, decision.details)
    schools = [decision.school] if decision.school else list(decision.schools)
    for school in schools:
        if school not in state.forced:
            _release(state, school)
            hold.schools.append(school)
            state.locked.add(school)
            if decision.reason:
                hold.reasons[school] = decision.reason
    if not decision.school:
        hold.whole = True


def _unlock(state: State, decision: Decision) -> None:
    label = state.labels.get(decision.to, "")
    if decision.school:
        _release(state, decision.school)
    elif label in state.holds:
        state.locked -= set(state.holds.pop(label).schools)
        state.forced = {school: other for school, other in state.forced.items() if other != label}
        state.labels = {number: other for number, other in state.labels.items() if other != label}


def _veto(state: State, decision: Decision) -> None:
    pair = (decision.school, str(decision.details.get("anchor", "")))
    if decision.source == ALLOWED:
        state.vetoes.pop(pair, None)
    elif decision.school != pair[1]:
        state.vetoes[pair] = decision.reason


def _link(state: State, decision: Decision) -> None:
    schools = tuple(sorted(set(decision.schools)))
    state.links.pop(schools, None)
    if decision.to != NEITHER and len(schools) > 1:
        state.links[schools] = (decision.to, decision.reason)


def _comment(state: State, decision: Decision) -> None:
    state.comments.append(decision)


def _reply(state: State, decision: Decision) -> None:
    date, decided = (str(decision.details.get(key, "")) for key in ("date", "decided"))
    state.replies[decision.school] = Reply(
        school=decision.school, answer=decision.to, date=date, note=decision.reason, decided=decided
    )


def _upload(state: State, decision: Decision) -> None:
    part = str(decision.details.get("part", ""))
    state.staged = {key: name for key, name in state.staged.items() if key != part}
    if decision.to:
        state.staged[part] = decision.to
    state.staged |= decision.details.get("files", {})
    for school in decision.details.get("gone", ()):
        _forget(state, str(school))


def _hold_at(state: State, number: str, details: dict[str, Any]) -> Hold:
    """Return the hold of a partnership by its number now; a new one where it has none yet."""
    label = state.labels.get(number)
    if label is None:
        anchor = str(details.get("anchor", ""))
        label, turn = f"with {anchor}", 2
        while label in state.holds:
            label, turn = f"with {anchor} ({turn})", turn + 1
        state.labels[number] = label
        state.holds[label] = Hold(label, anchor)
    return state.holds[label]


def _leave_anchored(state: State, school: str) -> None:
    """Give the partnership that was known by this school another one to be known by, or forget its name."""
    for label, hold in list(state.holds.items()):
        if hold.anchor != school:
            continue
        if hold.schools:
            hold.anchor = hold.schools[0]
        else:
            del state.holds[label]
            state.labels = {number: other for number, other in state.labels.items() if other != label}
            state.forced = {urn: other for urn, other in state.forced.items() if other != label}


def _release(state: State, school: str) -> None:
    state.forced.pop(school, None)
    state.waivers.pop(school, None)
    state.locked.discard(school)
    for hold in state.holds.values():
        hold.reasons.pop(school, None)
        if school in hold.schools:
            hold.schools.remove(school)
            hold.whole = False


def _forget(state: State, school: str) -> None:
    """Drop whatever was decided for a school that is no longer there; what it was decided with stays held."""
    state.gone.add(school)
    state.forced.pop(school, None)
    state.waivers.pop(school, None)
    state.locked.discard(school)
    for hold in state.holds.values():
        if school in hold.schools:
            hold.schools.remove(school)
    _leave_anchored(state, school)
    state.vetoes = {pair: reason for pair, reason in state.vetoes.items() if school not in pair}
    links = ((tuple(urn for urn in schools if urn != school), said) for schools, said in state.links.items())
    state.links = {schools: said for schools, said in links if len(schools) > 1}
    state.added = {key: reason for key, reason in state.added.items() if key[0] != school}
    state.left_out = {key: reason for key, reason in state.left_out.items() if key[0] != school}


_STEPS: dict[Action, Callable[[State, Decision], None]] = {
    Action.RERUN: _rerun,
    **dict.fromkeys(MOVING, _move),
    **dict.fromkeys(OF_PARTNERSHIP, _decide_partnership),
    Action.LOCK: _lock,
    Action.UNLOCK: _unlock,
    Action.VETO: _veto,
    Action.LINK: _link,
    Action.COMMENT: _comment,
    Action.REPLY: _reply,
    Action.UPLOAD: _upload,
}
