import { drawAreas, drawSpokes, titles } from "../map/areas.js";
import { drawPins } from "../map/arranging.js";
import { chartOf } from "../map/chart.js";
import { useArrowsOnPins } from "../map/hands.js";
import { usePopups } from "../map/popups.js";
import { PAGES_SHAPES } from "../schema.js";
import { decode } from "../shared/decode.js";
import { drawLand, makePanes } from "../shared/ground.js";
import { giveWayToTiles } from "../shared/tiles.js";
import { addNames, arrangeNames, keepClearOf } from "./naming.js";

/** @typedef {import("../map/chart.js").Chart} Chart */
/** @typedef {import("../schema.js").Ground} Ground */
/** @typedef {import("../shared/names.js").Box} Box */
/** @typedef {{ attribution?: string, tips?: import("../map/chart.js").Tips }} Options */

/**
 * The plans that are drawn on each map, by the name of their data: layers of one plan on one map work together.
 * @type {WeakMap<L.Map, Map<string, Chart>>}
 */
const charts = new WeakMap();
/** @type {WeakSet<L.Map>} */
const giving = new WeakSet();

/**
 * Return the schools of a plan as a layer.
 * @param {string} id of the plan's data
 * @param {Options} options
 */
export function schools(id, options) {
  return drawnOnceAdded(options, (map, group) => {
    const chart = chartOn(map, id);
    chart.tips = options.tips ?? true;
    const { pins, leaders, dots } = chart.groups;
    group.addLayer(pins).addLayer(leaders);
    group.on("remove", () => dots.remove());
    useArrowsOnPins(chart);
    const names = { arrange: () => arrangeNames(map), around: () => /** @type {Box[]} */ ([]) };
    keepClearOf(map, () => names.around());
    return drawPins(chart, names);
  });
}

/**
 * Return the areas of a plan's partnerships as a layer.
 * @param {string} id of the plan's data
 * @param {Options} options
 */
export function areas(id, options) {
  return drawnOnceAdded(options, (map, group) => {
    const chart = chartOn(map, id);
    drawAreas(chart);
    group.addLayer(chart.groups.areas);
    if (chart.ground) addNames(map, chart.ground, group, titles(chart));
  });
}

/**
 * Return the lines from the centre schools of a plan to their partners as a layer.
 * @param {string} id of the plan's data
 * @param {Options} options
 */
export function spokes(id, options) {
  return drawnOnceAdded(options, (map, group) => {
    const chart = chartOn(map, id);
    drawSpokes(chart);
    group.addLayer(chart.groups.spokes);
  });
}

/**
 * Return the ground under a plan as a layer.
 * @param {string} id of the ground's data
 * @param {Options} options
 */
export function ground(id, options) {
  return drawnOnceAdded(options, (map, group) => {
    giveWay(map);
    const land = /** @type {Ground} */ (decode(PAGES_SHAPES, "Ground", dataOf(id)));
    makePanes(map);
    const inOrder = drawLand(map, land, () => group);
    addNames(map, land, group);
    return inOrder;
  });
}

/**
 * Return the postcode districts around a plan as a layer.
 * @param {string} id of the districts' data
 * @param {Options} options
 */
export function districts(id, options) {
  return ground(id, options);
}

/**
 * Return a group that is filled when it is first put on a map.
 * @param {Options} options
 * @param {(map: L.Map, group: L.LayerGroup) => (() => void) | void} fill returns what is to be done whenever it is shown
 * @returns {L.LayerGroup}
 */
function drawnOnceAdded({ attribution = "" }, fill) {
  const group = L.featureGroup([], { attribution });
  /** @type {(() => void) | void} */
  let whenShown;
  let filled = false;
  group.onAdd = function onAdd(map) {
    if (!filled) {
      filled = true;
      whenShown = fill(map, group);
      group.on("remove", () => arrangeNames(map));
    }
    group.eachLayer((layer) => map.addLayer(layer));
    whenShown?.();
    arrangeNames(map);
    return group;
  };
  return group;
}

/**
 * Return what is drawn of a plan on a map.
 * @param {L.Map} map
 * @param {string} id
 * @returns {Chart}
 */
function chartOn(map, id) {
  const known = charts.get(map) ?? new Map();
  charts.set(map, known);
  if (!known.size) usePopups(map);
  if (!known.has(id)) {
    makePanes(map);
    const chart = chartOf(map, id);
    chart.addressed = false;
    chart.drawing = null;
    chart.whole = map.getBoundsZoom(chart.data.bounds);
    known.set(id, chart);
  }
  return known.get(id);
}

/**
 * Have what is drawn of the ground lie under the tiles of a map.
 * @param {L.Map} map
 */
function giveWay(map) {
  if (giving.has(map)) return;
  giving.add(map);
  giveWayToTiles(map);
}

/**
 * @param {string} id
 * @returns {unknown}
 */
function dataOf(id) {
  return JSON.parse(document.getElementById(`${id}_data`)?.textContent ?? "null");
}
