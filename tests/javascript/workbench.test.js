import assert from "node:assert/strict";
import { test } from "node:test";
import { inside } from "../../geo_partnerships/workbench/assets/deskmap.js";
import { otherLines, parametersOf } from "../../geo_partnerships/workbench/assets/form.js";
import { saidOf } from "../../geo_partnerships/workbench/assets/naming.js";
import { othersFor } from "../../geo_partnerships/workbench/assets/school.js";
import { changedWords, schoolWords, verdict } from "../../geo_partnerships/workbench/assets/showing.js";
import { byName } from "../../geo_partnerships/workbench/assets/store.js";
import { changeWords, wordsOf } from "../../geo_partnerships/workbench/assets/uploading.js";
import { todoWords } from "../../geo_partnerships/workbench/assets/todo.js";
import { alternativeWords, costWords, exchangeWords } from "../../geo_partnerships/workbench/assets/why.js";

const FIELDS = [
  { key: "area.size", kind: "range", label: "Size" },
  { key: "seed", kind: "number", label: "Seed" },
  { key: "stay.most", kind: "number", label: "Schools that may change" },
  { key: "leaders.strength", kind: "choice", label: "Leaders", choices: ["binding", "off"] },
  { key: "within_authorities", kind: "flag", label: "Within one authority", choices: ["true", "false"] },
];
const NOW = { "area.size": [5, 11], seed: 1, "stay.most": null, "leaders.strength": "off", within_authorities: false };

/**
 * What a form gives whose fields hold these texts; those not named hold the plan's.
 * @param {Record<string, string>} texts
 * @param {{ now?: Record<string, any>, changed?: Record<string, string>, others?: string }} [more]
 */
function form(texts, { now = NOW, changed = {}, others = "" } = {}) {
  const all = {
    "area.size-least": "5",
    "area.size-most": "11",
    seed: "1",
    "stay.most": "",
    "leaders.strength": "off",
    within_authorities: "false",
    ...texts,
  };
  const typed = (/** @type {string} */ key, end = "") => /** @type {Record<string, string>} */ (all)[key + end];
  return parametersOf({ fields: FIELDS, now, changed, typed, others });
}

test("a number that may be left empty is left so, and one that may not is told", () => {
  assert.deepEqual(form({ "stay.most": "" }), { found: {}, wrong: [] });
  assert.deepEqual(form({ "stay.most": "5" }).found, { "stay.most": "5" });
  assert.deepEqual(form({ seed: "" }).wrong, ["Seed"]);
});

test("a form as the plan has it changes nothing", () => {
  assert.deepEqual(form({}), { found: {}, wrong: [] });
});

test("what differs is found as the scenario writes it", () => {
  const { found, wrong } = form({
    "area.size-least": "6",
    seed: "2",
    "leaders.strength": "binding",
    within_authorities: "true",
  });
  assert.deepEqual(found, {
    "area.size": "[6, 11]",
    seed: "2",
    "leaders.strength": '"binding"',
    within_authorities: "true",
  });
  assert.deepEqual(wrong, []);
});

test("what was changed before stays, and other parameters come line by line", () => {
  const { found, wrong } = form({}, { changed: { seed: "1", balance: "2" }, others: " balance = 3 \n\nnonsense" });
  assert.deepEqual(found, { seed: "1", balance: "3" });
  assert.deepEqual(wrong, ["nonsense"]);
  assert.equal(otherLines({ seed: "1", balance: "2" }, FIELDS), "balance = 2");
});

test("an empty field is wrong, but for a range that the plan has none of", () => {
  assert.deepEqual(form({ seed: "", "area.size-most": "" }).wrong, ["Size", "Seed"]);
  const none = { "area.size-least": "", "area.size-most": "" };
  assert.deepEqual(form(none, { now: { ...NOW, "area.size": null } }).wrong, []);
});

