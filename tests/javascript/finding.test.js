import assert from "node:assert/strict";
import { test } from "node:test";
import { finder, plain } from "../../geo_partnerships/pages/assets/shared/finding.js";

/** @param {string[]} titles */
function entries(...titles) {
  return titles.map((title) => ({ title, detail: "Primary · N12", href: `#${title}`, more: "" }));
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

const SCHOOLS = [
  { title: "Danegrove Primary School", detail: "primary · EN4 8UD · Partnership 4", href: "1", more: "101318" },
  {
    title: "Queen Elizabeth's School, Barnet",
    detail: "secondary · EN5 4DQ",
    href: "2",
    more: "136290 qe boys secondary",
  },
  { title: "Hollickwood Primary School", detail: "primary · N10 2NL", href: "3", more: "101285" },
  { title: "Partnership 15: The Elliot Foundation", detail: "13 schools", href: "4", more: "" },
  { title: "Cricklewood", detail: "place in or near Partnership 11", href: "5", more: "" },
  { title: "Finchley Central", detail: "place in or near Partnership 14", href: "6", more: "" },
];

for (const [typed, href] of [
  ["EN48UD", "1"],
  ["en4 8ud", "1"],
  ["QE Boys", "2"],
  ["136290", "2"],
  ["Elliott Foundation", "4"],
  ["Cricklewood", "5"],
  ["Finchley", "6"],
  ["Hollikwood", "3"],
  ["Danegorve", "1"],
  ["Quen Elizabth", "2"],
  ["partnership 15", "4"],
]) {
  test(`${typed} is found first`, () => {
    assert.equal(finder(SCHOOLS)(typed)[0]?.href, href);
  });
}

test("what is like nothing finds nothing, and a likeness never comes before the word itself", () => {
  assert.deepEqual(finder(SCHOOLS)("xylophone"), []);
  assert.deepEqual(found(["Hollickwood", "Hollikwood"], "hollikwood"), ["Hollikwood"]);
});
