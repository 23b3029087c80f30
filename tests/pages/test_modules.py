"""Modules become one script that leaves nothing outside itself; what cannot be joined is refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from geo_partnerships.pages import modules
from geo_partnerships.pages.modules import joined, squeezed_js

if TYPE_CHECKING:
    from collections.abc import Callable

SCRIPTS = ("pages/assets/map.js", "pages/assets/search.js", "workbench/assets/workbench.js", "atlas/assets/atlas.js")


@pytest.fixture
def join(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Join made-up modules, the first of which is the entry."""

    def made(**sources: str) -> str:
        monkeypatch.setattr(modules, "_source", lambda path: sources[path.removeprefix("a/").removesuffix(".js")])
        return joined.__wrapped__(f"a/{next(iter(sources))}.js")

    return made


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_of_the_package_is_one_function_and_names_no_module(name: str) -> None:
    text = joined(name)
    assert text.startswith('(function(){\n"use strict";\n')
    assert text.endswith("})();\n")
    assert not re.search(r"^(import|export)\b", text, re.MULTILINE)
    assert "@typedef" not in text
    assert "</script" not in text


def test_a_module_stands_once_and_before_all_that_import_it(join: Callable[..., str]) -> None:
    found = join(
        main='import { two } from "./two.js";\nimport {\n  one,\n} from "./one.js";\none(two);\n',
        two='import { one } from "./one.js";\nexport const two = one();\n',
        one="/** Says one. */\nexport function one() {\n  return 1; // one\n}\n",
    )
    assert found == (
        '(function(){\n"use strict";\nfunction one() {\nreturn 1; // one\n}\nconst two = one();\none(two);\n})();\n'
    )


@pytest.mark.parametrize(
    ("sources", "words"),
    [
        ({"main": 'import { x } from "./b.js";\n', "b": "export const y = 1;\n"}, "imports x, which a/b.js does not"),
        ({"main": 'import { y } from "./b.js";\nconst y2 = 1;\nfunction z() {}\n',
          "b": "export const y = 1;\nconst z = 2;\n"}, "both declare z"),
        ({"main": 'import { y } from "./b.js";\nexport const x = 1;\n',
          "b": 'import { x } from "./main.js";\nexport const y = 1;\n'}, "import each other: a/main.js → a/b.js"),
        ({"main": 'import y from "./b.js";\n'}, "cannot join 'import y"),
        ({"main": 'import * as b from "./b.js";\n'}, "cannot join"),
        ({"main": 'import { y as z } from "./b.js";\n', "b": "export const y = 1;\n"}, "imports y as z"),
        ({"main": 'import "./b.js";\n'}, "cannot join"),
        ({"main": "export default 1;\n"}, "cannot join"),
        ({"main": "export { x };\n"}, "cannot join"),
        ({"main": "const { a } = b;\n"}, "cannot join"),
    ],
)  # fmt: skip
def test_what_cannot_be_joined_is_refused(join: Callable[..., str], sources: dict[str, str], words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        join(**sources)


def test_comments_and_indentation_go_and_code_after_a_comment_stays() -> None:
    text = "/**\n * Two lines.\n */\n\n  // one\n  const a = 1; // b\n/** @type {X} */ (a).b();\n"
    assert squeezed_js(text) == "const a = 1; // b\n(a).b();\n"
