"""The pages above all authorities: overview with map, index and search, and what crawlers and caches need."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from xml.sax.saxutils import escape

from markupsafe import Markup

from geo_partnerships.atlas.authority import ASSETS, hashed
from geo_partnerships.atlas.packing import names_of, packed
from geo_partnerships.atlas.search import shards
from geo_partnerships.pages.document import BOOT, all_assets, digest, environment
from geo_partnerships.pages.leaflet import own_asset, squeezed_css
from geo_partnerships.pages.modules import joined
from geo_partnerships.pages.packing import safe_json
from geo_partnerships.pages.palette import PALETTE
from geo_partnerships.publishing import remove_if_own, write_files

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from geo_partnerships.atlas.schema import Country

PACKAGE = "geo_partnerships.atlas"
NAMES, SEARCH = "names", "search"
SITEMAP_LIMIT = 50_000
"""Most addresses that the protocol of sitemaps lets one file hold."""


def assemble(
    folder: Path,
    records: Sequence[dict[str, Any]],
    *,
    title: str,
    address: str = "",
    left_out: Sequence[tuple[str, str]] = (),
) -> Path:
    """Write what stands above the authorities' folders, and return the site's folder.

    Files whose names hold a digest of their content come first and ``index.html`` last, so that a reader never meets
    a page whose parts are not there yet.

    Parameters
    ----------
    folder
        Holds a folder for each authority already.
    records
        What each authority brought, in the order of their keys.
    title
        Title of the site.
    address
        Where it will stand, such as ``https://example.org/schools``; a sitemap needs it. Empty: no sitemap.
    left_out
        Name and status of authorities without a plan.
    """
    written = {f"{ASSETS}/{hashed(name, text)}": text for name, text in all_assets().items()}
    names = {r["key"]: _script(written, NAMES, f"{number:04d}.js", _call("names", number, names_of(r)))
             for number, r in enumerate(records)}  # fmt: skip
    index, leaves = shards(records)
    listed = [
        _script(written, SEARCH, f"{number:05d}.js", _call("shard", number, rows)) for number, rows in enumerate(leaves)
    ]
    everything: Country = {
        **packed(records),
        "palette": PALETTE,
        "names": list(names.values()),
        "index": index,
        "shards": listed,
    }
    data = _script(written, ASSETS, "data.js", f"window.atlasData={safe_json(everything)};")
    code = _script(written, ASSETS, "atlas.js", joined("atlas/assets/atlas.js"))
    style = _script(
        written, ASSETS, "atlas.css", own_asset("page.css") + own_asset("text.css") + squeezed_css(_asset("atlas.css"))
    )
    written["robots.txt"] = _robots(address)
    if address:
        written["sitemap.xml"] = _sitemap(records, address)
    page = (
        environment(PACKAGE)
        .get_template("index.html")
        .render(
            title=title,
            records=sorted(records, key=lambda r: (r["name"], r["key"])),
            totals=_totals(records),
            left_out=left_out,
            draft=any(r["status"] != "agreed" for r in records),
            attributions=sorted({line for r in records for line in r["attributions"]}),
            style=style,
            scripts=[data, code],
            boot=Markup(BOOT),  # noqa: S704 - the package's own
            policy=_policy(),
            palette=PALETTE,
        )
    )
    write_files(folder, {**written, "index.html": page})
    _remove_gone(folder, {r["key"] for r in records})
    return folder


def _totals(records: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return figures over all authorities, of what is public of each; no gap where one plan has no bound."""
    figures = [record["figures"] for record in records]
    bounds = [one["lower_bound"] for one in figures if one["lower_bound"] is not None]
    objective = sum(one["objective"] for one in figures)
    gap = (objective - sum(bounds)) / objective if objective else 0.0
    return {
        "planned": len(figures),
        "schools": sum(one["schools"] for one in figures),
        "partnerships": sum(one["partnerships"] for one in figures),
        "gap": gap if len(bounds) == len(figures) else None,
    }


def _script(written: dict[str, str], folder: str, name: str, text: str) -> str:
    """Add a file under a name that changes with its text, and return that name."""
    path = f"{folder}/{hashed(name, text)}"
    written[path] = text
    return path


def _call(function: str, number: int, data: object) -> str:
    """Return a script that hands over data: unlike ``fetch``, a script is loaded from a folder on disk, too."""
    return f"atlas.{function}({number},{safe_json(data)});"


@cache
def _asset(name: str) -> str:
    return (files(PACKAGE) / "assets" / name).read_text(encoding="utf-8")


def _policy() -> str:
    scripts, styles = f"script-src 'self' file: {digest(BOOT)}", "style-src 'self' file:"
    return f"default-src 'none'; {scripts}; {styles}; base-uri 'none'; form-action 'none'"


def _robots(address: str) -> str:
    """Let crawlers in; drafts ask page by page not to be listed, which a crawler must be able to read."""
    lines = ["User-agent: *", f"Disallow: /{NAMES}/", f"Disallow: /{SEARCH}/"]
    if address:
        lines.append(f"Sitemap: {address.rstrip('/')}/sitemap.xml")
    return "\n".join(lines) + "\n"


def _sitemap(records: Sequence[dict[str, Any]], address: str) -> str:
    """Return the addresses of the overview and of every page of agreed plans; a draft is not to be found by chance."""
    root = address.rstrip("/")
    pages = ["index.html"]
    for record in records:
        if record["status"] != "agreed":
            continue
        pages.append(f"{record['key']}/index.html")
        pages += [f"{record['key']}/partnerships/{number:02d}.html" for number, *_ in record["groups"]]
        rows = [*(row for *_, rows in record["groups"] for row in rows), *record["rest"]]
        pages += [f"{record['key']}/schools/{row[4]}.html" for row in rows]
    lines = [f"<url><loc>{escape(f'{root}/{quote(page)}')}</loc></url>" for page in pages[:SITEMAP_LIMIT]]
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return head + "\n".join(lines) + "\n</urlset>\n"


def _remove_gone(folder: Path, keys: set[str]) -> None:
    """Take away the pages of authorities that this site has no more; folders of the user's own stay."""
    for path in sorted(folder.iterdir()):
        if path.is_dir() and not path.name.startswith(".") and path.name not in {ASSETS, NAMES, SEARCH, *keys}:
            remove_if_own(path)
