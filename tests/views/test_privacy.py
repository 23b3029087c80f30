"""From input files to published folder: nothing private is in any byte of the public tree."""

import base64
import csv
import html
import json
import shutil
import sqlite3
import urllib.parse
import zipfile
from pathlib import Path

import pytest

from geo_partnerships.cli import main

ROOT = Path(__file__).parents[2]
MARK = "Zq<7>ü&mark"
FORMS = {
    MARK,
    html.escape(MARK),
    MARK.replace("<", "&#60;").replace(">", "&#62;").replace("&mark", "&#38;mark"),
    urllib.parse.quote(MARK),
    json.dumps(MARK)[1:-1],
    json.dumps(MARK).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")[1:-1],
    "mark",
}


def rewrite(path, change):
    """Rewrite a CSV row by row."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    rows = [change(dict(row)) for row in rows]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def marked(folder, mark):
    """Return a copy of Barnet's data with a mark in every private field, the schools named left as they are."""
    shutil.copytree(ROOT / "data", folder)
    rewrite(folder / "survey.csv", lambda row: {**row, "channel": f"illustrative {mark}"})
    private = ("ofsted", "ofsted_date", "la_view", "self_evaluation", "head_experience")
    rewrite(folder / "judgements.csv", lambda row: row | dict.fromkeys(private, mark))
    lines = [
        ["partnership", "urn", "type", "lead", "note"],
        [mark, "101275", "loose", "yes", mark],
        [mark, "101294", "loose", "", mark],
    ]
    with (folder / "standing.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(lines)
    (folder / "names.csv").write_text(f'written,urn\n"{mark}",101275\n', encoding="utf-8")
    return folder


def published(tmp_path, mark, audience="public"):
    data = marked(tmp_path / f"data {len(mark)}", mark)
    output = tmp_path / f"out {len(mark)}"
    code = main(["run", "barnet-draft", "--data", str(data), "--output", str(output), "--audience", audience])
    assert code == 0
    [folder] = [path for path in output.iterdir() if path.is_dir()]
    return folder


def bytes_of(folder):
    """Yield every file's bytes, and those inside workbooks and GeoPackages."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        yield path.name, path.read_bytes()
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                for name in book.namelist():
                    yield f"{path.name}/{name}", book.read(name)
        if path.suffix == ".gpkg":
            with sqlite3.connect(path) as database:
                yield f"{path.name}/dump", "\n".join(database.iterdump()).encode()


@pytest.fixture(scope="module")
def public(tmp_path_factory):
    return published(tmp_path_factory.mktemp("public"), MARK)


def test_no_private_field_is_in_any_byte_of_the_public_edition(public) -> None:
    wanted = {form.encode() for form in FORMS if form != "mark"}
    wanted |= {base64.b64encode(MARK.encode()).rstrip(b"=")[:-1], base64.b64encode(MARK.encode("utf-16-le"))[:16]}
    for name, content in bytes_of(public):
        for form in wanted:
            assert form not in content, (name, form)


def test_the_mark_would_be_found(tmp_path) -> None:
    officers = published(tmp_path, MARK, "officers")
    found = {form for form in FORMS for _, content in bytes_of(officers) if form.encode() in content}
    assert len(found) > 1  # the search sees the officers' edition, so it would see a leak


def test_other_private_fields_leave_the_public_edition_as_it_is(public, tmp_path) -> None:
    other = published(tmp_path, "another mark of another length")
    first = {p.relative_to(public): p.read_bytes() for p in public.rglob("*") if p.is_file()}
    second = {p.relative_to(other): p.read_bytes() for p in other.rglob("*") if p.is_file()}
    assert first == second
