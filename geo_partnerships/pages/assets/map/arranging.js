import { partPins } from "../shared/apart.js";
import { stopAt } from "./hands.js";
import { kinds } from "./kinds.js";
import { drawDots, lookOf, pinFor } from "./pins.js";

/** @typedef {import("./chart.js").Chart} Chart */
/** @typedef {import("./chart.js").School} School */
/** @typedef {import("../shared/names.js").Names} Names */

const MANY = 600;
const FAR_OFF = 11.6;
const NEAR = 13.5;
const SLIGHTLY = 0.1; // zooms below the whole map that make no difference

/**
 * Show the schools as pins. Where they are many, only those in sight have pins; from afar each is a dot.
 * @param {Chart} chart
 * @param {Names} [names] that must not lie on pins
 * @returns {() => void} arranges the pins anew
 */
export function drawPins(chart, names) {
  const { map, data, groups } = chart;
  const many = data.schools.length > MANY;
  groups.pins.addTo(map);
  groups.leaders.addTo(map);
  if (many) drawDots(chart);
  const again = () => {
    keepingFocus(() => arrange(chart, many ? inSight(chart) : data.schools));
    names?.arrange();
  };
  if (names) names.around = () => boxesOf(chart);
  map.on(many ? "moveend" : "zoomend", again);
  again();
  return again;
}

/**
 * Return the schools in sight that have pins, where not all can have one.
 * @param {Chart} chart
 * @returns {School[]}
 */
function inSight({ map, data, groups }) {
  const view = map.getBounds().pad(0.1);
  const seen = data.schools.filter((school) => view.contains(school.at));
  groups.pins.clearLayers();
  if (seen.length > MANY && map.hasLayer(groups.pins)) groups.dots.addTo(map);
  else groups.dots.remove();
  return seen.length > MANY ? [] : seen;
}

/**
 * Put pins so that none hides another; a thin line shows where each belongs.
 * @param {Chart} chart
 * @param {School[]} schools
 */
function arrange(chart, schools) {
  const { map, groups } = chart;
  const tiny = map.getZoom() < FAR_OFF;
  const far = map.getZoom() < chart.whole - SLIGHTLY;
  const points = schools.map((school) => map.latLngToLayerPoint(school.at));
  const own = kinds[chart.data.kind];
  const part = () => (own ? own.part(chart, schools, points, tiny) : partPins(points, tiny ? 18 : 24));
  const moved = far ? points : part();
  groups.leaders.clearLayers();
  schools.forEach((school, i) => {
    const shift = Math.hypot(moved[i].x - points[i].x, moved[i].y - points[i].y);
    school.shown = shift < 1 ? L.latLng(school.at) : map.layerPointToLatLng([moved[i].x, moved[i].y]);
    school.marker ??= pinFor(chart, school);
    groups.pins.addLayer(school.marker.setLatLng(school.shown));
    if (shift > 7) drawLeader(chart, school);
  });
  map.getContainer().classList.toggle("tiny", tiny);
  map.getContainer().classList.toggle("far", far);
  stopAt(map.getContainer());
  map.getContainer().classList.toggle("near", map.getZoom() >= NEAR);
  own?.arranged(chart);
}

/**
 * Return the room that the pins of a map take.
 * @param {Chart} chart
 * @returns {import("../shared/names.js").Box[]}
 */
function boxesOf(chart) {
  const { map, groups, data } = chart;
  const shown = data.schools.filter(({ marker }) => marker && map.hasLayer(groups.pins) && map.hasLayer(marker));
  return shown.map((school) => {
    const { x, y } = map.latLngToLayerPoint(school.shown);
    const [half, high] = lookOf(chart, school).size.map((size) => size / 2);
    return { left: x - half, top: y - high, right: x + half, bottom: y + high };
  });
}

/**
 * @param {Chart} chart
 * @param {School} school
 */
function drawLeader({ groups }, school) {
  const line = { pane: "spokes", color: "#222c31", interactive: false };
  const foot = { ...line, radius: 2, weight: 0, fillColor: "#222c31", fillOpacity: 1 };
  groups.leaders.addLayer(L.polyline([school.at, school.shown], { ...line, weight: 1 }));
  groups.leaders.addLayer(L.circleMarker(school.at, foot));
}

/**
 * Do something to pins and leave the focus on the pin that had it.
 * @param {() => void} act
 */
function keepingFocus(act) {
  const from = document.activeElement;
  act();
  if (from instanceof HTMLElement && from.classList.contains("pin") && from !== document.activeElement) {
    if (document.contains(from)) from.focus({ preventScroll: true });
  }
}
