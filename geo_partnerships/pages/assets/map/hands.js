/** @typedef {import("./chart.js").Chart} Chart */
/** @typedef {import("./chart.js").School} School */

/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * Have the page scroll under a wheel and one finger: Ctrl and wheel zoom, and the wheel alone once the map was clicked
 * until the pointer leaves it; two fingers move and zoom.
 * @param {L.Map} map
 */
export function useHands(map) {
  const box = map.getContainer();
  box.classList.add("shy");
  let taken = false;
  box.addEventListener("click", () => (taken = true));
  box.addEventListener("pointerleave", () => (taken = false));
  box.addEventListener("wheel", (event) => taken || event.ctrlKey || event.stopImmediatePropagation(), true);
  box.addEventListener("pointerdown", ({ pointerType }) => turn(map.dragging, pointerType !== "touch"), true);
}

/**
 * @param {L.Handler} handler
 * @param {boolean} on
 */
function turn(handler, on) {
  if (on) handler.enable();
  else handler.disable();
}

/**
 * Make the pins one stop for the Tab key: arrows lead from pin to pin.
 * @param {Chart} chart
 */
export function useArrowsOnPins(chart) {
  const box = chart.map.getContainer();
  box.addEventListener("focusin", ({ target }) => {
    if (target instanceof HTMLElement && target.classList.contains("pin")) stopAt(box, target);
  });
  box.addEventListener(
    "keydown",
    (event) => {
      const way = ARROWS[event.key];
      const from = chart.schools.get(document.activeElement?.getAttribute("data-urn") ?? "");
      if (!way || !from) return;
      event.preventDefault();
      event.stopPropagation();
      nextTo(chart, from, way)?.marker?.getElement()?.focus();
    },
    true,
  );
}

/**
 * Leave one pin that the Tab key stops at: the one given, or the one there was, or the first.
 * @param {HTMLElement} box
 * @param {Element} [wished]
 */
export function stopAt(box, wished) {
  const pins = [...box.querySelectorAll(".pin")];
  const stop = wished ?? pins.find((pin) => pin.getAttribute("data-stop") === "") ?? pins[0];
  for (const pin of pins) {
    pin.setAttribute("tabindex", pin === stop ? "0" : "-1");
    pin.toggleAttribute("data-stop", pin === stop);
  }
}

/**
 * Return the nearest school with a pin in a direction; what lies aside counts as farther.
 * @param {Chart} chart
 * @param {School} from
 * @param {[number, number]} way
 * @returns {School | undefined}
 */
export function nextTo({ map, data }, from, [across, down]) {
  const start = map.latLngToLayerPoint(from.shown);
  const found = data.schools
    .filter((school) => school !== from && school.marker && map.hasLayer(school.marker))
    .map((school) => {
      const { x, y } = map.latLngToLayerPoint(school.shown).subtract(start);
      const ahead = x * across + y * down;
      return { school, ahead, cost: ahead + 2 * Math.abs(x * down - y * across) };
    })
    .filter(({ ahead }) => ahead > 0);
  return found.sort((one, other) => one.cost - other.cost)[0]?.school;
}
