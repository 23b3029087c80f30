import assert from "node:assert/strict";
import { test } from "node:test";
import { finder, plain } from "../../geo_partnerships/pages/assets/shared/finding.js";

/** @param {string[]} titles */
function entries(...titles) {
  return titles.map((title) => ({ title, detail: "Primary · N12", href: `#${title}` }));
}

/**
 * @param {string[]} titles
 * @param {string} typed
 */
function found(titles, typed) {
  return finder(entries(...titles))(typed).map((entry) => entry.title);
}

test("accents, case, apostrophes and Saint make no difference", () => {
  assert.equal(plain("Saint  Mary’s, Ávila"), "st marys avila");
  assert.deepEqual(found(["St Mary's"], "saint marys"), ["St Mary's"]);
});

test("the same name comes before one that begins so, and that before one that has the words", () => {
  const titles = ["High Oak School", "Oakleigh", "Oak Lodge", "Oak"];
  assert.deepEqual(found(titles, "oak"), ["Oak", "Oak Lodge", "Oakleigh", "High Oak School"]);
});

test("words of the detail are found, in any order", () => {
  assert.deepEqual(found(["Oak"], "n12 oak"), ["Oak"]);
  assert.deepEqual(found(["Oak"], "n13"), []);
});

test("nothing typed finds nothing; signs are found as they stand", () => {
  assert.deepEqual(found(["Oak"], "  "), []);
  assert.deepEqual(found(["<b>Oak</b>", "Elm"], "<"), ["<b>Oak</b>"]);
  assert.deepEqual(found(["{{ x }}"], "{{"), ["{{ x }}"]);
});