test("a point is inside a ring and outside its hole", () => {
  /** @type {[number, number][][]} */
  const rings = [
    [
      [0, 0],
      [0, 10],
      [10, 10],
      [10, 0],
    ],
    [
      [4, 4],
      [4, 6],
      [6, 6],
      [6, 4],
    ],
  ];
  assert.ok(inside({ lat: 2, lng: 2 }, rings));
  assert.ok(!inside({ lat: 5, lng: 5 }, rings));
  assert.ok(!inside({ lat: 11, lng: 5 }, rings));
  assert.ok(!inside({ lat: 5, lng: 5 }, []));
});

test("partnerships of a school's own kind come first, and its own not at all", () => {
  const partnerships = [
    { number: 1, strand: "special" },
    { number: 2, strand: "area" },
    { number: 3, strand: "area" },
  ];
  assert.deepEqual(
    othersFor({ numbers: [3] }, partnerships).map(({ number }) => number),
    [2, 1],
  );
});

test("schools of the same name stand by their keys", () => {
  const schools = ["b", "a"].map((urn) => ({ urn, name: "Oak" }));
  assert.deepEqual(
    byName(schools).map(({ urn }) => urn),
    ["a", "b"],
  );
});

test("an alternative says its cost and what forbids it", () => {
  assert.equal(costWords(1234), "+1,234 m");
  assert.equal(costWords(-5), "−5 m");
  const row = { partnership: 1, name: "A", cost_m: 5, forbidden_by: ["size"], exchange: null };
  assert.deepEqual(alternativeWords(row), { text: "Would break: size.", broken: true });
  assert.equal(alternativeWords({ ...row, forbidden_by: [] }).text, "No rule forbids it; it is only dearer.");
  assert.equal(alternativeWords({ ...row, cost_m: 0, forbidden_by: [] }).text, "No rule forbids it.");
  assert.equal(exchangeWords({ name: "Oak", cost_m: 12 }), "With Oak in return no rule forbids it: +12 m.");
});

test("what is to do about a school is told, and nothing where all is well", () => {
  assert.deepEqual(todoWords("content", "locked", [1]), []);
  assert.deepEqual(todoWords("", "", []), []);
  assert.deepEqual(todoWords("wants to discuss", "moved against a rule", [2]), [
    "wants to discuss",
    "moved against a rule",
  ]);
  assert.deepEqual(todoWords("no reply", "", []), ["no reply yet", "in none of the partnerships"]);
});

test("words of rules, schools and findings", () => {
  const check = { name: "Size", message: "" };
  const words = [
    [true, true],
    [false, true],
    [false, false],
  ].map(([holds, binding]) => verdict({ ...check, holds, binding }));
  assert.deepEqual(words, ["Kept", "Broken", "Note"]);
  const school = { urn: "1", name: "Oak", phase: "Primary", district: "", numbers: [], leader: true, held: "moved" };
  assert.equal(schoolWords(school), "1 · Primary · system leader · moved");
  const noticed = { severity: "error", row: 3, field: "urn", message: "Not known.", fix: "Mend it." };
  assert.equal(wordsOf(noticed), "error, row 3, urn: Not known. Mend it.");
  assert.equal(wordsOf({ ...noticed, row: null, field: "" }), "error: Not known. Mend it.");
});

test("what changed on the disk is told in one sentence, or not at all", () => {
  assert.equal(changedWords({ data: [], scenario: "" }), "");
  assert.equal(
    changedWords({ data: ["a.csv was changed", "b.csv is gone"], scenario: "the scenario was changed" }),
    "On the disk since the plan was made: a.csv was changed; b.csv is gone; the scenario was changed. " +
      "The desk works on the data that it took.",
  );
});

test("a count that changes says by how much", () => {
  assert.deepEqual([changeWords(5, 5), changeWords(5, 1234), changeWords(1234, 5)], ["same", "+1,229", "−1,229"]);
});

test("another school that is written wins, and what is left open is left out", () => {
  const names = ["One", "Two", "Three", "Four"].map((written) => ({ written, read_as: "", suggestions: [] }));
  const chosen = ["100", "", "none", "100"];
  const others = ["", "", "Some School (200)", "no school of the list"];
  const said = saidOf(
    names,
    (at) => chosen[at],
    (at) => others[at],
  );
  assert.deepEqual(said, { One: "100", Three: "200", Four: "" });
});
