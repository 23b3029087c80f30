"""One site over many authorities' plans: overview, index, search; every page a plain file."""

from geo_partnerships.atlas.authority import AuthoritySite, authority_site
from geo_partnerships.atlas.site import assemble

__all__ = ["AuthoritySite", "assemble", "authority_site"]
