import { link, make } from "../shared/dom.js";
import { calm } from "../shared/motion.js";
import { stemOf } from "./chart.js";
import { hashOf, scrollTo, showSchool, zoomPartnership } from "./travel.js";

/** @typedef {import("./chart.js").Chart} Chart */
/** @typedef {import("./chart.js").School} School */

/**
 * Give each row of a school with a pin a link to it.
 * @param {Chart} chart
 */
export function linkRows(chart) {
  for (const school of chart.data.schools) {
    for (const row of rowsOf(school)) row.append(make("td", { class: "screen to-map" }, [wayToPin(chart, school)]));
  }
  for (const head of document.querySelectorAll("#members thead tr")) {
    const words = make("span", { class: "hidden", text: "Map" });
    head.append(make("th", { class: "screen", scope: "col" }, [words]));
  }
  for (const cell of document.querySelectorAll("#members th[colspan]")) {
    if (cell instanceof HTMLTableCellElement) cell.colSpan += 1;
  }
}

/**
 * Have the buttons beside the table show a partnership's ground.
 * @param {Chart} chart
 */
export function useButtons(chart) {
  for (const button of document.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", () => {
      zoomPartnership(chart, Number(button.getAttribute("data-zoom")));
      scrollTo(chart.map, calm() ? "auto" : "smooth");
    });
  }
}

/**
 * Yield the rows of a school: one for each partnership that it is in.
 * @param {School} school
 * @returns {Generator<HTMLElement>}
 */
function* rowsOf(school) {
  const id = `row-${stemOf(school)}`;
  let row = document.getElementById(id);
  for (let n = 2; row; n++) {
    yield row;
    row = document.getElementById(`${id}-${n}`);
  }
}

/**
 * @param {Chart} chart
 * @param {School} school
 */
function wayToPin(chart, school) {
  /** @param {Event} event */
  function go(event) {
    event.preventDefault();
    scrollTo(chart.map);
    showSchool(chart, school, { stay: false });
  }
  const to = link(hashOf("school", school.urn), "Map", { on: { click: go } });
  to.append(make("span", { class: "hidden", text: `: ${school.name}` }));
  return to;
}
