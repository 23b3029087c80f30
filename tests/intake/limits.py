"""The readers' limits at their edge: a row for each, with a probe that says whether a thing of a size is taken."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from shapely import LineString

from geo_partnerships.countries import UNITED_KINGDOM
from geo_partnerships.errors import BadDataError
from geo_partnerships.intake.answers.survey import _check_nearness
from geo_partnerships.intake.distances.matrix import _listed, read_distances, symmetric
from geo_partnerships.intake.distances.referee import check_distances
from geo_partnerships.intake.distances.table import DistanceTable
from geo_partnerships.intake.formats.findings_log import Noticed, shown
from geo_partnerships.intake.formats.header import Layout
from geo_partnerships.intake.formats.tables import read_csv
from geo_partnerships.intake.formats.values import number_in
from geo_partnerships.intake.ground.reading import is_tangled
from geo_partnerships.intake.places.layers import check_points
from geo_partnerships.intake.postcodes.files import Gazetteer, PostcodePoint
from geo_partnerships.intake.postcodes.geocode import geocode
from geo_partnerships.intake.register.extract import _by_number
from geo_partnerships.intake.register.folder import init_from
from geo_partnerships.intake.schools.names import NameIndex
from geo_partnerships.intake.schools.read import read_schools, schools_from_table
from geo_partnerships.intake.schools.referee import check_against_postcodes, district_centres
from geo_partnerships.intake.schools.row import LAYOUT
from geo_partnerships.model import Places, Response, School
from tests.small import school

TABLE = Layout({"urn": (), "name": ()}, ("urn", "name"))


def codes(noticed: Noticed) -> list[str]:
    return [finding.code for finding in noticed.findings]


def read(text: str, layout: Layout = TABLE) -> Noticed:
    noticed = Noticed("x.csv")
    read_csv(text.encode(), layout, noticed)
    return noticed


def one_school(**cells: object) -> Noticed:
    """Notice what there is to say of one school in a table."""
    noticed = Noticed("schools.csv")
    row = {"urn": "100001", "name": "Ash", "postcode": "N12 8PE", "easting": "525719", "northing": "191679", **cells}
    text = ",".join(row) + "\n" + ",".join(f'"{cell}"' for cell in row.values()) + "\n"
    table = read_csv(text.encode(), LAYOUT, noticed)
    schools_from_table(table, noticed)
    return noticed


def corners_are_no_tangle(number: int) -> bool:
    return not is_tangled(LineString([(n * 7_919 % 10_007, n * 104_729 % 10_009) for n in range(number)]))


def text_is_usual(characters: int) -> bool:
    return "text-long" not in codes(one_school(type="a" * characters))


def text_is_read(characters: int) -> bool:
    return "text-too-long" not in codes(one_school(type="a" * characters))


def value_is_shown_whole(characters: int) -> bool:
    return shown("a" * characters) == f'"{"a" * characters}"'


def header_is_found(rows_above: int) -> bool:
    return "table-header-row" in codes(read("About,\n" * rows_above + "urn,name\n1,Ash\n"))


def left_out_are_named(number: int) -> bool:
    return "more" not in read(",".join(["urn", "name", *(f"c{at}" for at in range(number))]) + "\n").findings[0].message


def names_that_would_do_are_told(number: int) -> bool:
    layout = Layout({"urn": (), "name": tuple(f"Title {at}" for at in range(number))}, ("urn", "name"))
    return f"Title {number - 1}" in read("urn,x\n1,Ash\n", layout).findings[0].fix


def words_are_a_question(number: int) -> bool:
    layout = Layout({"urn": (), "name": ()}, ("urn", "name"), questions=(("name", "school"),))
    header = " ".join(["your", "own", "dear", "school"][-number:])
    return "table-missing-column" not in codes(read(f"urn,{header}\n1,Ash\n", layout))


def digit_at_the_end_says_nothing(letters: int) -> bool:
    layout = Layout({"urn": (), "name": ("titles"[: letters - 1],)}, ("urn", "name"))
    return "table-missing-column" not in codes(read(f"urn,{'titles'[: letters - 1]}2\n1,Ash\n", layout))


def is_taken_for_a_form(marks: int) -> bool:
    head = ",".join(["urn", "Name", *["Email", "Timestamp"][:marks]])
    return "table-respondent" in codes(read(f"{head}\n1,Ash,a,b\n"))


def number_is_read(characters: int) -> bool:
    return number_in("1" * characters) is not None


def channel_is_read(characters: int) -> bool:
    from geo_partnerships.intake.answers.survey import LAYOUT as SURVEY
    from geo_partnerships.intake.answers.survey import read_survey

    noticed = Noticed("survey.csv")
    text = f"responder_urn,channel,existing,wanted\n100001,{'a' * characters},,\n"
    index = NameIndex([School(urn="100001", name="Ash")])
    read_survey(read_csv(text.encode(), SURVEY, noticed), index, noticed, sidecar=None, sidecar_noticed=Noticed("x"))
    return "survey-channel" not in codes(noticed)


def is_named_near(metres: float) -> bool:
    schools = {"1": school("1", 0, 0), "2": school("2", metres, 0)}
    noticed = Noticed("survey.csv")
    _check_nearness([(2, Response(responder="1", wanted=("2",)))], schools, noticed)
    return not noticed


def partnership_has_members(number: int) -> bool:
    from geo_partnerships.intake.answers.standing import LAYOUT as STANDING
    from geo_partnerships.intake.answers.standing import read_standing

    noticed = Noticed("standing.csv")
    schools = [School(urn=f"10000{at}", name=f"S{at}") for at in range(3)]
    text = "partnership,urn\n" + "".join(f"North,{one.urn}\n" for one in schools[:number])
    read_standing(read_csv(text.encode(), STANDING, noticed), NameIndex(schools), noticed)
    return "standing-alone" not in codes(noticed)


def keys_are_listed(number: int) -> bool:
    return not _listed([str(at) for at in range(number)]).endswith("…")


def directions_are_one(share: float) -> bool:
    noticed = Noticed("matrix.csv")
    symmetric(np.array([[0, 1_000.0], [1_000.0 * (1 + share), 0]]), ("1", "2"), "m", "mean", noticed)
    return "matrix-asymmetric" not in codes(noticed)


def told_of_distances(straight_m: float, stated_m: float) -> list[str]:
    schools = {"1": school("1", 0, 0), "2": school("2", straight_m, 0), "3": school("3", 0, 10_000.0)}
    far = float(np.hypot(straight_m, 10_000.0))
    table = DistanceTable(
        ("1", "2", "3"), np.array([[0, stated_m, 10_000.0], [stated_m, 0, far], [10_000.0, far, 0]])
    )  # fmt: skip
    noticed = Noticed("matrix.csv")
    check_distances(table, schools, "", noticed)
    return codes(noticed)


def near_pair_is_not_judged(metres: float) -> bool:
    return told_of_distances(metres, 0.0) == []


def road_may_be_as_short(share: float) -> bool:
    return told_of_distances(9_000.0, 9_000.0 * share - 100.0) == []


def road_may_be_shorter_by(metres: float) -> bool:
    return told_of_distances(5_000.0, 4_500.0 - metres) == []


def district_is_right(metres: float) -> bool:
    from tests.intake.register.test_lists import square_district

    noticed = Noticed("schools.csv")
    placed = school("1", -metres, 500.0, district="ZZ1")
    check_points({"1": placed}, Places(districts=square_district()), noticed)
    return "point-far-from-postcode" not in codes(noticed)


def point_is_near_its_postcode(metres: float) -> bool:
    class Source:
        def look_up(self, *_: object) -> Gazetteer:
            return Gazetteer({"N12 8PE": PostcodePoint(520_000.0 + metres, 190_000.0)})

    noticed = Noticed("schools.geojson")
    geocode({"1": school("1", 0, 0, postcode="N12 8PE")}, Source(), noticed)
    return "point-far-from-postcode" not in codes(noticed)


def point_is_within_reach(times: float) -> bool:
    centre = district_centres()["N12"]
    noticed = Noticed("schools.csv")
    away = times * centre.reach
    placed = school("1", centre.easting + away - 520_000.0, centre.northing - 190_000.0, district="N12")
    check_against_postcodes({"1": placed}, noticed)
    return not noticed


def among(count: int, away_m: float, spread_m: float = 1_000.0) -> bool:
    """Whether a school without a postcode is told among so many others, so far from their middle."""
    ring = {str(at): school(str(at), spread_m * (-1) ** at, 0, district="") for at in range(count - 1)}
    noticed = Noticed("schools.csv")
    check_against_postcodes({**ring, "x": school("x", 0, away_m, district="")}, noticed)
    return not noticed


def conversions_are_looked_for(number: int) -> bool:
    rows = [
        (at, {"urn": str(at), "name": "", "establishment_number": "1", "opened": "", "closed": ""})
        for at in range(number - 2)
    ]
    rows += [
        (1_000, {"urn": "a", "name": "A", "establishment_number": "1", "opened": "", "closed": "31-08-2014"}),
        (1_001, {"urn": "b", "name": "B", "establishment_number": "1", "opened": "01-09-2014", "closed": ""}),
    ]
    return list(_by_number(rows, Noticed("x"))) == [("a", "b")]


def authorities_need_no_name(number: int) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.csv"
        rows = "".join(f"10000{at:02},S{at},N12 8PE,526000,192000,{at},LA {at}\n" for at in range(number))
        path.write_text(f"urn,name,postcode,easting,northing,la_code,borough\n{rows}", encoding="utf-8")
        try:
            init_from(Path(folder) / "made", [path])
        except BadDataError:
            return False
        return True


def pairs_of_a_square_are_read(columns: int) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "matrix.csv"
        path.write_text("," + ",".join(f"k{at}" for at in range(columns - 1)) + ",100001\n", encoding="utf-8")
        noticed = Noticed("matrix.csv")
        read_distances(path, {"100001": School(urn="100001", name="Ash")}, noticed)
        return "table-too-wide" not in codes(noticed)


def points_are_at_one(metres: float) -> bool:
    import json

    east, north = 525_000.0, 190_000.0
    place = UNITED_KINGDOM.to_degrees(east + metres, north)
    feature = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": place},
        "properties": {"urn": "100100", "name": "Ash", "easting": east, "northing": north},
    }
    noticed = Noticed("schools.geojson")
    read_schools(json.dumps({"type": "FeatureCollection", "features": [feature]}).encode(), noticed)
    return "point-disagrees" not in codes(noticed)


ROWS = [
    ("intake.answers.standing.LEAST_MEMBERS", 2, 1, partnership_has_members),
    ("intake.answers.survey.LONGEST_CHANNEL", 60, 61, channel_is_read),
    ("intake.answers.survey.NEAR_M", 3_000.0, 3_001.0, is_named_near),
    ("intake.distances.matrix.NAMES_SHOWN", 5, 6, keys_are_listed),
    ("intake.distances.matrix.ASYMMETRY_TOLERANCE", 0.9e-9, 1.1e-9, directions_are_one),
    ("intake.distances.referee.FARTHER_THAN_M", 200.0, 300.0, near_pair_is_not_judged),
    ("intake.distances.referee.SHORTER", 0.9001, 0.8999, road_may_be_as_short),
    ("intake.distances.referee.SLACK_M", 99.9, 100.1, road_may_be_shorter_by),
    ("intake.formats.findings_log.SHOWN_CHARACTERS", 60, 61, value_is_shown_whole),
    ("intake.formats.tables.MOST_ROWS_ABOVE_HEADER", 19, 20, header_is_found),
    ("intake.formats.header.LEFT_OUT_SHOWN", 10, 11, left_out_are_named),
    ("intake.formats.header.NAMES_SHOWN", 4, 5, names_that_would_do_are_told),
    ("intake.formats.header.LEAST_WORDS", 3, 2, words_are_a_question),
    ("intake.formats.header.LEAST_STEM", 6, 5, digit_at_the_end_says_nothing),
    ("intake.formats.header.LEAST_FORM_MARKS", 2, 1, is_taken_for_a_form),
    ("intake.formats.values.LONGEST_NUMBER", 40, 41, number_is_read),
    ("intake.places.layers.FAR_FROM_DISTRICT_M", 999.0, 1_001.0, district_is_right),
    ("intake.postcodes.geocode.FARTHEST_M", 1_000.0, 1_001.0, point_is_near_its_postcode),
    ("intake.register.extract.MOST_OF_ONE_NUMBER", 50, 51, conversions_are_looked_for),
    ("intake.register.folder.MOST_AUTHORITIES", 10, 11, authorities_need_no_name),
    ("intake.schools.referee.TIMES_REACH", 2.0, 2.001, point_is_within_reach),
    ("intake.schools.referee.FAR_FROM_ALL_M", 100_000.0, 100_001.0, lambda metres: among(9, metres)),
    ("intake.schools.referee.TIMES_USUAL", 5.0, 5.001, lambda times: among(9, times * 30_000.0, 30_000.0)),
    ("intake.schools.referee.LEAST_SCHOOLS", 3, 4, lambda count: among(count, 900_000.0)),
    ("intake.schools.row.FARTHEST_APART_M", 49.9, 50.1, points_are_at_one),
    ("intake.schools.row.LONGEST_TEXT", 20_000, 20_001, text_is_read),
    ("intake.schools.row.USUAL_TEXT", 150, 151, text_is_usual),
    ("intake.ground.reading.FEW_CORNERS", 500, 501, corners_are_no_tangle),
    ("limits.SQUARE_COLUMNS", 30_000, 30_001, pairs_of_a_square_are_read),
]
MEASURES = {
    "intake.distances.matrix.BATCH_CELLS": "cells held at a time",
    "intake.distances.road_files.AROUND_M": "metres around the schools: tests/intake/distances/test_roads.py",
    "intake.distances.roads.FARTHEST_FROM_ROAD_M": "a parameter's default: tests/intake/distances/test_roads.py",
    "intake.distances.roads.PAST_ISLAND_M": "metres, between two roads: tests/intake/distances/test_roads.py",
    "intake.distances.road_files.NODE_GRID_M": "metres, a rounding",
    "intake.distances.roads.NAMES_SHOWN": "names in a list: as in the matrix",
    "intake.formats.encoding._SAMPLE": "bytes looked at to tell UTF-16: tests/intake/formats/test_encoding.py",
    "intake.formats.archives._PIECE": "bytes held at a time",
    "intake.formats.encoding._CHUNK": "bytes held at a time",
    "intake.places.derived_districts.MARGIN_M": "metres, a drawing",
    "intake.places.derived_districts.GRID_M": "metres, a rounding",
    "intake.places.derived_districts.SIMPLIFIED_M": "metres, a drawing",
    "intake.places.derived_districts.DECIMALS": "decimals, a rounding",
    "intake.ground.built_up.NEAR_M": "metres, a drawing",
    "intake.ground.built_up.CLOSED_M": "metres, a drawing",
    "intake.ground.built_up.DRAWN_IN_M": "metres, a drawing",
    "intake.ground.built_up.SMALLEST_M2": "square metres, a drawing",
    "intake.ground.built_up.QUARTER": "corners, a drawing",
    "intake.ground.cutting.DECIMALS": "decimals, a rounding",
    "intake.ground.cutting.COARSER": "how fast a drawing gets coarser",
    "intake.ground.cutting.TRIES": "tries to fit a size: tests/intake/ground/test_making.py",
    "intake.ground.cutting.MOST_RANK": "of a format",
    "intake.ground.making.AROUND_M": "metres, a drawing",
    "intake.ground.cutting.LEAST_BYTES": "bytes that a feature takes: a bound on work",
    "intake.ground.reading.ACROSS": "sides beside a side, on the average: tests/intake/ground",
    "intake.ground.making.FEWEST_SHARES": "layers that share the room: tests/intake/ground/test_making.py",
    "intake.ground.products.LONGEST_NAME": "letters kept of a name",
    "intake.ground.reading.EDGES": "points, a rounding",
    "intake.places.layers.TOUCHING_M": "metres between outlines: tests/intake/places/test_derived_districts.py",
    "intake.plans.MOST_DIGITS": "digits: tests/intake/test_plans.py",
    "intake.postcodes.files.CODE_POINT_CELLS": "of a format",
    "intake.postcodes.service.BATCH": "of the service: tests/intake/postcodes/test_geocode.py",
    "intake.postcodes.service.ANSWER_LIMIT": "bytes of an answer: tests/intake/postcodes/test_geocode.py",
    "intake.postcodes.service.NOT_FOUND": "of HTTP",
    "intake.register.folder.AUTHORITIES_SHOWN": "names in a sentence",
    "intake.register.folder.LEAST_OF_A_SURVEY": "columns that tell a survey: tests/intake/register/test_folder.py",
    "intake.register.lists.DEGREE_DECIMALS": "decimals, a rounding",
    "intake.schools.names.SUGGESTED": "number of suggestions",
    "intake.schools.names.LEAST_SCORE": "a likeness: tests/intake/schools/test_names.py",
    "intake.schools.names.LOOKED_AT": "candidates looked at closely: tests/intake/schools/test_names.py",
    "intake.schools.names.ALIKE": "a likeness: tests/intake/schools/test_names.py",
    "intake.schools.referee.USUAL_SHARE": "a share of schools",
    "intake.schools.write.DECIMALS": "decimals, a rounding",
}
