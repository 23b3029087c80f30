"""Next year: an agreed plan against a newer list of schools, and the plan that changes as little as it can."""

from geo_partnerships.updating.differences import Difference, Kind, differences_of
from geo_partnerships.updating.note import update_note
from geo_partnerships.updating.update import Update, update

__all__ = ["Difference", "Kind", "Update", "differences_of", "update", "update_note"]
