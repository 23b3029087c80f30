import { make } from "./dom.js";

/** @typedef {import("./ground.js").Choice} Choice */

const ROOM_FOR_LIST = 1000;

/**
 * Put a box onto a map that is no part of the ground.
 * @param {L.Map} map
 * @param {L.ControlPosition} position
 * @param {HTMLElement} box
 */
export function placeControl(map, position, box) {
  const control = new L.Control({ position });
  control.onAdd = () => box;
  L.DomEvent.disableClickPropagation(box);
  control.addTo(map);
}

/**
 * Return the list of what can be hidden on a map, which is its key too.
 * @param {L.Map} map
 * @param {Choice[]} choices
 * @returns {HTMLElement}
 */
export function layerList(map, choices) {
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

/**
 * Return the button that shows the whole map.
 * @param {() => void} home
 * @returns {HTMLElement}
 */
export function homeButton(home) {
  return make("div", { class: "leaflet-bar" }, [
    make("button", {
      type: "button",
      class: "home",
      text: "All",
      "aria-label": "Show the whole map",
      on: { click: home },
    }),
  ]);
}

/**
 * Show layers of a map, or take them away.
 * @param {L.Map} map
 * @param {L.Layer[]} layers
 * @param {boolean} shown
 */
export function toggle(map, layers, shown) {
  for (const layer of layers) {
    if (shown) layer.addTo(map);
    else layer.remove();
  }
}
