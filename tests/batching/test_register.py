"""Registers of many authorities: what is one school, what is told, what is left out."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_partnerships.batching import register
from geo_partnerships.batching.merging import Entry, merge_successors
from geo_partnerships.batching.register import read_register
from geo_partnerships.intake.formats.findings_log import Noticed
from geo_partnerships.intake.schools.write import SchoolRecord
from tests.batching.county import write_register

ROW = {
    "name": "Oak Primary School", "la_code": "901", "la_name": "Smallton", "phase": "State-funded primary",
    "type": "Community School", "postcode": "N1 1AA", "easting": 500_000, "northing": 200_000, "pupils": 200,
    "pupils_year": 2019,
}  # fmt: skip


def rows(*changes):
    return [list({"urn": 100_000 + at, **ROW, **change}.values()) for at, change in enumerate(changes)]


def read(tmp_path, *changes, merge=True):
    noticed = Noticed("register.csv")
    found = read_register(write_register(tmp_path / "register.csv", rows(*changes)), noticed, merge=merge)
    return {a.code: {s.urn: s for s in a.schools} for a in found}, noticed.findings


def codes(findings):
    return [finding.code for finding in findings if finding.code != "table-columns-matched"]


def test_more_authorities_than_can_be_planned_at_once_are_refused_before_a_row_is_judged(tmp_path, monkeypatch):
    two = ({"la_code": "901"}, {"la_code": "902", "easting": "x"})
    monkeypatch.setattr(register, "AUTHORITIES", 2)
    assert len(read(tmp_path, *two)[0]) == 2
    monkeypatch.setattr(register, "AUTHORITIES", 1)
    found, findings = read(tmp_path, *two)
    assert (found, codes(findings)) == ({}, ["register-authorities"])


def test_an_academy_and_the_school_it_was_count_once_and_are_told(tmp_path):
    found, findings = read(tmp_path, {"pupils": ""}, {"name": "Oak Primary Academy", "urn": 140_000, "type": ""})
    assert list(found["901"]) == ["140000"]
    assert found["901"]["140000"].predecessors == ("100000",)
    assert found["901"]["140000"].type == "Community School"
    assert codes(findings) == ["register-merged"]
    assert "140000 Oak Primary Academy took the place of 100000 Oak Primary School" in findings[0].message


def test_schools_counted_in_the_same_year_stay_two(tmp_path):
    found, findings = read(tmp_path, {}, {"name": "Oak Primary Academy"})
    assert len(found["901"]) == 2
    assert not codes(findings)


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Oak Infant School", "pupils": 100},
        {"name": "Oak Girls School", "phase": "State-funded secondary"},
        {"name": "Oak Catholic Primary School", "postcode": "N1 1AB"},
        {"easting": 501_000, "postcode": "N1 1AB", "pupils_year": 2024},
        {"la_code": "902", "la_name": "Farton", "pupils_year": 2024},
        {"phase": "State-funded secondary", "pupils_year": 2024},
    ],
    ids=["infants", "girls", "another faith", "a kilometre off", "another authority", "another phase"],
)
def test_what_tells_two_schools_apart_keeps_them_two(tmp_path, change):
    found, findings = read(tmp_path, {}, change)
    assert sum(map(len, found.values())) == 2
    assert "register-merged" not in codes(findings)


def test_a_school_without_pupils_gives_way_to_the_one_that_has_them_on_its_site(tmp_path):
    found, findings = read(tmp_path, {"pupils": ""}, {"name": "Elm Rise Academy"})
    assert list(found["901"]) == ["100001"]
    assert "no pupils any more" in findings[-1].message


def test_infants_do_not_give_way_to_juniors(tmp_path):
    found, _ = read(tmp_path, {"name": "Oak Infant School", "pupils": ""}, {"name": "Elm Junior School"})
    assert len(found["901"]) == 2


def test_a_chain_of_successors_ends_in_the_last(tmp_path):
    chain = ({"pupils_year": 2015}, {"pupils_year": 2019, "name": "Oak Primary Academy"}, {"pupils_year": 2024})
    found, findings = read(tmp_path, *chain)
    assert found["901"]["100002"].predecessors == ("100000", "100001")
    assert codes(findings) == ["register-merged"] * 2


def test_merging_can_be_switched_off(tmp_path):
    found, _ = read(tmp_path, {"pupils": ""}, {}, merge=False)
    assert len(found["901"]) == 2


def test_a_school_without_an_authority_takes_its_predecessors_or_is_left_out_and_told(tmp_path):
    none = {"la_code": "", "la_name": ""}
    found, findings = read(tmp_path, {"pupils": ""}, {**none}, {**none, "postcode": "N9 9ZZ", "name": "Lost School"})
    assert found["901"]["100001"].borough == "Smallton"
    assert [c for c in codes(findings) if c != "register-merged"] == ["register-no-authority"]
    assert '"Lost School"' in findings[-1].message


def test_a_urn_that_stands_twice_counts_once(tmp_path):
    found, findings = read(tmp_path, {}, {"urn": 100_000}, {"urn": 100_000, "name": "Other", "postcode": "N2 2AA"})
    assert found["901"]["100000"].name == "Oak Primary School"
    assert codes(findings) == ["register-urn-twice"] * 2
    assert "with other details" in findings[-1].message


def test_phases_and_sectors_as_the_register_writes_them(tmp_path):
    kinds = [
        ("State-funded special school", "", "special", "state"),
        ("", "Pupil Referral Unit", "PRU", "state"),
        ("Independent school", "Other Independent School", "other", "independent"),
        ("Post16", "Further Education", "16+", "state"),
        ("All Through", "", "all-through", "state"),
        ("State-funded nursery", "", "nursery", "state"),
        ("State-funded secondary", "University Technical College", "secondary", "state"),
        ("", "Higher Education Institutions", "other", "university"),
    ]
    changes = [
        {"phase": p, "type": t, "postcode": f"N1 {at}AA", "name": f"Kind {at}"} for at, (p, t, *_) in enumerate(kinds)
    ]
    found, _ = read(tmp_path, *changes)
    assert [(str(s.phase), s.sector) for s in found["901"].values()] == [(p, s) for *_, p, s in kinds]


def test_a_gzipped_register_is_read_and_a_broken_one_told(tmp_path):
    plain = write_register(tmp_path / "register.csv", rows({}))
    packed = tmp_path / "register.csv.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert read_register(packed, Noticed("r"))[0].schools[0].urn == "100000"
    packed.write_bytes(gzip.compress(plain.read_bytes())[:-20])
    noticed = Noticed("r")
    assert read_register(packed, noticed) == ()
    assert noticed.has_errors


def test_a_gzipped_register_damaged_within_is_told(tmp_path):
    packed = bytearray(gzip.compress(write_register(tmp_path / "register.csv", rows({})).read_bytes(), mtime=0))
    packed[12:16] = b"\xff\xff\xff\xff"
    (tmp_path / "register.csv.gz").write_bytes(packed)
    noticed = Noticed("register.csv.gz")
    assert read_register(tmp_path / "register.csv.gz", noticed) == ()
    assert codes(noticed.findings) == ["file-archive"]


@pytest.mark.parametrize("column", ["urn", "name", "la_code", "la_name", "easting", "northing"])
def test_a_register_without_a_column_it_needs_says_which(tmp_path, column):
    path = write_register(tmp_path / "register.csv", rows({}))
    path.write_text(path.read_text(encoding="utf-8").replace(column, "unlike_any", 1), encoding="utf-8")
    noticed = Noticed(path.name)
    assert read_register(path, noticed) == ()
    (finding,) = (f for f in noticed.findings if f.severity == "error")
    assert finding.field == column


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2), st.sampled_from([None, 2019, 2024])), max_size=12))
def test_merging_loses_no_school_and_keeps_the_latest(drawn):
    entries = [
        Entry(row=at, code="1", record=SchoolRecord(
            urn=str(100_000 + at), name=f"School {name}", phase="primary", sector="state", postcode=f"N1 {site}AA",
            easting=1_000.0 * site, northing=0.0, pupils=100 if year else None, pupils_year=year))
        for at, (name, site, year) in enumerate(drawn)
    ]  # fmt: skip
    merged = merge_successors(entries, Noticed("r"))
    kept = [urn for entry in merged for urn in (*entry.record.predecessors, entry.record.urn)]
    assert sorted(kept) == [entry.record.urn for entry in entries]
    assert all(urn < entry.record.urn for entry in merged for urn in entry.record.predecessors)
