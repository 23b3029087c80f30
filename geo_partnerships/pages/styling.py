"""The rules of a style sheet that a page may need: those on classes that neither template nor script names stay out."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_RULE = re.compile(r"(@[^{}]+)\{((?:[^{}]*\{[^{}]*\})*)\}|([^{}]+)\{([^{}]*)\}")
_NAMED = re.compile(r"[.#]([A-Za-z][\w-]*)")
_IN_BRACKETS = re.compile(r"\([^()]*\)|\[[^\]]*\]")
_WORD = re.compile(r"[A-Za-z][\w-]*")
_REFERRED = re.compile(r"""\{%-?\s*(?:extends|import|include|from)\s+["']([\w.]+)["']""")
_MACRO = re.compile(r"\{%-? macro (\w+)\((.*?)\{%-? endmacro", re.DOTALL)
_COLOURS = re.compile(r"c\d+")
"""Classes that templates put together themselves: a letter and a partnership's colour."""
_LEAFLETS = "leaflet-"
"""How the classes begin that Leaflet puts together itself, such as those of its panes."""


@cache
def worn(css: str, words: frozenset[str]) -> str:
    """Return a squeezed style sheet without the rules on classes and ids that are not among some words."""
    return _with_selectors(css, lambda selector: _is_worn(selector, words))


@cache
def without(css: str, *parts: str) -> str:
    """Return a squeezed style sheet without the rules on classes whose names have one of these parts."""
    return _with_selectors(css, lambda selector: not any(part in selector for part in parts))


def _with_selectors(css: str, is_kept: Callable[[str], bool]) -> str:
    kept = []
    for media, inner, selectors, body in _RULE.findall(css):
        if media:
            rules = _with_selectors(inner, is_kept) if media.startswith("@media") else inner
            kept.append(f"{media}{{{rules}}}" if rules else "")
            continue
        some = [one for one in _parted(selectors) if is_kept(one)]
        kept.append(f"{','.join(some)}{{{body}}}" if some else "")
    return "".join(kept)


def _parted(selectors: str) -> list[str]:
    """Return the selectors of a rule; a comma in brackets parts nothing."""
    held: list[str] = []

    def hold(found: re.Match[str]) -> str:
        held.append(found[0])
        return f"\0{len(held) - 1}\0"

    plain = _IN_BRACKETS.sub(hold, selectors)
    return [re.sub(r"\0(\d+)\0", lambda at: held[int(at[1])], one) for one in plain.split(",")]


def _is_worn(selector: str, words: frozenset[str]) -> bool:
    """Return whether everything that a selector asks for is there; what it asks not to be may be missing."""
    names = _NAMED.findall(_IN_BRACKETS.sub("", selector))
    return all(name in words or name.startswith(_LEAFLETS) or _COLOURS.fullmatch(name) for name in names)


@cache
def words_of(template: str, scripts: tuple[str, ...]) -> frozenset[str]:
    """Return the words of a template, of those it is made from, and of scripts."""
    return frozenset(_WORD.findall(" ".join((_source(template, frozenset()), *scripts))))


def _source(template: str, above: frozenset[str]) -> str:
    if template in above:
        return ""
    text = (files("geo_partnerships.pages") / "templates" / template).read_text(encoding="utf-8")
    others = " ".join(_source(name, above | {template}) for name in _REFERRED.findall(text))
    return f"{text} {_called(others, text)}"


def _called(text: str, caller: str) -> str:
    """Return templates without the macros that nobody calls: neither the caller nor a macro that is called."""
    macros = dict(_MACRO.findall(text))
    called: set[str] = set()
    asked = caller + _MACRO.sub(" ", text)
    while new := (macros.keys() - called) & set(_WORD.findall(asked)):
        called |= new
        asked = " ".join(macros[name] for name in sorted(new))
    return " ".join((_MACRO.sub(" ", text), *(macros[name] for name in sorted(called))))
