import assert from "node:assert/strict";
import { test } from "node:test";
import { Cells } from "../../geo_partnerships/atlas/assets/atlas/cells.js";
import { dotSize } from "../../geo_partnerships/atlas/assets/atlas/drawing.js";
import { pageOfSchool } from "../../geo_partnerships/atlas/assets/atlas/map.js";
import { endsOf, unpackSchools } from "../../geo_partnerships/atlas/assets/atlas/schools.js";
import { foundIn, rarest } from "../../geo_partnerships/atlas/assets/atlas/searching.js";
import { AtlasView } from "../../geo_partnerships/atlas/assets/atlas/view.js";

const COLOUR = { fill: "#000", ink: "#fff", line: "#000" };

/** @param {[number, number][]} steps of each school, east and north */
function packed(...steps) {
  return Buffer.from(new Uint8Array(new Uint16Array(steps.flat()).buffer)).toString("base64");
}

/**
 * A country of two authorities, the first with a partnership of two and a school in none, which has no point.
 * @returns {import("../../geo_partnerships/atlas/assets/schema.js").Country}
 */
function country() {
  return {
    corner: [1000, 2000],
    step: 10,
    places: packed([1, 1], [3, 5], [0, 0], [800, 1]),
    authorities: [
      { key: "901", name: "Bigford", partnerships: [{ number: 4, size: 2, colour: 9 }], rest: 1 },
      { key: "902", name: "Farton", partnerships: [], rest: 1 },
    ],
    palette: Array(8).fill(COLOUR),
    names: [],
    index: { oa: 0, oak: 1, n1: 2 },
    shards: [],
  };
}

test("schools are unpacked in the order of their authorities and partnerships", () => {
  const schools = unpackSchools(country());
  assert.deepEqual([...schools.east], [1010, 1030, 1000, 9000]);
  assert.deepEqual([...schools.placed], [1, 1, 0, 1]);
  assert.deepEqual([...schools.partnership], [0, 0, -1, -1]);
  assert.deepEqual([...schools.colour], [2, 2, 7, 7]);
  assert.deepEqual([...schools.authority], [0, 0, 0, 1]);
  assert.deepEqual(schools.partnerships, [{ number: 4, centre: 0 }]);
  assert.deepEqual(schools.authorities[0].middle, { x: 1020, y: 2030 });
  assert.equal(schools.authorities[1].first, 3);
});

test("an authority without a point has no middle, and a country without one has ground all the same", () => {
  const empty = { ...country(), places: packed([0, 0], [0, 0], [0, 0], [0, 0]) };
  const schools = unpackSchools(empty);
  assert.equal(schools.authorities[0].middle, null);
  assert.deepEqual(endsOf(schools), { west: 0, south: 0, right: 1000, top: 1000 });
});

test("the nearest school within reach is found, and none beyond it", () => {
  const cells = new Cells(unpackSchools(country()));
  assert.equal(cells.nearest(1012, 2012, 30), 0);
  assert.equal(cells.nearest(1028, 2048, 30), 1);
  assert.equal(cells.nearest(5000, 2000, 30), -1);
});

test("the cells in sight hold what lies in them, one colour after another", () => {
  const cells = new Cells(unpackSchools(country()));
  assert.deepEqual(cells.within(0, 0, 4999, 4999), [0, 1]);
  assert.deepEqual(cells.within(0, 0, 9999, 4999), [0, 1, 3]);
  assert.deepEqual(cells.within(-1e6, -1e6, 1e6, 1e6), [0, 1, 3]);
});

test("what is under the pointer stays there when the map is zoomed", () => {
  const view = new AtlasView({ west: 0, south: 0, right: 8000, top: 4000 });
  [view.wide, view.high] = [400, 300];
  view.whole();
  const before = view.place(50, 60);
  view.zoom(0.5, 50, 60);
  assert.deepEqual(view.place(50, 60).map(Math.round), before.map(Math.round));
  assert.deepEqual(view.pixel(...before).map(Math.round), [50, 60]);
});

test("a map is zoomed neither out of all ground nor into nothing", () => {
  const view = new AtlasView({ west: 0, south: 0, right: 8000, top: 4000 });
  [view.wide, view.high] = [440, 300];
  view.whole();
  assert.equal(view.scale, 20);
  view.zoom(1000);
  assert.equal(view.scale, 30);
  view.zoom(1e-9);
  assert.equal(view.scale, 0.4);
});

test("dots are wider from near", () => {
  assert.deepEqual([500, 100, 59, 1].map(dotSize), [1.6, 3, 4.5, 9]);
});

test("the longest beginning that has a script is the one to load", () => {
  const { index } = country();
  assert.equal(rarest(["oakley", "n1"], index), 1);
  assert.equal(rarest(["n12"], index), 2);
  assert.equal(rarest(["x", "constructor"], index), null);
  assert.equal(rarest([], index), null);
});

test("every word narrows what a script holds; a name that begins so comes first", () => {
  const school = { detail: "Primary · N12", authority: 0, partnership: 1 };
  const rows = [
    { ...school, name: "High Oak", page: "1" },
    { ...school, name: "Oak", page: "2" },
    { ...school, name: "Oak", authority: 1, page: "3" },
  ];
  const names = (/** @type {string[]} */ ...words) =>
    foundIn({ in_all: 3, schools: rows }, words, country()).map(({ page }) => page);
  assert.deepEqual(names("oak"), ["2", "3", "1"]);
  assert.deepEqual(names("oak", "farton"), ["3"]);
  assert.deepEqual(names("ak"), []);
});

test("a school's page stands in its authority's folder", () => {
  assert.equal(pageOfSchool("901", "x-1"), "901/schools/x-1.html");
});
