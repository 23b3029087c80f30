"""How much of anything is read from a file. Every limit is checked before anything of that size is built.

Each is well above what an authority's own files hold and, where files cover a country, above England's:
a register has some 50,000 rows of 140 columns, a matrix of travel times ten million rows.
"""

from __future__ import annotations

# Bytes.
FILE_BYTES = 50_000_000  # a table, a workbook or schools; England's 25,000 schools are a tenth of it
LETTER_CHARACTERS = 100_000  # the words of a letter of twenty pages
TOML_BYTES = 1_000_000  # written by hand; the draft of fifteen partnerships has 17 KB
REGISTER_BYTES = 200_000_000  # England's register has some 100 MB
MATRIX_BYTES = 150_000_000  # seven million rows of twenty characters
PLACES_BYTES = 200_000_000  # a GeoPackage, or each part of a shapefile
JSON_BYTES = 100_000_000  # of JSON and GeoJSON, which are held as text: three million values of thirty characters
GRAPHML_BYTES = 100_000_000  # the roads of a county
POSTCODE_BYTES = 3_000_000_000  # the ONS directory has 1.3 GB; it is never held in memory

MANIFEST_BYTES = 20_000_000  # of a published folder: a hundred for each of 200,000 files
OWN_BYTES = 200_000_000  # of any other file that this program wrote and reads again: a plan of England has a tenth
LOG_BYTES = 50_000_000  # of a log of decisions: a hundred thousand of them
LOG_LINES = 200_000  # of the same

# Tables.
ROWS = 200_000  # rows that hold something: eight times the schools of England
LINES = 1_048_576  # rows, blank ones too: as many as a spreadsheet can have
COLUMNS = 1_000  # filled columns: seven times those of the register
RECORD_CHARACTERS = 2_000_000  # one row: a square matrix of England's schools needs some 500,000
CELLS = 1_000_000  # cells of a workbook that hold something: 25,000 schools of 40 columns
COMMENT_BYTES = 100_000  # of one XML comment
PADDED_CELLS = 10_000_000  # of a workbook with the blank ones before the last of each row

MATRIX_ROWS = 10_000_000  # of a long matrix: every pair of London's 3,000 schools
SQUARE_COLUMNS = 30_000  # of a square one: the schools of England
MATRIX_CELLS = 100_000_000  # of a Parquet file, rows times columns
POSTCODE_LINES = 10_000_000  # the ONS directory has 2.7 million
AREA_LINES = 500_000  # of one postcode area in Code-Point Open: the largest has some 60,000
AUTHORITIES = 2_000  # in one batch: England has 153
LISTED_SCHOOLS = 30_000  # in the templates of a new folder: England's 25,000
PLAN_ROWS = 50  # of one school in a plan.csv: it is in a handful of partnerships

# Workbooks.
UNPACKED_BYTES = 60_000_000  # of all its parts
PARTS = 1_000  # files in it: each sheet is one
SHARED_STRING_TAGS = 1_000_000  # marks "<" in its texts: four each, so 250,000 different texts
OTHER_TAGS = 100_000  # marks "<" in its styles and whatever else is no cell

# Text with structure.
JSON_VALUES = 3_000_000  # commas and opening brackets, braces twice: the corners of a million points
GRAPHML_TAGS = 4_000_000  # marks "<": the roads of a county; a larger area comes as GeoPackage
TAG_BYTES = 100_000  # about as many without a mark "<": the longest outline of a road has a tenth of it
GRAPHML_EDGES = 250_000  # the roads of a county
ROADS = 500_000  # edges of a road network within five kilometres of the schools; all of London has as many
NESTING = 50  # brackets within brackets; no parameter lies deeper than five
GROUND_FEATURES = 300_000  # of open data around one authority: a county's streets are half of it
GROUND_LAYERS = 500  # of a GeoPackage: Zoomstack has some twenty
GROUND_BYTES = 500_000  # of all the ground that is written: as much as the borough's that is shipped
TOUCHING_PAIRS = 200_000  # districts that touch, each pair twice: Britain's 3,000 have some 20,000
KEY_PARTS = 21  # of a dotted key; no parameter has more than four
ALL_PARTS = 100_000  # of all dotted keys and tables of a file
WORD_CHARACTERS = 300  # a key or a number that is written without quotes
PARENTS = 20  # scenarios that extend one another

# What is said.
ERRORS = 10_000  # on one file, of which the rest is then not read
ALIKE = 200  # findings of a kind on one file; the last says how many it stands for
SCENARIO_FAULTS = 100  # of one scenario
STRANGERS = 100_000  # keys in a matrix that are no school's, counted
SUGGESTED_TEXTS = 100  # names that are no school's, in one file, for which likely schools are sought
LISTED_TEXTS = 300  # of the same in a names.csv to fill in; the next get theirs when these are confirmed
NAME_CHARACTERS = 200  # of a text that is compared with names: the longest name of a school has 110
NAME_WORDS = 16  # of the same
JOINED_WORDS = 10  # in a longer text no two words are tried as one
