"""Maps and pages that open anywhere: from a view, as files without a network."""

from geo_partnerships.pages.comparison import write_comparison
from geo_partnerships.pages.document import Assets
from geo_partnerships.pages.leaflet import PartnershipMap
from geo_partnerships.pages.site import explore, write_pages

__all__ = ["Assets", "PartnershipMap", "explore", "write_comparison", "write_pages"]
