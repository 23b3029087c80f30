"""Publishing: a run is staged beside the old one, and takes its place by one rename."""

from geo_partnerships.publishing.folder import publish_folder, recover
from geo_partnerships.publishing.lock import lock_folder
from geo_partnerships.publishing.loose import remove_written, write_files
from geo_partnerships.publishing.manifest import MANIFEST, verify, write_manifest
from geo_partnerships.publishing.ownership import Owner, move_aside, owner_of, remove_if_own

__all__ = [
    "MANIFEST",
    "Owner",
    "lock_folder",
    "move_aside",
    "owner_of",
    "publish_folder",
    "recover",
    "remove_if_own",
    "remove_written",
    "verify",
    "write_files",
    "write_manifest",
]
