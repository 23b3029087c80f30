/** @typedef {import("./chart.js").Chart} Chart */
/** @typedef {import("../shared/names.js").Box} Box */

const LEAST = 8;
const ROUND_A_PIN = 18; // pixels that a pin takes to each side
const TRIES = 4;
const SMALLER = 1; // zooms that one may go below the whole map
const BEYOND = 0.6; // of the map's ground that one may move beside it

/**
 * Show what a map is about, as soon as it has a size, and follow when its size changes.
 * @param {Chart} chart
 * @param {() => void} ready called once, when it is shown
 */
export function settle(chart, ready) {
  const { map } = chart;
  const box = map.getContainer();
  let settled = false;
  function look() {
    if (!box.clientWidth || !box.clientHeight) return;
    map.invalidateSize({ pan: false });
    if (settled) return;
    settled = true;
    fit(chart);
    limit(chart);
    ready();
  }
  new ResizeObserver(look).observe(box);
  look();
}

/**
 * Show all that a map is about, no pin of it under a control.
 * @param {Chart} chart
 * @param {boolean} [animate]
 */
export function fit(chart, animate = false) {
  const { map, data } = chart;
  const pads = { left: LEAST, top: LEAST, right: LEAST, bottom: LEAST };
  for (let turn = 0; turn < TRIES; turn++) {
    const [from, to] = [L.point(pads.left, pads.top), L.point(pads.right, pads.bottom)];
    const centreAndZoom = { paddingTopLeft: from, paddingBottomRight: to, animate };
    map.fitBounds(data.bounds, centreAndZoom);
    const box = coveringBox(chart);
    if (!box || animate) break;
    widen(pads, box, map.getSize());
  }
  chart.whole = map.getZoom();
}

/**
 * Keep the reader near what there is to see; a map in another page stays free.
 * @param {Chart} chart
 */
function limit({ map, data, whole, drawing }) {
  if (!drawing) return;
  map.setMinZoom(Math.max(0, whole - SMALLER));
  map.setMaxBounds(L.latLngBounds(data.bounds).pad(BEYOND));
}

/**
 * Return a control's box that covers a pin of what the map is about; null where none does.
 * @param {Chart} chart
 * @returns {Box | null}
 */
function coveringBox({ map, data, partnerships }) {
  const strong = data.schools.filter((school) => school.partnerships.some((n) => partnerships.get(n)?.strong));
  const points = strong.map((school) => map.latLngToContainerPoint(school.at));
  const frame = map.getContainer().getBoundingClientRect();
  const boxes = [...map.getContainer().querySelectorAll(".leaflet-control")].map((control) => {
    const { left, top, right, bottom } = control.getBoundingClientRect();
    return { left: left - frame.left, top: top - frame.top, right: right - frame.left, bottom: bottom - frame.top };
  });
  const covers = (/** @type {Box} */ box) =>
    points.some(
      ({ x, y }) =>
        x > box.left - ROUND_A_PIN &&
        x < box.right + ROUND_A_PIN &&
        y > box.top - ROUND_A_PIN &&
        y < box.bottom + ROUND_A_PIN,
    );
  return boxes.find(covers) ?? null;
}

/**
 * Leave a box's side of the map free, or its top or bottom, whichever takes less.
 * @param {{ left: number, top: number, right: number, bottom: number }} pads
 * @param {Box} box
 * @param {L.Point} size
 */
function widen(pads, box, size) {
  const leftward = box.left + box.right < size.x;
  const upward = box.top + box.bottom < size.y;
  const [across, down] = [leftward ? box.right : size.x - box.left, upward ? box.bottom : size.y - box.top];
  const room = pads;
  if (across / size.x <= down / size.y) room[leftward ? "left" : "right"] = across + ROUND_A_PIN;
  else room[upward ? "top" : "bottom"] = down + ROUND_A_PIN;
}
