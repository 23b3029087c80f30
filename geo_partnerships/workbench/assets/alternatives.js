import { byId, make } from "../../pages/assets/shared/dom.js";
import { ask } from "./asking.js";
import { button } from "./controls.js";
import { askAs } from "./deciding.js";
import { failed } from "./failing.js";
import { started } from "./job.js";
import { fill, say } from "./page.js";
import { show, state } from "./store.js";

/** @typedef {import("./schema.js").ChoiceRow} ChoiceRow */

const SAME = "same";
let charts = 0;

/** Have alternatives planned. */
export async function workOut() {
  started(await askAs("Started", "/api/alternatives", {}));
}

/** Draw the alternatives beside the plan that is on the desk now, and go to them. */
export async function showAlternatives() {
  await drawAlternatives(true);
  byId("h-alternatives").focus();
  say("The alternatives are worked out.");
}

/**
 * Draw the alternatives anew where something was decided: the differences are those to the plan on the desk now.
 * @param {boolean} fresh
 */
export async function drawAlternatives(fresh) {
  if (!fresh) return;
  try {
    const found = await ask("ChoicesState", "/api/alternatives");
    byId("alternatives").hidden = !found;
    if (!found) return;
    const { head, desk, rows, stale, firm, wavering } = found;
    drawChart();
    byId("alternatives-firm").textContent = firm;
    byId("alternatives-wavering").hidden = wavering.length === 0;
    fill("#alternatives-wavering tbody", wavering.map(waveringLine));
    byId("alternatives-words").textContent = stale
      ? "Something was decided since: look at them still, and work them out again to open one."
      : "Each is a plan that can be opened on the desk; in brackets what differs from the plan on the desk now.";
    const columns = ["Plan", ...head, "Schools elsewhere", "Proven best", "On the desk"];
    fill("#alternatives-table thead", [
      make(
        "tr",
        {},
        columns.map((text) => make("th", { scope: "col", text })),
      ),
    ]);
    fill("#alternatives-table tbody", [deskRow(desk), ...rows.map((row) => choiceLine(row, stale))]);
  } catch (error) {
    failed(error);
  }
}

/** Show the chart of those that were worked out last: the address changes, so that an earlier one is not shown. */
function drawChart() {
  const chart = /** @type {HTMLImageElement} */ (byId("alternatives-chart"));
  charts += 1;
  chart.src = `/api/alternatives.svg?${charts}`;
}

/** @param {import("./schema.js").Wavering} row */
function waveringLine({ school, partnership, kept }) {
  const texts = [String(partnership), kept];
  return make("tr", {}, [make("th", { scope: "row", text: school }), ...texts.map((text) => make("td", { text }))]);
}

/** @param {string[]} figures */
function deskRow(figures) {
  const cells = [...figures, "–", "–", ""].map((text) => make("td", { text }));
  return make("tr", { class: "differs" }, [make("th", { scope: "row", text: "The plan on the desk" }), ...cells]);
}

/**
 * @param {ChoiceRow} row
 * @param {boolean} stale
 */
function choiceLine({ key, name, proven, figures, moved }, stale) {
  const texts = [...figures.map(weighedWords), String(moved), proven ? "yes" : "no"];
  const open = button(`open-${key}`, "Open", () => openOne(key, name));
  open.setAttribute("aria-label", `Open ${name}`);
  open.disabled = stale;
  return make("tr", {}, [
    make("th", { scope: "row", text: name }),
    ...texts.map((text) => make("td", { text })),
    make("td", {}, [open]),
  ]);
}

/**
 * Return a figure and its difference in words.
 * @param {{ value: string, change: string }} figure
 * @returns {string}
 */
export function weighedWords({ value, change }) {
  return change === SAME ? value : `${value} (${change})`;
}

/**
 * @param {string} key
 * @param {string} name
 */
async function openOne(key, name) {
  try {
    show(await askAs("DeskState", "/api/open", { to: key, seen: state.desk.n }));
    say(`On the desk is now: ${name}. ${state.desk.changes.words}`);
  } catch (error) {
    failed(error);
  }
}
