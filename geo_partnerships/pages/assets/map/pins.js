import { classesOf, make } from "../shared/dom.js";
import { tint } from "./chart.js";
import { kinds } from "./kinds.js";
import { membership } from "./membership.js";
import { showSchool } from "./travel.js";

/** @typedef {import("./chart.js").Chart} Chart */
/** @typedef {import("./chart.js").School} School */

/**
 * How a pin looks, and what it says to those who do not see it.
 * @typedef {Object} Look
 * @property {string} text
 * @property {string} classes
 * @property {string} fill
 * @property {string} ink
 * @property {string} border empty where it has none of its own
 * @property {[number, number]} size in pixels
 * @property {number} above where pins lie on one another
 * @property {string} words
 * @property {HTMLElement[] | null} inside what stands in it in place of the text
 */

const PIN = 26;
const WIDE = 36;
const SMALL = 20;

/**
 * Return how a school's pin looks.
 * @param {Pick<Chart, "data" | "partnerships">} chart
 * @param {import("../schema.js").MapSchool} school
 * @returns {Look}
 */
export function lookOf(chart, school) {
  const { data, partnerships } = chart;
  const now = nowOf(chart, school);
  const own = kinds[data.kind];
  if (own) return own.look(chart, school, now);
  const { faint, centre, fill, ink } = now;
  const numbers = school.partnerships;
  const slight = faint || !numbers.length;
  return {
    text: data.labels[school.urn] ?? (numbers.join(",") || "–"),
    classes: classesOf({
      dot: true,
      centre,
      leader: school.designations.length > 0,
      faint,
      none: !numbers.length,
      marked: data.marked.includes(school.urn),
    }),
    fill,
    ink,
    border: partnerships.has(numbers[1]) ? tint(chart, numbers[1]).line : "",
    size: slight ? [SMALL, SMALL] : [numbers.length > 1 ? WIDE : PIN, PIN],
    above: aboveOf(slight, centre),
    words: `${school.name}, ${membership(numbers, centre)}`,
    inside: null,
  };
}

/**
 * Return how a school stands in the plan.
 * @param {Pick<Chart, "data" | "partnerships">} chart
 * @param {import("../schema.js").MapSchool} school
 * @returns {import("./kinds.js").Now}
 */
function nowOf(chart, { urn, partnerships: numbers }) {
  const { data, partnerships } = chart;
  const strong = numbers.filter((number) => partnerships.get(number)?.strong);
  const number = strong[0] ?? numbers[0];
  const faint = data.kind !== "overview" && !strong.length;
  const centre = !faint && partnerships.get(number)?.centre === urn;
  const { fill, ink } = faint ? data.none : tint(chart, number);
  return { number, faint, centre, fill, ink };
}

/**
 * @param {boolean} slight
 * @param {boolean} centre
 * @returns {number}
 */
function aboveOf(slight, centre) {
  if (slight) return -500;
  return centre ? 300 : 0;
}

/**
 * Return a school's pin, which opens its card.
 * @param {Chart} chart
 * @param {School} school
 * @returns {L.Marker}
 */
export function pinFor(chart, school) {
  const look = lookOf(chart, school);
  const [width, height] = look.size;
  const html = make("span", { class: look.classes, text: look.text }, look.inside ?? []);
  Object.assign(html.style, { background: look.fill, color: look.ink });
  if (look.border) html.style.borderColor = look.border;
  const marker = L.marker(school.at, {
    riseOnHover: true,
    zIndexOffset: look.above,
    icon: L.divIcon({ className: "pin", html, iconSize: look.size, iconAnchor: [width / 2, height / 2] }),
  });
  marker.on("add", () => {
    marker.getElement()?.setAttribute("aria-label", look.words);
    marker.getElement()?.setAttribute("data-urn", school.urn);
  });
  tell(marker, chart.tips, school);
  marker.on("click", () => showSchool(chart, school, { stay: true }));
  marker.on("keypress", ({ originalEvent }) => {
    if (originalEvent.key === "Enter") showSchool(chart, school, { stay: true });
  });
  return marker;
}

/**
 * Have a pin say what it is when it is pointed at.
 * @param {L.Marker} marker
 * @param {import("./chart.js").Tips} tips
 * @param {School} school
 */
function tell(marker, tips, { urn, name }) {
  const lines = tips === true ? [name] : (tips && tips[urn]) || [];
  if (!lines.length) return;
  const rows = () => lines.map((text) => make("span", { class: "tip-line", text }));
  marker.bindTooltip(() => make("span", {}, rows()), { className: "of-plan", direction: "top", offset: [0, -12] });
}

/**
 * Fill the group of dots that stand for schools from afar.
 * @param {Chart} chart
 */
export function drawDots(chart) {
  const renderer = L.canvas({ padding: 0.3 });
  for (const school of chart.data.schools) {
    const dot = L.circleMarker(school.at, {
      renderer,
      radius: 4,
      color: "#ffffff",
      weight: 1,
      fillOpacity: 1,
      fillColor: tint(chart, school.partnerships[0]).fill,
    });
    chart.groups.dots.addLayer(dot.on("click", () => showSchool(chart, school, { stay: true })));
  }
}
