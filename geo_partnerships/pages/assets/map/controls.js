import { homeButton, layerList, placeControl } from "../shared/controls.js";
import { home } from "./travel.js";

/** @typedef {import("./chart.js").Chart} Chart */

/**
 * Put the scale, the list of layers and the way back to the whole map onto it.
 * @param {Chart} chart
 * @param {import("../shared/ground.js").Choice[]} choices
 */
export function drawControls(chart, choices) {
  L.control.scale({ maxWidth: 120 }).addTo(chart.map);
  placeControl(chart.map, "topright", layerList(chart.map, choices));
  placeControl(
    chart.map,
    "topleft",
    homeButton(() => home(chart)),
  );
}
