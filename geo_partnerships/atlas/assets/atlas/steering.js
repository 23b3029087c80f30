import { byId } from "../../../pages/assets/shared/dom.js";

/** @typedef {import("./map.js").AtlasMap} AtlasMap */
/** @typedef {[number, number]} Spot */

const CLICK = 5; // pixels that a finger may move on a click
const STEP = 60;
const MOST_WHEEL = 60;

/**
 * Have a mouse or fingers move and zoom the map, and a click tell of a school.
 * @param {AtlasMap} map
 */
export function usePointer(map) {
  const { canvas, view } = map;
  /** @param {MouseEvent} event */
  const spot = (event) => {
    const box = canvas.getBoundingClientRect();
    return /** @type {Spot} */ ([event.clientX - box.left, event.clientY - box.top]);
  };
  useFingers(map, spot);
  canvas.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      view.zoom(Math.exp(Math.max(-MOST_WHEEL, Math.min(MOST_WHEEL, event.deltaY)) * 0.004), ...spot(event));
      map.draw();
    },
    { passive: false },
  );
  canvas.addEventListener("dblclick", (event) => {
    view.zoom(0.4, ...spot(event));
    map.draw();
  });
}

/**
 * @param {AtlasMap} map
 * @param {(event: MouseEvent) => Spot} spot
 */
function useFingers(map, spot) {
  const { canvas } = map;
  /** @type {Map<number, Spot>} */
  const fingers = new Map();
  let moved = 0;
  let apart = 0;
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, spot(event));
    moved = 0;
    apart = 0;
  });
  canvas.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const now = spot(event);
    fingers.set(event.pointerId, now);
    if (fingers.size === 2) {
      apart = pinched(map, [...fingers.values()], apart);
      moved = Infinity;
      map.draw();
      return;
    }
    moved += Math.abs(now[0] - before[0]) + Math.abs(now[1] - before[1]);
    map.view.shift(before[0] - now[0], before[1] - now[1]);
    map.draw();
  });
  canvas.addEventListener("pointerup", (event) => {
    if (fingers.delete(event.pointerId) && moved < CLICK) map.tellAt(...spot(event));
  });
  canvas.addEventListener("pointercancel", (event) => fingers.delete(event.pointerId));
}

/**
 * Zoom as two fingers part.
 * @param {AtlasMap} map
 * @param {Spot[]} fingers
 * @param {number} before how far they were apart; 0 when they begin
 * @returns {number} how far they are apart
 */
function pinched({ view }, [one, other], before) {
  const apart = Math.hypot(one[0] - other[0], one[1] - other[1]);
  if (before) view.zoom(before / Math.max(apart, 1), (one[0] + other[0]) / 2, (one[1] + other[1]) / 2);
  return apart;
}

/**
 * Have the keys do the same.
 * @param {AtlasMap} map
 */
export function useKeyboard(map) {
  const { canvas, view } = map;
  /** @type {Record<string, () => void>} */
  const acts = {
    ArrowLeft: () => view.shift(-STEP, 0),
    ArrowRight: () => view.shift(STEP, 0),
    ArrowUp: () => view.shift(0, -STEP),
    ArrowDown: () => view.shift(0, STEP),
    "+": () => view.zoom(0.7),
    "=": () => view.zoom(0.7),
    "-": () => view.zoom(1 / 0.7),
    0: () => view.whole(),
    Enter: () => map.tellAt(view.wide / 2, view.high / 2),
    Escape: () => map.tell(-1),
  };
  canvas.addEventListener("keydown", (event) => {
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
    map.draw();
  });
}

/**
 * Have the buttons beside the map do the same.
 * @param {AtlasMap} map
 */
export function useButtons(map) {
  const { view } = map;
  /** @type {Record<string, () => void>} */
  const acts = { nearer: () => view.zoom(0.6), farther: () => view.zoom(1 / 0.6), whole: () => view.whole() };
  for (const [id, act] of Object.entries(acts)) {
    byId(id).addEventListener("click", () => {
      act();
      map.draw();
    });
  }
}
