import { drawGround, makePanes } from "../shared/ground.js";
import { drawAreas, drawSpokes, titles } from "./areas.js";
import { drawPins } from "./arranging.js";
import { drawBackground } from "./background.js";
import { chartOf } from "./chart.js";
import { drawControls } from "./controls.js";
import { entriesOf } from "./entries.js";
import { settle } from "./fitting.js";
import { useArrowsOnPins, useHands } from "./hands.js";
import { kinds } from "./kinds.js";
import { usePopups } from "./popups.js";
import { linkRows, useButtons } from "./table.js";
import { follow, showSchool, zoomPartnership } from "./travel.js";

/** @typedef {import("./chart.js").Chart} Chart */

/**
 * What a page's other scripts may ask of a map.
 * @typedef {Object} Api
 * @property {L.Map} map
 * @property {Chart["data"]} data
 * @property {() => import("./entries.js").MapEntry[]} entries
 * @property {(urn: string) => void} school
 * @property {(number: number) => void} zoomPartnership
 */

/**
 * The page's maps by the id of their element.
 * @type {Record<string, Api>}
 */
export const maps = {};

const FIRST_ZOOM = 12;

/**
 * Draw all that a map shows; the first map of a page also serves its table and address.
 * @param {L.Map} map
 * @param {string} id of its element
 * @returns {Api}
 */
export function draw(map, id) {
  const chart = chartOf(map, id);
  map.setView(L.latLngBounds(chart.data.bounds).getCenter(), FIRST_ZOOM, { animate: false });
  makePanes(map);
  if (chart.data.tiles) drawBackground(map, chart.data.tiles);
  const ground = chart.ground && drawGround(map, chart.ground, { drawing: chart.drawing, titleOf: titles(chart) });
  drawAreas(chart);
  drawSpokes(chart);
  const arrange = drawPins(chart, ground?.names);
  usePopups(map);
  const { areas, spokes, pins, leaders } = chart.groups;
  drawControls(chart, [
    { name: "Schools", swatch: "school", layers: [pins, leaders], after: arrange },
    { name: kinds[chart.data.kind]?.lines ?? "Lines to the centre school", swatch: "spoke", layers: [spokes] },
    { name: "Partnership areas", swatch: "area", layers: [areas] },
    ...(ground?.choices ?? []),
  ]);
  linkRows(chart);
  useHands(map);
  useArrowsOnPins(chart);
  const first = !Object.keys(maps).length;
  maps[id] = apiOf(chart);
  settle(chart, () => {
    arrange();
    if (first) follow(chart);
  });
  if (first) {
    window.addEventListener("hashchange", () => follow(chart));
    useButtons(chart);
  }
  document.documentElement.classList.add("mapped");
  return maps[id];
}

/**
 * @param {Chart} chart
 * @returns {Api}
 */
function apiOf(chart) {
  return {
    map: chart.map,
    data: chart.data,
    entries: () => entriesOf(chart.data),
    school(urn) {
      const school = chart.schools.get(urn);
      if (school) showSchool(chart, school, { stay: false });
    },
    zoomPartnership: (number) => zoomPartnership(chart, number),
  };
}
