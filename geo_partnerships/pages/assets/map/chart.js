import { PAGES_SHAPES } from "../schema.js";
import { decode } from "../shared/decode.js";

/** @typedef {import("../schema.js").Colour} Colour */
/** @typedef {import("../schema.js").Ground} Ground */
/** @typedef {import("../schema.js").MapBlock} MapBlock */
/** @typedef {import("../schema.js").MapData} MapData */
/** @typedef {import("../schema.js").MapPartnership} MapPartnership */
/** @typedef {import("../schema.js").MapSchool} MapSchool */
/** @typedef {MapPartnership & { outline: L.Polygon, spokes: L.LayerGroup }} Partnership with what is drawn of it */
/** @typedef {MapSchool & { shown: L.LatLng, marker?: L.Marker }} School with where its pin stands now */

/** @typedef {boolean | Record<string, string[]>} Tips their names, nothing, or lines by key */

/**
 * A map and what it shows.
 * @typedef {Object} Chart
 * @property {L.Map} map
 * @property {Omit<MapData, "partnerships" | "schools"> & { partnerships: Partnership[], schools: School[] }} data
 * @property {Ground | null} ground
 * @property {Element | null} drawing beside it, which has the paths that the ground leaves out
 * @property {boolean} addressed whether the page's address says what is shown
 * @property {Tips} tips what is said of schools that are pointed at
 * @property {number} whole zoom at which all that the map is about is seen
 * @property {Map<string, School>} schools by key
 * @property {Map<number, Partnership>} partnerships by number
 * @property {{ areas: L.LayerGroup, spokes: L.LayerGroup, pins: L.LayerGroup, leaders: L.LayerGroup,
 *   dots: L.LayerGroup }} groups
 */

/**
 * Return a map with its data, of which nothing is drawn yet.
 * @param {L.Map} map
 * @param {string} id of its element
 * @returns {Chart}
 */
export function chartOf(map, id) {
  const text = document.getElementById(`${id}_data`)?.textContent ?? "";
  const block = /** @type {MapBlock} */ (decode(PAGES_SHAPES, "MapBlock", JSON.parse(text)));
  const partnerships = block.map.partnerships.map((one) => ({
    ...one,
    outline: L.polygon([]),
    spokes: L.layerGroup(),
  }));
  const schools = block.map.schools.map((one) => ({ ...one, shown: L.latLng(one.at) }));
  return {
    map,
    data: { ...block.map, partnerships, schools },
    ground: block.context,
    drawing: map.getContainer().closest(".map-box")?.querySelector(".drawing svg") ?? null,
    addressed: true,
    tips: true,
    whole: 0,
    schools: new Map(schools.map((school) => [school.urn, school])),
    partnerships: new Map(partnerships.map((partnership) => [partnership.number, partnership])),
    groups: {
      areas: L.layerGroup(),
      spokes: L.layerGroup(),
      pins: L.layerGroup(),
      leaders: L.layerGroup(),
      dots: L.layerGroup(),
    },
  };
}

/**
 * Return the colour of a partnership; that of no partnership where the map has none of that number.
 * @param {Pick<Chart, "data" | "partnerships">} chart
 * @param {number | undefined} number
 * @returns {Colour}
 */
export function tint({ data, partnerships }, number) {
  const partnership = number === undefined ? undefined : partnerships.get(number);
  return partnership ? data.palette[partnership.colour] : data.none;
}

/**
 * Return where the page of a partnership or school is.
 * @param {MapData["urls"]} urls
 * @param {"partnership" | "school"} kind
 * @param {string | number} key
 * @returns {string} empty where there are no links
 */
export function pageOf(urls, kind, key) {
  const stem = kind === "partnership" ? String(key).padStart(2, "0") : String(key);
  return urls[kind]?.replace("*", encodeURIComponent(stem)) ?? "";
}

/**
 * Return the file name of a school's page, which its rows in tables are named after.
 * @param {MapSchool} school
 * @returns {string}
 */
export function stemOf(school) {
  return school.page || school.urn;
}
