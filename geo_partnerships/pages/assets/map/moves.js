import { partPins } from "../shared/apart.js";
import { classesOf, make } from "../shared/dom.js";
import { membership } from "./membership.js";

/** @typedef {import("./chart.js").Chart} Chart */
/** @typedef {import("./chart.js").School} School */
/** @typedef {import("../schema.js").MapSchool} MapSchool */
/** @typedef {{ x: number, y: number }} Point */

const HALF = 29; // pixels of each half of a pin
const HIGH = 26;
const STAYS = 10;
const BEND = 0.16; // how far an arrow bows out, as a share of its length
const RIM = 17; // pixels from a centre school at which its arrows end
const HEAD = 9;
const SHORTEST = 46;
const STEPS = 16;
const APART = 55;
const APART_FROM_AFAR = 38; // where pins are drawn smaller

/**
 * What a map of two plans does otherwise than others.
 * @type {import("./kinds.js").Kind}
 */
export const beside = {
  look: lookBeside,
  part: partBeside,
  lines: "Arrows of schools that move",
  arranged: drawArrows,
};

/**
 * Return how a school looks on a map of two plans: those that move say from where and to where, the others are dots.
 * @param {Pick<Chart, "data">} chart
 * @param {MapSchool} school
 * @param {import("./kinds.js").Now} now
 * @returns {import("./pins.js").Look}
 */
function lookBeside({ data }, school, { fill, ink, centre, number }) {
  const move = data.moves.find(({ urn }) => urn === school.urn);
  const plain = { fill, ink, border: "", inside: null };
  if (!move) {
    const size = centre ? HIGH : STAYS;
    return {
      ...plain,
      text: centre ? String(number) : "",
      classes: classesOf({ dot: true, centre, stays: !centre }),
      size: [size, size],
      above: centre ? 100 : -500,
      words: `${school.name}, stays ${membership(school.partnerships, centre)}`,
    };
  }
  const [from, to] = [saying(move.leaves), saying(move.joins)];
  const [before, after] = move.colours.map((place) => data.palette[place] ?? data.none);
  const halves = [half("from", from, before), half("to", to, after)];
  return {
    ...plain,
    text: "",
    inside: halves,
    fill: after.fill,
    classes: "dot move",
    size: [2 * HALF, HIGH],
    above: 500,
    words: `${school.name}, moves from ${from} to ${to}`,
  };
}

/**
 * Part the pins of centre schools and of schools that move; dots stay where they are.
 * @param {Chart} chart
 * @param {School[]} schools
 * @param {Point[]} points
 * @param {boolean} tiny
 * @returns {Point[]}
 */
function partBeside({ data, partnerships }, schools, points, tiny) {
  const large = new Set(data.moves.map(({ urn }) => urn));
  for (const { ground, centre } of partnerships.values()) if (ground) large.add(centre);
  const those = points.filter((_, i) => large.has(schools[i].urn));
  const parted = partPins(those, tiny ? APART_FROM_AFAR : APART);
  return points.map((point, i) => (large.has(schools[i].urn) ? (parted.shift() ?? point) : point));
}

/**
 * Draw an arrow from each school that moves to where it goes, anew for each zoom.
 * @param {Chart} chart
 */
function drawArrows(chart) {
  const { map, data, groups, schools } = chart;
  groups.spokes.clearLayers();
  for (const { urn, joins, colours, towards } of data.moves) {
    const school = schools.get(urn);
    const goal = joins.map((number) => centreOf(chart, number)).find(Boolean);
    if (!school || !(goal || towards)) continue;
    const end = map.latLngToLayerPoint(goal ?? /** @type {L.LatLngTuple} */ (towards));
    const { line } = data.palette[colours[1]] ?? data.none;
    const shape = arrowBetween(map.latLngToLayerPoint(school.shown), end);
    if (shape) addArrow(chart, shape, line);
  }
}

/**
 * Return the line and the head of a bowed arrow; null where its ends are too near.
 * @param {Point} start
 * @param {Point} end
 * @returns {{ line: Point[], head: Point[] } | null}
 */
export function arrowBetween(start, end) {
  const [across, down] = [end.x - start.x, end.y - start.y];
  if (Math.hypot(across, down) < SHORTEST) return null;
  const bow = { x: (start.x + end.x) / 2 + BEND * down, y: (start.y + end.y) / 2 - BEND * across };
  const back = Math.hypot(end.x - bow.x, end.y - bow.y);
  const [ux, uy] = [(end.x - bow.x) / back, (end.y - bow.y) / back];
  const tip = { x: end.x - ux * RIM, y: end.y - uy * RIM };
  const neck = { x: tip.x - ux * HEAD, y: tip.y - uy * HEAD };
  const line = Array.from({ length: STEPS + 1 }, (_, i) => between(start, bow, neck, i / STEPS));
  const wings = [0.5, -0.5].map((side) => ({ x: neck.x - side * uy * HEAD, y: neck.y + side * ux * HEAD }));
  return { line, head: [tip, ...wings] };
}

/**
 * Return a point of a quadratic curve.
 * @param {Point} start
 * @param {Point} bow
 * @param {Point} end
 * @param {number} t from 0 to 1
 * @returns {Point}
 */
function between(start, bow, end, t) {
  const [a, b, c] = [(1 - t) ** 2, 2 * t * (1 - t), t ** 2];
  return { x: a * start.x + b * bow.x + c * end.x, y: a * start.y + b * bow.y + c * end.y };
}

/**
 * @param {Chart} chart
 * @param {{ line: Point[], head: Point[] }} shape
 * @param {string} color
 */
function addArrow({ map, groups }, { line, head }, color) {
  const [way, tip] = [line, head].map((points) => points.map(({ x, y }) => map.layerPointToLatLng([x, y])));
  const still = { pane: "spokes", interactive: false, smoothFactor: 0 };
  groups.spokes.addLayer(L.polyline(way, { ...still, color: "#fff", weight: 5, opacity: 0.85 }));
  groups.spokes.addLayer(L.polyline(way, { ...still, color, weight: 2.2 }));
  groups.spokes.addLayer(L.polygon(tip, { ...still, color: "#fff", weight: 1, fillColor: color, fillOpacity: 1 }));
}

/**
 * Return where the pin of a partnership's centre school stands.
 * @param {Chart} chart
 * @param {number} number
 * @returns {L.LatLng | undefined}
 */
function centreOf({ partnerships, schools }, number) {
  return schools.get(partnerships.get(number)?.centre ?? "")?.shown;
}

/**
 * @param {string} side
 * @param {string} text
 * @param {import("../schema.js").Colour} colour
 */
function half(side, text, { fill, ink }) {
  const span = make("span", { class: side, text });
  Object.assign(span.style, { background: fill, color: ink });
  return span;
}

/** @param {number[]} numbers */
function saying(numbers) {
  return numbers.join(",") || "–";
}
