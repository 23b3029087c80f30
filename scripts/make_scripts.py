"""Write what pages run with short inner names, so that it weighs half: ``python scripts/make_scripts.py`` (needs Node).

Pages take these files while they are of the modules as they stand; else, until this is run again, the modules joined.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path

from geo_partnerships.pages.modules import joined

ROOT = Path(__file__).parent.parent
BUILT = ROOT / "geo_partnerships" / "pages" / "assets" / "built"
ENTRIES = ("compare.js", "drawing.js", "layers.js", "map.js", "search.js")
TERSER = (ROOT / "node_modules" / ".bin" / "terser", "--compress", "passes=2", "--mangle", "--ecma", "2020")


def short(text: str) -> str:
    """Return a script that does the same with short inner names."""
    done = subprocess.run(  # noqa: S603 - the scripts of this repository
        TERSER, input=text, capture_output=True, text=True, check=True
    )
    return done.stdout.strip() + "\n"


def main() -> None:
    """Write the scripts, and of which modules each was made."""
    BUILT.mkdir(exist_ok=True)
    digests = {}
    for name in ENTRIES:
        text = joined(f"pages/assets/{name}")
        digests[name] = hashlib.sha256(text.encode("utf-8")).hexdigest()
        (BUILT / name).write_text(short(text), encoding="utf-8", newline="\n")
    (BUILT / "made_of.json").write_text(json.dumps(digests, indent=2) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
