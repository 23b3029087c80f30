"""Decisions: what a planner locked, moved, linked and said, as an append-only log that replays to a state."""

from geo_partnerships.deciding.changes import Change, changes_since
from geo_partnerships.deciding.consequences import Alternative, consequences, waived_by, why_here
from geo_partnerships.deciding.decision import Action, Decision
from geo_partnerships.deciding.log import Conflict, DecisionLog
from geo_partnerships.deciding.rules import decided_partnerships, decided_rules, with_forced_moves
from geo_partnerships.deciding.state import Reply, State, replay

__all__ = [
    "Action",
    "Alternative",
    "Change",
    "Conflict",
    "Decision",
    "DecisionLog",
    "Reply",
    "State",
    "changes_since",
    "consequences",
    "decided_partnerships",
    "decided_rules",
    "replay",
    "waived_by",
    "why_here",
    "with_forced_moves",
]
