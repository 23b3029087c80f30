"""The letter's oddities: every one is told, and nothing is corrected."""

import json

from geo_partnerships.intake import read_problem

HEAD = 'title = "A letter"\nauthority = "London Borough of Trees"\n'
ASH, BEECH, CEDAR = (
    '{ text = "Ash", urn = "100001" }',
    '{ text = "Beech", urn = "100002" }',
    '{ text = "Cedar", urn = "100003" }',
)


def partnership(number, *members, label="North", kind="loose"):
    return f'[[partnership]]\nnumber = {number}\ntype = "{kind}"\nlabel = "{label}"\nmembers = [{", ".join(members)}]\n'


def alliance(number, *members, **more):
    extra = "".join(f"{key} = {json.dumps(value)}\n" for key, value in more.items())
    return f"[[alliance]]\nnumber = {number}\n{extra}members = [{', '.join(members)}]\n"


def read(folder, *parts, **designated):
    schools = {
        "100001": ("Ash School", "Trees"),
        "100002": ("Beech School", "Trees"),
        "100003": ("Cedar School", "Hills"),
    }
    features = [
        {
            "type": "Feature",
            "properties": {
                "urn": urn,
                "name": name,
                "borough": borough,
                "phase": "PRU" if urn == designated.get("pru") else "primary",
                "designations": ["LLE"] if urn == designated.get("leader") else [],
            },
            "geometry": {"type": "Point", "coordinates": [-0.2 - int(urn[-1]) / 100, 51.6]},
        }
        for urn, (name, borough) in schools.items()
    ]
    (folder / "schools.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    (folder / "letter-2015.toml").write_text(HEAD + "\n".join(parts), encoding="utf-8")
    problem = read_problem(folder)
    told = [(finding.code, finding.message) for finding in problem.findings if finding.file == "letter-2015.toml"]
    return problem.letter, told


def test_a_second_membership_must_be_said_at_both_ends(tmp_path):
    one = partnership(1, '{ text = "Ash", urn = "100001", also_in = [2] }', BEECH)
    _, told = read(tmp_path, one, partnership(2, ASH), leader="100001")
    assert [code for code, _ in told].count("letter-cross-reference") == 1
    assert "does not say" in dict(told)["letter-cross-reference"]
    both = partnership(2, '{ text = "Ash", urn = "100001", also_in = [1] }')
    assert "letter-cross-reference" not in dict(read(tmp_path, one, both, leader="100001")[1])


def test_a_leader_counts_by_mark_or_by_designation(tmp_path):
    assert "letter-no-system-leader" in dict(read(tmp_path, partnership(1, ASH, BEECH))[1])
    assert "letter-no-system-leader" not in dict(read(tmp_path, partnership(1, ASH, BEECH), leader="100002")[1])
    marked = '{ text = "Ash", urn = "100001", marks = ["NLE"] }'
    assert "letter-no-system-leader" not in dict(read(tmp_path, partnership(1, marked, BEECH))[1])


def test_a_member_elsewhere_needs_its_borough(tmp_path):
    assert "Cedar School in Hills" in dict(read(tmp_path, partnership(1, CEDAR))[1])["letter-no-borough"]
    told = '{ text = "Cedar", urn = "100003", borough = "Hills" }'
    assert "letter-no-borough" not in dict(read(tmp_path, partnership(1, told))[1])


def test_stated_sizes_count_bodies_and_the_unnamed(tmp_path):
    university, unnamed = '{ text = "U", body = "university" }', '{ text = "8 others", unnamed = 8 }'
    listed = alliance(1, ASH, university, unnamed, stated_size=10)
    assert "letter-stated-size" not in dict(read(tmp_path, listed)[1])
    wrong = alliance(1, ASH, university, unnamed, stated_size=3, title="The Trees")
    assert dict(read(tmp_path, wrong)[1])["letter-stated-size"] == '"The Trees" is said to have 3 members and lists 10.'


def test_one_school_in_two_spellings_and_one_name_for_two_schools(tmp_path):
    other = '{ text = "Ash Primary", urn = "100001" }'
    told = dict(read(tmp_path, partnership(1, ASH, BEECH), alliance(1, other))[1])
    assert "Ash Primary" in told["letter-spelling-variants"]
    beech_too = '{ text = "ash.", urn = "100002" }'
    assert "Beech School" in dict(read(tmp_path, partnership(1, ASH), alliance(1, beech_too))[1])["letter-shared-name"]


def test_a_phase_that_the_board_speaks_for_and_no_list_names(tmp_path):
    board = (
        '[[approval]]\nbody = "Board"\ndate = "2014-12-15"\nscope = "all"\n'
        'members = [{ role = "headteacher (primary and PRU)", count = 6 }]\n'
    )
    told = dict(read(tmp_path, board, partnership(1, ASH), pru="100001")[1])
    assert "Ash School (partnership 1)" in told["letter-phase-not-stated"]
    told = dict(read(tmp_path, board, partnership(1, ASH), pru="100002")[1])
    assert "Beech School" in told["letter-phase-without-members"]
    assert not {"letter-phase-not-stated", "letter-phase-without-members"} & set(dict(read(tmp_path, board)[1]))
    assert read(tmp_path, board)[0].approvals[0].members == (("headteacher (primary and PRU)", 6),)


def test_the_entry_for_two_schools_keeps_its_doubt(tmp_path):
    joint = '{ text = "Ash/Beech", urns = ["100001", "100002"], doubt = "one or both" }'
    letter, told = read(tmp_path, partnership(1, joint))
    assert letter.partnerships[0].members[0].doubt == "one or both"
    assert letter.partnerships[0].schools == ("100001", "100002")
    assert "letter-joint-entry" in dict(told)


def test_milestones_take_days_months_and_hours(tmp_path):
    steps = (
        '[[milestone]]\nkey = "a"\ntitle = "A"\nmonth = "2014-10"\n'
        '[[milestone]]\nkey = "b"\ntitle = "B"\ndate = 2015-02-05\nfrom = 11:30:00\nto = "12:30"\ndepends_on = "a"\n'
    )
    letter, _ = read(tmp_path, steps)
    assert [(step.date, step.start, step.end) for step in letter.milestones] == [
        ("2014-10", "", ""),
        ("2015-02-05", "11:30:00", "12:30"),
    ]
