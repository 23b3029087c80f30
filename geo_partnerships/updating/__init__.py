"""Next year: an agreed plan against a newer list of schools, and the plan that changes as little as it can."""

from geo_partnerships.updating.differences import Difference, Kind, differences_of
from geo_partnerships.updating.note import to_decide, update_note
from geo_partnerships.updating.staying import STAYING, changes_told, that_stays
from geo_partnerships.updating.update import Update, carried, carrying, update, updated

__all__ = [
    "STAYING",
    "Difference",
    "Kind",
    "Update",
    "carried",
    "carrying",
    "changes_told",
    "differences_of",
    "that_stays",
    "to_decide",
    "update",
    "update_note",
    "updated",
]
