import { make } from "../shared/dom.js";
import { toggle } from "./emphasis.js";
import { home } from "./travel.js";

/** @typedef {import("./chart.js").Chart} Chart */
/** @typedef {import("../shared/ground.js").Choice} Choice */

const ROOM_FOR_LIST = 1000;

/**
 * Put the scale, the list of layers and the way back to the whole map onto it.
 * @param {Chart} chart
 * @param {Choice[]} choices
 */
export function drawControls(chart, choices) {
  L.control.scale({ maxWidth: 120 }).addTo(chart.map);
  place(chart.map, "topright", layerList(chart.map, choices));
  place(chart.map, "topleft", homeButton(chart));
}

/**
 * @param {L.Map} map
 * @param {L.ControlPosition} position
 * @param {HTMLElement} box
 */
function place(map, position, box) {
  const control = new L.Control({ position });
  control.onAdd = () => box;
  L.DomEvent.disableClickPropagation(box);
  control.addTo(map);
}

/**
 * @param {L.Map} map
 * @param {Choice[]} choices
 */
function layerList(map, choices) {
  const list = make(
    "div",
    { class: "layers-list" },
    choices.map((choice) => layerRow(map, choice)),
  );
  const open = map.getContainer().clientWidth > ROOM_FOR_LIST;
  const box = make("details", { class: "layers", open }, [make("summary", { text: "Layers" }), list]);
  L.DomEvent.disableScrollPropagation(box);
  return box;
}

/**
 * @param {L.Map} map
 * @param {Choice} choice
 */
function layerRow(map, { name, swatch, layers, after }) {
  const tick = make("input", { type: "checkbox", checked: true });
  tick.addEventListener("change", () => {
    toggle(map, layers, tick.checked);
    after?.();
  });
  return make("label", { class: "layers-row" }, [
    tick,
    make("span", { class: `swatch ${swatch}` }),
    make("span", { text: name }),
  ]);
}

/** @param {Chart} chart */
function homeButton(chart) {
  return make("div", { class: "leaflet-bar" }, [
    make("button", {
      type: "button",
      class: "home",
      text: "All",
      "aria-label": "Show the whole map",
      on: { click: () => home(chart) },
    }),
  ]);
}
