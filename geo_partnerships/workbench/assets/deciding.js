import { byId, make } from "../../pages/assets/shared/dom.js";
import { Refusal, ask } from "./asking.js";
import { LeftAsItIs, failed } from "./failing.js";
import { answerOf, fieldById, fill, focusedKey, refocus, say } from "./page.js";
import { numbered, schoolOf, show, state } from "./store.js";

/**
 * What is decided, as the program takes it.
 * @typedef {{ action: string, school?: string, schools?: string[], to?: string, source?: string, value?: string,
 *   reason?: string, date?: string }} Decision
 */

/**
 * Return the name of whoever decides in this tab.
 * @returns {string}
 */
export function by() {
  return fieldById("by").value.trim();
}

/** Keep the name of whoever decides in this tab. */
export function useName() {
  fieldById("by").addEventListener("change", () => sign(by()));
  try {
    fieldById("by").value = sessionStorage.getItem("by") ?? "";
  } catch {
    // Private windows keep nothing.
  }
}

/**
 * Ask for what is kept under a name; whoever is the first to do so in a tab is asked for it.
 * @template {keyof import("./asking.js").Answers} Kind
 * @param {Kind} kind
 * @param {string} path
 * @param {object} row
 * @returns {Promise<import("./asking.js").Answers[Kind]>}
 */
export async function askAs(kind, path, row) {
  return ask(kind, path, { ...row, by: await named() });
}

/**
 * Return the name of whoever decides in this tab, who is asked for it where it is not known.
 * @returns {Promise<string>}
 */
export async function named() {
  if (!by()) await askName();
  return by();
}

/**
 * Take a decision and say so.
 * @param {Decision & { override?: boolean }} decision
 * @param {string} words
 * @returns {Promise<boolean>} whether it was taken
 */
export async function decide(decision, words) {
  try {
    show(await askAs("DeskState", "/api/decide", { ...decision, seen: state.desk.n }));
    say(words);
    return true;
  } catch (error) {
    if (error instanceof Refusal && error.status === 409 && error.why.breaks) {
      return override(decision, error.why.breaks, words);
    }
    failed(error);
    return false;
  }
}

/**
 * Move a school to another partnership.
 * @param {string} urn
 * @param {number} number
 * @returns {Promise<boolean>}
 */
export function moveTo(urn, number) {
  const words = `${schoolOf(urn).name} is now in partnership ${numbered(number)}.`;
  return decide({ action: "move", school: urn, to: String(number) }, words);
}

async function askName() {
  const from = focusedKey();
  fieldById("who-name").value = "";
  const answer = answerOf("who", () => fieldById("who-name").value.trim() || null);
  fieldById("who-name").focus();
  const name = await answer;
  if (name) sign(name);
  else say("Left as it is.");
  refocus(from);
  if (!name) throw new LeftAsItIs();
}

/** @param {string} name */
function sign(name) {
  fieldById("by").value = name;
  try {
    sessionStorage.setItem("by", name);
  } catch {
    // Private windows keep nothing.
  }
}

/**
 * Ask for the planner's word and a reason: a decision against a rule needs both.
 * @param {Decision} decision
 * @param {string[]} breaks
 * @param {string} words
 * @returns {Promise<boolean>}
 */
async function override(decision, breaks, words) {
  const from = focusedKey();
  fill(
    "#ask-breaks",
    breaks.map((text) => make("li", { text })),
  );
  fieldById("ask-reason").value = decision.reason ?? "";
  byId("ask-error").textContent = "";
  const answer = answerOf("ask", reasonGiven);
  fieldById("ask-reason").focus();
  const reason = await answer;
  if (reason === null) say("Left as it is.");
  const taken = reason !== null && (await decide({ ...decision, override: true, reason }, words));
  refocus(from);
  return taken;
}

/** @returns {string | null} */
function reasonGiven() {
  const reason = fieldById("ask-reason").value.trim();
  if (reason) return reason;
  byId("ask-error").textContent = "Give a reason.";
  fieldById("ask-reason").focus();
  return null;
}
