import { make } from "../shared/dom.js";
import { placesOf } from "../shared/lines.js";
import { titleOf } from "../shared/words.js";
import { kinds } from "./kinds.js";
import { showPartnership } from "./travel.js";

/** @typedef {import("./chart.js").Chart} Chart */
/** @typedef {import("./chart.js").Partnership} Partnership */

/**
 * Draw the partnerships' areas.
 * @param {Chart} chart
 */
export function drawAreas(chart) {
  for (const partnership of chart.data.partnerships) {
    partnership.outline = outlineOf(chart, partnership);
    if (isShown(chart, partnership) && !partnership.outline.isEmpty()) chart.groups.areas.addLayer(partnership.outline);
  }
  chart.groups.areas.addTo(chart.map);
}

/**
 * Draw lines from the partnerships' centre schools to their other members.
 * @param {Chart} chart
 */
export function drawSpokes(chart) {
  const ownLines = kinds[chart.data.kind]?.lines;
  for (const partnership of chart.data.partnerships) {
    partnership.spokes = spokesOf(chart, partnership);
    if (isShown(chart, partnership) && !ownLines) chart.groups.spokes.addLayer(partnership.spokes);
  }
  chart.groups.spokes.addTo(chart.map);
}

/**
 * Return how areas are called: number and name of those that the map is about, the number of others.
 * @param {Chart} chart
 * @returns {import("../shared/names.js").TitleOf}
 */
export function titles(chart) {
  return (number) => {
    const partnership = chart.partnerships.get(number);
    if (!partnership || !isShown(chart, partnership)) return { texts: [], ink: "" };
    const texts = [...(partnership.strong ? [`${number} ${partnership.name}`] : []), String(number)];
    return { texts, ink: chart.data.palette[partnership.colour].line };
  };
}

/**
 * Return whether a partnership's area is seen before anything is chosen.
 * @param {Chart} chart
 * @param {Partnership} partnership
 */
function isShown({ data }, { ground, strong }) {
  return ground || (data.kind !== "overview" && strong);
}

/**
 * @param {Chart} chart
 * @param {Partnership} partnership
 * @returns {L.Polygon}
 */
function outlineOf(chart, partnership) {
  const { strong, number, colour } = partnership;
  const { fill, line } = chart.data.palette[colour];
  const outline = L.polygon(groundOf(chart, number), {
    pane: "areas",
    color: strong ? line : "#8d979c",
    weight: strong ? 1.6 : 0.8,
    fillColor: fill,
    fillOpacity: strong ? 0.3 : 0.05,
    smoothFactor: 0.5,
  });
  outline.bindTooltip(() => make("span", { text: titleOf(partnership) }), {
    className: "of-plan",
    sticky: true,
    direction: "top",
    offset: [0, -8],
  });
  outline.on("click", (event) => showPartnership(chart, partnership, event.latlng));
  return outline;
}

/**
 * Return the rings of an area, from the data or else from the page's drawing.
 * @param {Chart} chart
 * @param {number} number
 * @returns {L.LatLng[][]}
 */
function groundOf({ ground, drawing }, number) {
  if (!ground) return [];
  const path = ground.areas[number] ?? drawing?.querySelector(`[data-area="${number}"]`)?.getAttribute("d") ?? "";
  return placesOf(path, ground.grid);
}

/**
 * @param {Chart} chart
 * @param {Partnership} partnership
 * @returns {L.LayerGroup}
 */
function spokesOf(chart, partnership) {
  const spokes = L.layerGroup();
  const centre = chart.schools.get(partnership.centre);
  const color = chart.data.palette[partnership.colour].line;
  for (const { urn } of centre ? partnership.members : []) {
    const school = chart.schools.get(urn);
    if (!centre || !school || school === centre) continue;
    spokes.addLayer(
      L.polyline([centre.at, school.at], { pane: "spokes", interactive: false, color, weight: 1.6, opacity: 0.85 }),
    );
  }
  return spokes;
}
