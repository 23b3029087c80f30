"""``python -m geo_partnerships``."""

import sys

from geo_partnerships.cli import main

sys.exit(main())
