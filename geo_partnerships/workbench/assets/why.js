import { make } from "../../pages/assets/shared/dom.js";
import { ask } from "./asking.js";
import { failed } from "./failing.js";
import { fill } from "./page.js";
import { state } from "./store.js";

/** @typedef {import("./schema.js").AlternativeRow} AlternativeRow */

/** @type {{ urn: string, n: number, rows: AlternativeRow[] } | null} */
let answer = null;

/** Forget what was asked for another school. */
export function forgetWhy() {
  answer = null;
}

/**
 * Ask why a school is in a partnership.
 * @param {string} urn
 * @param {number} number
 */
export async function askWhy(urn, number) {
  try {
    const path = `/api/why?school=${encodeURIComponent(urn)}&partnership=${number}`;
    const rows = await ask("AlternativeRow[]", path);
    answer = { urn, n: state.desk.n, rows };
    if (urn === state.chosen) drawWhy(urn);
  } catch (error) {
    failed(error);
  }
}

/**
 * Draw what was asked for a school, as long as nothing was decided since.
 * @param {string} urn
 */
export function drawWhy(urn) {
  if (answer?.urn !== urn || answer.n !== state.desk.n) return;
  const none = make("p", { text: "There is no other partnership of this kind for it." });
  const head = make("p", {
    text:
      "Its cheapest alternatives, those that keep every rule first. Costs are with everything else as it is: with other " +
      "schools moved too they may be less.",
  });
  fill("#why", answer.rows.length ? [head, make("ol", {}, answer.rows.map(alternativeItem))] : [none]);
}

/** @param {AlternativeRow} row */
function alternativeItem(row) {
  const { text, broken } = alternativeWords(row);
  const head = `Partnership ${row.partnership}: ${row.name}, ${costWords(row.cost_m)}. `;
  const chain = row.exchange ? [make("span", { text: ` ${exchangeWords(row.exchange)}` })] : [];
  return make("li", {}, [head, make("span", { text, class: broken ? "broken" : null }), ...chain]);
}

/**
 * Return in words which school would have to come in return.
 * @param {import("./schema.js").ExchangeRow} exchange
 * @returns {string}
 */
export function exchangeWords({ name, cost_m: cost }) {
  return `With ${name} in return no rule forbids it: ${costWords(cost)}.`;
}

/**
 * @param {number} metres
 * @returns {string} with its sign
 */
export function costWords(metres) {
  return `${metres >= 0 ? "+" : "−"}${Math.abs(metres).toLocaleString("en-GB")} m`;
}

/**
 * Return whether an alternative is open to a school, in words.
 * @param {AlternativeRow} row
 * @returns {{ text: string, broken: boolean }}
 */
export function alternativeWords({ cost_m: cost, forbidden_by: rules }) {
  if (rules.length) return { text: `Would break: ${rules.join("; ")}.`, broken: true };
  return { text: `No rule forbids it${cost > 0 ? "; it is only dearer" : ""}.`, broken: false };
}
