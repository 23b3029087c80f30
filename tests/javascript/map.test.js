import assert from "node:assert/strict";
import { test } from "node:test";
import { pageOf, stemOf, tint } from "../../geo_partnerships/pages/assets/map/chart.js";
import { entriesOf } from "../../geo_partnerships/pages/assets/map/entries.js";
import { lookOf } from "../../geo_partnerships/pages/assets/map/pins.js";
import { goalOf, hashOf } from "../../geo_partnerships/pages/assets/map/travel.js";
import { unpack } from "../../geo_partnerships/pages/assets/shared/lines.js";
import { count, dotted, far, titleOf } from "../../geo_partnerships/pages/assets/shared/words.js";

const SCHOOL = {
  urn: "100",
  name: "Oak",
  phase: "Primary",
  postcode: "N12 1AA",
  district: "N12",
  at: /** @type {[number, number]} */ ([51.6, -0.2]),
  partnerships: [3],
  designations: /** @type {string[]} */ ([]),
  page: "",
  placed_by: "",
  aliases: "",
};
const PARTNERSHIP = {
  number: 3,
  name: "North",
  strand: "area",
  size: 1,
  colour: 1,
  centre: "100",
  strong: true,
  ground: true,
  members: [{ urn: "100", metres: 0 }],
};
const [BLUE, AMBER, PLAIN] = ["blue", "amber", "plain"].map((name) => ({
  fill: name,
  ink: `${name} ink`,
  line: `${name} line`,
}));

/**
 * A chart of partnerships 3 and 4, as far as looks need it.
 * @param {{ kind?: string, marked?: string[], strong?: boolean }} [more]
 * @returns {any}
 */
function chart({ kind = "overview", marked = [], strong = true } = {}) {
  const second = { ...PARTNERSHIP, number: 4, colour: 0, centre: "", strong: false };
  return {
    data: { kind, marked, labels: {}, palette: [BLUE, AMBER], none: PLAIN },
    partnerships: new Map([
      [3, { ...PARTNERSHIP, strong }],
      [4, second],
    ]),
  };
}

test("lines are unpacked from a start and steps", () => {
  assert.deepEqual(unpack("M10 20l5-5 0 3zM-4 7l1 1"), [
    [
      [10, 20],
      [15, 15],
      [15, 18],
    ],
    [
      [-4, 7],
      [-3, 8],
    ],
  ]);
  assert.deepEqual(unpack(""), []);
});

test("a distance is said in metres, then in kilometres and miles", () => {
  assert.equal(far(null), "");
  assert.equal(far(0), "same site as the centre school");
  assert.equal(far(3), "10 m from the centre school");
  assert.equal(far(994), "990 m from the centre school");
  assert.equal(far(1609.344), "1.6 km (1.0 miles) from the centre school");
});

test("words", () => {
  assert.deepEqual(
    [count(1, "school"), count(2, "school"), count(0, "school")],
    ["1 school", "2 schools", "0 schools"],
  );
  assert.equal(dotted(["a", "", "b"]), "a · b");
  assert.equal(titleOf(PARTNERSHIP), "Partnership 3: North");
});

test("the end of an address leads to a school or partnership, and one that is broken to nothing", () => {
  assert.deepEqual(goalOf(hashOf("school", "x-a/b ?")), { kind: "school", key: "x-a/b ?" });
  assert.deepEqual(goalOf(hashOf("partnership", 7)), { kind: "partnership", key: "7" });
  for (const hash of ["", "#map", "#school=", "#school=%E0%A4%A", "#other=1"]) assert.equal(goalOf(hash), null);
});

test("pages are linked to where there are any, partnerships by two digits", () => {
  const urls = { partnership: "partnerships/*.html" };
  assert.equal(pageOf(urls, "partnership", 3), "partnerships/03.html");
  assert.equal(pageOf(urls, "school", "100"), "");
  assert.equal(stemOf({ ...SCHOOL, page: "k-1" }), "k-1");
  assert.equal(stemOf(SCHOOL), "100");
});

test("a partnership that the map does not have is coloured as none", () => {
  assert.equal(tint(chart(), 3), AMBER);
  assert.equal(tint(chart(), 99), PLAIN);
  assert.equal(tint(chart(), undefined), PLAIN);
});

test("a centre school's pin says so and lies above the others", () => {
  const look = lookOf(chart(), SCHOOL);
  assert.deepEqual([look.text, look.classes, look.fill, look.above], ["3", "dot centre", "amber", 300]);
  assert.equal(look.words, "Oak, in partnership 3, its centre school");
});

test("a school in two partnerships has a wide pin with both numbers and the second's border", () => {
  const look = lookOf(chart(), { ...SCHOOL, urn: "200", partnerships: [3, 4], designations: ["NLE"] });
  assert.deepEqual([look.text, look.size, look.border], ["3,4", [36, 26], "blue line"]);
  assert.equal(look.classes, "dot leader");
  assert.equal(look.words, "Oak, in partnership 3 and 4");
});

test("a school in no partnership has a small pin with a dash", () => {
  const look = lookOf(chart({ marked: ["100"] }), { ...SCHOOL, partnerships: [] });
  assert.deepEqual([look.text, look.size, look.fill, look.above], ["–", [20, 20], "plain", -500]);
  assert.equal(look.classes, "dot none marked");
  assert.equal(look.words, "Oak, in none of the partnerships");
});

test("on another partnership's page a school is faint and not a centre", () => {
  const look = lookOf(chart({ kind: "partnership", strong: false }), SCHOOL);
  assert.deepEqual([look.classes, look.fill, look.size], ["dot faint", "plain", [20, 20]]);
});

test("a search finds the map's schools, then its partnerships", () => {
  const urls = { school: "schools/*.html", partnership: "partnerships/*.html" };
  const schools = [{ ...SCHOOL, aliases: "old" }];
  const [school, partnership] = entriesOf({ schools, partnerships: [PARTNERSHIP], urls });
  const detail = "Primary · N12 1AA · Partnership 3";
  assert.deepEqual(school, { title: "Oak", detail, href: "#school=100", more: "100 old", page: "schools/100.html" });
  assert.equal(partnership.title, "Partnership 3: North");
  assert.deepEqual([partnership.href, partnership.page], ["#partnership=3", "partnerships/03.html"]);
});
