/* Has a drawing moved and enlarged where there is no live map. */
import { make } from "./shared/dom.js";

/** @typedef {{ x: number, y: number, width: number, height: number }} Sight what is seen, in the drawing's units */

const STEP = 1.5;
const MOST = 6;
const SHARE = 0.2; // of what is seen that an arrow key moves

/**
 * Return what is seen after a change, within the whole drawing.
 * @param {Sight} whole
 * @param {Sight} seen
 * @param {{ times?: number, across?: number, down?: number }} change enlarged so many times, moved by so many units
 * @returns {Sight}
 */
export function sightAfter(whole, seen, { times = 1, across = 0, down = 0 }) {
  const width = Math.min(whole.width, Math.max(whole.width / MOST, seen.width / times));
  const height = (width / whole.width) * whole.height;
  if (width === whole.width) return whole;
  const keep = (/** @type {number} */ value, /** @type {number} */ size, /** @type {number} */ own) =>
    Math.min(size - own, Math.max(0, value));
  return {
    x: keep(seen.x + (seen.width - width) / 2 + across, whole.width, width),
    y: keep(seen.y + (seen.height - height) / 2 + down, whole.height, height),
    width,
    height,
  };
}

/** @param {SVGSVGElement} svg */
function enliven(svg) {
  const { x, y, width, height } = svg.viewBox.baseVal;
  const whole = { x, y, width, height };
  let seen = whole;
  /** @param {{ times?: number, across?: number, down?: number }} change */
  function show(change) {
    seen = sightAfter(whole, seen, change);
    svg.setAttribute("viewBox", [seen.x, seen.y, seen.width, seen.height].join(" "));
    svg.classList.toggle("near", seen !== whole);
  }
  /** @type {[string, string, number][]} */
  const ways = [
    ["+", "Enlarge the map", STEP],
    ["−", "Make the map smaller", 1 / STEP],
    ["All", "Show the whole map", 0],
  ];
  const buttons = ways.map(([text, label, times]) =>
    make("button", { type: "button", text, "aria-label": label, on: { click: () => show({ times }) } }),
  );
  svg.after(make("div", { class: "drawing-buttons screen" }, buttons));
  svg.addEventListener("dblclick", () => show({ times: STEP }));
  svg.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      show({ times: event.deltaY < 0 ? STEP : 1 / STEP });
    },
    { passive: false },
  );
  follow(svg, (across, down) => {
    const unit = seen.width / svg.clientWidth;
    show({ across: -across * unit, down: -down * unit });
  });
  useArrows(svg, (across, down) => show({ across: across * seen.width * SHARE, down: down * seen.height * SHARE }));
}

/**
 * Tell how far a mouse drags.
 * @param {SVGSVGElement} svg
 * @param {(across: number, down: number) => void} moved
 */
function follow(svg, moved) {
  svg.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "mouse" || event.button) return;
    event.preventDefault();
    svg.setPointerCapture(event.pointerId);
    svg.onpointermove = ({ movementX, movementY }) => moved(movementX, movementY);
  });
  for (const end of /** @type {const} */ (["pointerup", "pointercancel"])) {
    svg.addEventListener(end, () => (svg.onpointermove = null));
  }
}

/**
 * Have the arrow keys move the drawing while a button beside it has the focus.
 * @param {SVGSVGElement} svg
 * @param {(across: number, down: number) => void} moved
 */
function useArrows(svg, moved) {
  /** @type {Record<string, [number, number]>} */
  const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  svg.parentElement?.addEventListener("keydown", (event) => {
    const way = ways[event.key];
    if (!way || !svg.classList.contains("near")) return;
    event.preventDefault();
    moved(...way);
  });
}

if (typeof document !== "undefined") document.querySelectorAll("svg").forEach((svg) => enliven(svg));
