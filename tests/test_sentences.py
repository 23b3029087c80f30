"""Numbers agree with their nouns and verbs, whatever they are."""

from __future__ import annotations

import ast
import itertools
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_partnerships.sentences import between, capital, count, counted, first_of, listed, numbered, share

if TYPE_CHECKING:
    from collections.abc import Iterator

NUMBERS = st.one_of(st.sampled_from([0, 1, 2, 1000]), st.integers(0, 10**7))


@given(NUMBERS)
def test_a_noun_is_singular_for_one_alone(number) -> None:
    assert count(number, "school") == (f"{number:,} school" if number == 1 else f"{number:,} schools")
    assert count(number, "authority", "authorities").endswith("y" if number == 1 else "ies")


@given(NUMBERS, NUMBERS)
def test_a_verb_goes_with_its_number(part, more) -> None:
    assert counted(part, "school", "has", "have").split()[-1] == ("has" if part == 1 else "have")
    told = share(part, part + more, "school", "is", "are")
    assert told.split()[-1] == ("is" if part == 1 else "are")
    assert ("1 school " in told) == (part + more == 1) or f"{part + more:,}" != "1"


@given(st.lists(st.from_regex(r"[a-z]{1,8}", fullmatch=True), max_size=9), st.integers(1, 9))
def test_a_list_names_all_or_the_first_and_how_many_more(words, most) -> None:
    told = first_of(words, most)
    assert listed(words).replace(" and ", ", ") == ", ".join(words)
    assert told == listed(words) if len(words) <= most else told.endswith(f"and {len(words) - most} more")
    assert told.count(" and ") == (len(words) > 1)


@given(st.lists(NUMBERS, min_size=1, max_size=4))
def test_what_is_numbered_is_singular_for_one_alone(numbers) -> None:
    noun = "partnership" if len(numbers) == 1 else "partnerships"
    assert re.fullmatch(noun + r" \d+(, \d+)*( and \d+)?", numbered("partnership", numbers))


@pytest.mark.parametrize(
    ("least", "most", "told"),
    [(1, 1, "1 school"), (0, 1, "0 to 1 school"), (2, 2, "2 schools"), (4, 1000, "4 to 1,000 schools"),
     (0, 0, "0 schools"), (1, None, "1 or more schools"), (2, None, "2 or more schools")],
)  # fmt: skip
def test_a_range_is_told_with_its_noun(least, most, told) -> None:
    assert between(least, most, "school") == told
    assert between(least, most) == told.rpartition(" ")[0]


def test_a_sentence_begins_with_a_capital() -> None:
    assert capital("aB") == "AB"
    assert capital("") == ""


PACKAGE = Path(__file__).resolve().parents[1] / "geo_partnerships"
NOUN_AT = {"count": 1, "counted": 1, "noun": 1, "share": 2, "between": 2, "numbered": 0}
"""Where the pieces of sentences take their noun."""
MORE_NOUNS = {"links", "pins", "districts", "leaders", "wishes", "pages", "files"}
LIMITS = {"most", "most_lines", "PARENTS - 1", "LINES if rows > LINES else ROWS"}
"""Limits, which are never one; what is written in capital letters is a limit, too."""


def nouns_of(tree: ast.AST) -> Iterator[str]:
    """Yield the last word of the plural of each noun that a module counts."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in NOUN_AT:
            for given in node.args[NOUN_AT[node.func.id] : NOUN_AT[node.func.id] + 1]:
                if isinstance(given, ast.Constant) and given.value:
                    last = str(given.value).split()[-1]
                    yield f"{last[:-1]}ies" if last.endswith("ty") else f"{last}s"


def is_made(value: ast.expr) -> bool:
    """Say whether a value stands before its noun by right: a limit, or no number at all."""
    text = ast.unparse(value)
    return text in LIMITS or bool(re.fullmatch(r"[A-Z_]+", text)) or text.startswith(("count(", "between("))


def literal_counts(tree: ast.AST, nouns: set[str]) -> Iterator[tuple[int, str]]:
    """Yield line and text of each value that a plural follows in a string, which is broken English for one."""
    for text in (node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)):
        for value, after in itertools.pairwise(text.values):
            if isinstance(value, ast.FormattedValue) and isinstance(after, ast.Constant) and not is_made(value.value):
                found = re.match(r" (?:(?!has |holds? |of )[a-z]+ )?(\w+)\b", str(after.value))
                if found and found[1] in nouns:
                    yield value.lineno, f"{ast.unparse(value.value)}{found[0]}"


def test_no_number_stands_before_a_plural_but_by_the_pieces_of_sentences() -> None:
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}
    nouns = MORE_NOUNS.union(*map(nouns_of, trees.values()))
    assert {"schools", "partnerships", "links", "clusters", "members", "rows", "authorities"} <= nouns
    found = [f"{path.relative_to(PACKAGE)}, line {line}: {text}"
             for path, tree in trees.items() for line, text in literal_counts(tree, nouns)]  # fmt: skip
    assert found == []


@pytest.mark.parametrize("text", ["f'{n} schools'", "f'{len(a):,} area partnerships.'", "f'in {a} of {b} links'"])
def test_a_number_before_a_plural_would_be_found(text) -> None:
    assert list(literal_counts(ast.parse(text), {"schools", "partnerships", "links"}))


PAGE_TEXTS = sorted(path for path in PACKAGE.rglob("*") if path.suffix in {".html", ".js"})
COUNTED = "schools|partnerships|members|links|answers|authorities"
BEFORE_A_PLURAL = re.compile(rf"\}}\}}?(?:</\w+>)? (?:named |other )?({COUNTED})\b")


@pytest.mark.parametrize("path", PAGE_TEXTS, ids=lambda path: path.name)
def test_no_template_or_script_puts_a_number_before_a_plural(path) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert [hit.group() for hit in BEFORE_A_PLURAL.finditer(text)] == []
    assert not re.search(rf"""\+ ["'] ?({COUNTED}|results)\b""", text)
