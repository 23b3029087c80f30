import assert from "node:assert/strict";
import { test } from "node:test";
import { partPins } from "../../geo_partnerships/pages/assets/shared/apart.js";

const LEAST = 24;

/** @param {import("../../geo_partnerships/pages/assets/shared/apart.js").Point[]} points */
function smallestGap(points) {
  const gaps = points.flatMap((one, i) =>
    points.slice(i + 1).map((other) => Math.hypot(one.x - other.x, one.y - other.y)),
  );
  return Math.min(...gaps);
}

test("points far enough apart stay where they are", () => {
  const points = [
    { x: 0, y: 0 },
    { x: LEAST, y: 0 },
    { x: -100, y: 7 },
  ];
  assert.deepEqual(partPins(points, LEAST), points);
});

test("points on one another part, the same way every time, and those given stay as they were", () => {
  const points = Array.from({ length: 5 }, () => ({ x: 50, y: 50 }));
  const moved = partPins(points, LEAST);
  assert.ok(smallestGap(moved) > LEAST * 0.9, `${smallestGap(moved)}`);
  assert.deepEqual(partPins(points, LEAST), moved);
  assert.deepEqual(points[0], { x: 50, y: 50 });
});

test("a pair parts along its line, each by half", () => {
  const [one, other] = partPins(
    [
      { x: 0, y: 0 },
      { x: 10, y: 0 },
    ],
    LEAST,
  );
  assert.ok(Math.abs(one.x + other.x - 10) < 1e-9);
  assert.deepEqual([one.y, other.y], [0, 0]);
});

test("no points are no points", () => assert.deepEqual(partPins([], LEAST), []));
