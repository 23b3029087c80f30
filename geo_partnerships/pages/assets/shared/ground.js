import { make } from "./dom.js";
import { unpack } from "./lines.js";

/** @typedef {import("../schema.js").Ground} Ground */
/** @typedef {import("../schema.js").Label} Label */
/**
 * What a reader may hide: its name, how the key shows it, and what is drawn.
 * @typedef {{ name: string, swatch: string, layers: L.Layer[], after?: () => void }} Choice
 */

/** @type {[string, number][]} */
const PANES = [
  ["ground", 210],
  ["areas", 320],
  ["lines", 340],
  ["spokes", 360],
  ["labels", 390],
];

/**
 * Give a map the panes that its parts are drawn in, from the ground up; areas alone can be pointed at.
 * @param {L.Map} map
 */
export function makePanes(map) {
  for (const [name, above] of PANES) {
    const { style } = map.createPane(name);
    style.zIndex = String(above);
    if (name !== "areas") style.pointerEvents = "none";
  }
}

/**
 * Draw outlines and names that help to find one's way.
 * @param {L.Map} map
 * @param {Ground} ground
 * @returns {Choice[]}
 */
export function drawGround(map, ground) {
  const around = neighbours(ground).addTo(map);
  if (ground.authority.length) authority(ground).addTo(map);
  const districts = postcodeDistricts(ground).addTo(map);
  const rail = railways(ground).addTo(map);
  const choices = [];
  if (ground.districts.length) choices.push({ name: "Postcode districts", swatch: "dotted", layers: [districts] });
  if (ground.rail.length + ground.stations.length) {
    choices.push({ name: "Railways and stations", swatch: "rail", layers: [rail] });
  }
  if (ground.neighbours.length) choices.push({ name: "Neighbouring areas", swatch: "around", layers: [around] });
  return choices;
}

/** @param {Ground} ground */
function neighbours(ground) {
  const lines = strokes(ground.neighbours, { color: "#aab6bc", weight: 1.5, pane: "ground" });
  return L.layerGroup([lines, ...ground.neighbour_names.map((name) => label(name, "place"))]);
}

/** @param {Ground} ground */
function authority(ground) {
  return L.polygon(unpack(ground.authority), {
    pane: "ground",
    interactive: false,
    color: "#4c5a61",
    weight: 2,
    fillColor: "#ffffff",
    fillOpacity: 1,
  });
}

/** @param {Ground} ground */
function postcodeDistricts(ground) {
  const lines = strokes(ground.districts, { color: "#5f7079", weight: 1, dashArray: "1 4" });
  return L.layerGroup([lines, ...ground.district_names.map((name) => label(name, "district"))]);
}

/** @param {Ground} ground */
function railways(ground) {
  const lines = strokes(ground.rail, { color: "#9aa5aa", weight: 1.25 });
  return L.layerGroup([lines, ...ground.stations.flatMap((station) => [dot(station), label(station, "station")])]);
}

/** @param {Label} station */
function dot(station) {
  return L.circleMarker(station.at, {
    radius: 2.5,
    color: "#6b777d",
    weight: 1,
    fillColor: "#fff",
    fillOpacity: 1,
    pane: "lines",
    interactive: false,
  });
}

/**
 * @param {Label} label
 * @param {string} kind
 */
function label({ name, at }, kind) {
  const html = make("span", { text: name });
  return L.marker(at, {
    icon: L.divIcon({ className: `label ${kind}`, html, iconSize: [0, 0] }),
    interactive: false,
    keyboard: false,
    pane: "labels",
  });
}

/**
 * @param {number[][]} lines
 * @param {L.PolylineOptions} options
 */
function strokes(lines, options) {
  return L.polyline(unpack(lines), { pane: "lines", interactive: false, smoothFactor: 1, ...options });
}
