"""Next year: an agreed plan against a newer list of schools, and the plan that changes as little as it can."""

from geo_partnerships.updating.differences import Difference, Kind, differences_of
from geo_partnerships.updating.note import update_note
from geo_partnerships.updating.staying import STAYING, changes_told, that_stays
from geo_partnerships.updating.update import Update, update

__all__ = [
    "STAYING",
    "Difference",
    "Kind",
    "Update",
    "changes_told",
    "differences_of",
    "that_stays",
    "update",
    "update_note",
]
