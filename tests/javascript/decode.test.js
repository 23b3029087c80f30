import assert from "node:assert/strict";
import { test } from "node:test";
import { PAGES_SHAPES } from "../../geo_partnerships/pages/assets/schema.js";
import { decode } from "../../geo_partnerships/pages/assets/shared/decode.js";

const SHAPES = {
  Pair: { row: ["name", "size", "tags"], rest: { tags: [] } },
  Box: { parts: { one: "Pair", all: "Pair[]", table: "Pair{}" } },
};

test("a row gets its names back, and what was left out its default", () => {
  assert.deepEqual(decode(SHAPES, "Pair", ["a", 1]), { name: "a", size: 1, tags: [] });
  assert.deepEqual(decode(SHAPES, "Pair", ["a", 1, ["x"]]), { name: "a", size: 1, tags: ["x"] });
});

test("rows are found alone, in lists and in tables, and all else stays", () => {
  const box = decode(SHAPES, "Box", { one: ["a", 1], all: [["b", 2]], table: { k: ["c", 3] }, note: [4] });
  assert.equal(box.one.name, "a");
  assert.equal(box.all[0].size, 2);
  assert.equal(box.table.k.name, "c");
  assert.deepEqual(box.note, [4]);
});

test("nothing stays nothing, and a kind without rows is as it came", () => {
  assert.equal(decode(SHAPES, "Box", null), null);
  assert.deepEqual(decode(SHAPES, "Other[]", [{ a: 1 }]), [{ a: 1 }]);
  assert.equal(decode(SHAPES, "Box", { one: null, all: [], table: {} }).one, null);
});

test("what came is not changed", () => {
  const given = { one: ["a", 1], all: [], table: {} };
  decode(SHAPES, "Box", given);
  assert.deepEqual(given.one, ["a", 1]);
});

test("a school of a page has every field, whichever were left out", () => {
  const row = ["100", "A", "Primary", "N1 1AA", "N1", [51.6, -0.2], [3]];
  const school = decode(PAGES_SHAPES, "MapSchool", row);
  assert.deepEqual(Object.keys(school).sort(), [...PAGES_SHAPES.MapSchool.row].sort());
  assert.deepEqual([school.partnerships, school.designations, school.page], [[3], [], ""]);
});
