import { make } from "../shared/dom.js";
import { calm } from "../shared/motion.js";
import { stemOf } from "./chart.js";
import { emphasise } from "./emphasis.js";
import { fit } from "./fitting.js";
import { openPopup, partnershipCard, schoolCard } from "./popups.js";
import { mark } from "./rows.js";

/** @typedef {import("./chart.js").Chart} Chart */
/** @typedef {import("./chart.js").Partnership} Partnership */
/** @typedef {import("./chart.js").School} School */

const CLOSE = 14.5;

/**
 * Open a school's card.
 * @param {Chart} chart
 * @param {School} school
 * @param {{ stay: boolean }} options whether the map stays where it is
 */
export function showSchool(chart, school, { stay }) {
  const { map, groups } = chart;
  if (!map.hasLayer(groups.pins)) groups.pins.addTo(map);
  emphasise(chart, school.partnerships);
  if (!stay) map.setView(school.at, Math.max(map.getZoom(), CLOSE), { animate: !calm() });
  openPopup(map, schoolCard(chart, school), school.shown);
  mark(document.getElementById(`row-${stemOf(school)}`));
  remember(chart, hashOf("school", school.urn));
}

/**
 * Open a partnership's card.
 * @param {Chart} chart
 * @param {Partnership} partnership
 * @param {L.LatLng} at
 */
export function showPartnership(chart, partnership, at) {
  emphasise(chart, [partnership.number]);
  openPopup(chart.map, partnershipCard(chart, partnership), at);
  remember(chart, hashOf("partnership", partnership.number));
}

/**
 * Show the ground of a partnership.
 * @param {Chart} chart
 * @param {number} number
 */
export function zoomPartnership(chart, number) {
  if (!chart.partnerships.has(number)) return;
  emphasise(chart, [number]);
  chart.map.closePopup();
  const places = chart.data.schools.filter((school) => school.partnerships.includes(number)).map((school) => school.at);
  if (places.length) chart.map.fitBounds(L.latLngBounds(places).pad(0.15), { maxZoom: 15, animate: !calm() });
  remember(chart, hashOf("partnership", number));
}

/**
 * Show the whole map again.
 * @param {Chart} chart
 */
export function home(chart) {
  emphasise(chart, []);
  chart.map.closePopup();
  fit(chart);
  remember(chart, "#map");
}

/**
 * Bring a map into sight.
 * @param {L.Map} map
 * @param {ScrollBehavior} [behavior]
 */
export function scrollTo(map, behavior) {
  map.getContainer().scrollIntoView({ block: "nearest", ...(behavior && { behavior }) });
}

/**
 * Go where the address of the page says.
 * @param {Chart} chart
 */
export function follow(chart) {
  say(chart.map, "");
  if (["", "#map"].includes(location.hash)) home(chart);
  const goal = goalOf(location.hash);
  if (!goal) return;
  const school = chart.schools.get(goal.key);
  if (goal.kind === "school" && school) showSchool(chart, school, { stay: false });
  else if (goal.kind === "partnership" && chart.partnerships.has(Number(goal.key))) {
    zoomPartnership(chart, Number(goal.key));
  } else say(chart.map, `The link leads to a ${goal.kind} that is not on this map: ${goal.key.slice(0, 60)}.`);
  scrollTo(chart.map);
}

/**
 * Return the end of an address that leads to a school or partnership.
 * @param {"school" | "partnership"} kind
 * @param {string | number} key
 * @returns {string}
 */
export function hashOf(kind, key) {
  return `#${kind}=${encodeURIComponent(key)}`;
}

/**
 * Return what the end of an address leads to; null where that is nothing on a map.
 * @param {string} hash
 * @returns {{ kind: string, key: string } | null}
 */
export function goalOf(hash) {
  const found = /^#(school|partnership)=(.+)$/.exec(hash);
  if (!found) return null;
  try {
    return { kind: found[1], key: decodeURIComponent(found[2]) };
  } catch {
    return null; // not the encoding of any text
  }
}

/**
 * Say something above a map.
 * @param {L.Map} map
 * @param {string} words empty to say nothing more
 */
function say(map, words) {
  const box = map.getContainer();
  const before = box.previousElementSibling;
  if (before?.classList.contains("map-note")) before.remove();
  if (words) box.before(make("p", { class: "map-note", role: "status", text: words }));
}

/**
 * Leave a step in the browser's history, so that Back leads to what was shown before.
 * @param {Chart} chart
 * @param {string} hash
 */
function remember({ addressed }, hash) {
  if (!addressed || location.hash === hash || (hash === "#map" && !location.hash)) return;
  try {
    history.pushState(null, "", hash);
  } catch {
    // A page inside a frame may not.
  }
}
