/** @typedef {import("./schools.js").Schools} Schools */
/** @typedef {import("./view.js").AtlasView} AtlasView */
/**
 * A sheet to draw on and what is drawn.
 * @typedef {{ pen: CanvasRenderingContext2D, view: AtlasView, schools: Schools, fills: string[] }} Sheet
 */

const NEAR = 60; // metres of a pixel from which schools are round, with lines and numbers
/** @type {[number, number][]} */
const DOTS = [
  [400, 1.6],
  [150, 2.2],
  [NEAR, 3],
  [25, 4.5],
  [10, 6.5],
  [0, 9],
];
const TURN = 2 * Math.PI;
const LETTER = 3.6; // half the width of one, in pixels
const LINE = 15;

/**
 * Draw schools as dots, with lines to the centre schools and numbers once they are near.
 * @param {Sheet} sheet
 * @param {number[]} found those in sight, of one colour together
 * @param {number} chosen -1 for none
 */
export function drawSchools(sheet, found, chosen) {
  const { pen, view } = sheet;
  const size = dotSize(view.scale);
  pen.clearRect(0, 0, view.wide, view.high);
  if (view.scale < NEAR) drawLines(sheet, found);
  drawDots(sheet, found, size);
  drawLabels(sheet);
  if (chosen >= 0) drawRing(sheet, chosen, size / 2 + 4);
}

/**
 * Return how wide a dot is, in pixels.
 * @param {number} scale metres of a pixel
 * @returns {number}
 */
export function dotSize(scale) {
  return (DOTS.find(([above]) => scale > above) ?? DOTS[DOTS.length - 1])[1];
}

/**
 * @param {Sheet} sheet
 * @param {number[]} found
 */
function drawLines({ pen, view, schools }, found) {
  const { east, north, placed, partnership, partnerships } = schools;
  pen.lineWidth = 1;
  pen.strokeStyle = "rgba(28,39,44,.45)";
  pen.beginPath();
  for (const i of found) {
    const centre = partnerships[partnership[i]]?.centre ?? i;
    if (centre === i || !placed[centre]) continue;
    pen.moveTo(...view.pixel(east[i], north[i]));
    pen.lineTo(...view.pixel(east[centre], north[centre]));
  }
  pen.stroke();
}

/**
 * @param {Sheet} sheet
 * @param {number[]} found
 * @param {number} size
 */
function drawDots({ pen, view, schools, fills }, found, size) {
  const { east, north, colour } = schools;
  const round = view.scale < NEAR;
  let tint = -1;
  for (const i of found) {
    if (colour[i] !== tint) {
      if (tint >= 0) pen.fill();
      tint = colour[i];
      pen.fillStyle = fills[tint];
      pen.beginPath();
    }
    const [x, y] = view.pixel(east[i], north[i]);
    if (round) {
      pen.moveTo(x + size / 2, y);
      pen.arc(x, y, size / 2, 0, TURN);
    } else pen.rect(x - size / 2, y - size / 2, size, size);
  }
  if (tint >= 0) pen.fill();
}

/**
 * @param {Sheet} sheet
 * @param {number} school
 * @param {number} radius
 */
function drawRing({ pen, view, schools }, school, radius) {
  const [x, y] = view.pixel(schools.east[school], schools.north[school]);
  pen.strokeStyle = "#111";
  pen.lineWidth = 2.5;
  pen.beginPath();
  pen.arc(x, y, radius, 0, TURN);
  pen.stroke();
}

/** @param {Sheet} sheet */
function drawLabels({ pen, view, schools }) {
  const near = view.scale < NEAR;
  const put = labeller(pen, view);
  pen.font = `${near ? 700 : 600} 12px system-ui, sans-serif`;
  if (near) {
    const { east, north, placed } = schools;
    for (const { number, centre } of schools.partnerships) {
      if (!placed[centre]) continue;
      const [x, y] = view.pixel(east[centre], north[centre]);
      put(String(number), x, y - 12);
    }
    return;
  }
  for (const { name, middle } of [...schools.authorities].sort((a, b) => b.schools - a.schools)) {
    if (middle) put(name, ...view.pixel(middle.x, middle.y));
  }
}

/**
 * Return how a text is put on the map, unless another is in its way.
 * @param {CanvasRenderingContext2D} pen
 * @param {AtlasView} view
 */
function labeller(pen, view) {
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.lineWidth = 3;
  pen.strokeStyle = "rgba(255,255,255,.9)";
  pen.fillStyle = "#111";
  /** @type {[number, number, number][]} */
  const boxes = [];
  return (/** @type {string} */ text, /** @type {number} */ x, /** @type {number} */ y) => {
    const half = text.length * LETTER + 4;
    if (x < -half || y < -10 || x > view.wide + half || y > view.high + 10) return;
    if (boxes.some(([bx, by, other]) => Math.abs(bx - x) < other + half && Math.abs(by - y) < LINE)) return;
    boxes.push([x, y, half]);
    pen.strokeText(text, x, y);
    pen.fillText(text, x, y);
  };
}
