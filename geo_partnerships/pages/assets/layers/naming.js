import { putNames } from "../shared/names.js";

/** @typedef {import("../schema.js").Ground} Ground */
/** @typedef {import("../shared/names.js").Box} Box */
/** @typedef {import("../shared/names.js").Names} Names */
/**
 * The names of all the layers on a map, and what they must not lie on.
 * @typedef {{ ranked: { rank: number, zoom: number, names: Names }[], around: (() => Box[])[] }} Board
 */

const FIRST_TO_LAST = ["town", "district", "area", "around", "quarter", "road", "station"];
/** @type {WeakMap<L.Map, Board>} */
const boards = new WeakMap();

/**
 * Return the board of a map.
 * @param {L.Map} map
 * @returns {Board}
 */
function boardOf(map) {
  const known = boards.get(map);
  if (known) return known;
  const board = { ranked: [], around: [] };
  boards.set(map, board);
  map.on("zoomend", () => arrangeNames(map));
  return board;
}

/**
 * Put names on a map that keep clear of those of other layers.
 * @param {L.Map} map
 * @param {Ground} ground
 * @param {L.LayerGroup} group
 * @param {import("../shared/names.js").TitleOf} [titleOf]
 */
export function addNames(map, ground, group, titleOf) {
  const board = boardOf(map);
  for (const one of ground.names) {
    const names = putNames(map, { ...ground, names: [one] }, () => group, titleOf);
    board.ranked.push({ rank: FIRST_TO_LAST.indexOf(one.kind), zoom: one.zoom, names });
  }
  board.ranked.sort((one, other) => one.rank - other.rank || one.zoom - other.zoom);
}

/**
 * Have the names of a map keep clear of something.
 * @param {L.Map} map
 * @param {() => Box[]} boxes
 */
export function keepClearOf(map, boxes) {
  boardOf(map).around.push(boxes);
}

/**
 * Give each name of a map a place anew, those first that matter most.
 * @param {L.Map} map
 */
export function arrangeNames(map) {
  const { ranked, around } = boardOf(map);
  const taken = around.flatMap((boxes) => boxes());
  for (const { names } of ranked) names.arrange(taken);
}
