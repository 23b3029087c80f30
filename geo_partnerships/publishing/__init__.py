"""Publishing: a run is staged beside the old one, and takes its place by one rename."""

from geo_partnerships.publishing.folder import publish_folder, recover
from geo_partnerships.publishing.lock import lock_folder
from geo_partnerships.publishing.manifest import MANIFEST, verify, write_manifest

__all__ = ["MANIFEST", "lock_folder", "publish_folder", "recover", "verify", "write_manifest"]
