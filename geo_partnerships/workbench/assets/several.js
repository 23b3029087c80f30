import { byId } from "../../pages/assets/shared/dom.js";
import { choiceOfPartnership } from "./controls.js";
import { decide } from "./deciding.js";
import { fieldById, say, when } from "./page.js";
import { drawChosen, numbered, schoolOf, several, state } from "./store.js";

/** Schools that are chosen together, with the mouse like a brush or one by one, and what is decided of all of them. */

/**
 * Choose a school with the others, or no more.
 * @param {string} urn
 */
export function toggleSchool(urn) {
  if (!several.urns.delete(urn)) several.urns.add(urn);
  drawChosen();
  say(`${schoolOf(urn).name} is ${several.urns.has(urn) ? "chosen" : "not chosen any more"}: ${countWords()}.`);
}

/**
 * Choose a school with the others.
 * @param {string} urn
 */
export function paintSchool(urn) {
  if (several.urns.has(urn)) return;
  several.urns.add(urn);
  drawChosen();
}

/** Draw how many are chosen, and what can be decided of them. */
export function drawSeveral() {
  const { urns } = several;
  for (const urn of urns) if (!state.desk.schoolOf.has(urn)) urns.delete(urn);
  byId("several-mode").setAttribute("aria-pressed", String(several.on));
  byId("several").hidden = !several.on;
  byId("several-words").textContent = countWords();
  const before = fieldById("several-to").value;
  byId("several-to").replaceChildren(...choiceOfPartnership("several-to", state.desk.partnerships).children);
  if (before) fieldById("several-to").value = before;
  for (const id of ["several-move", "several-split", "several-none"]) fieldById(id).disabled = !urns.size;
  fieldById("several-swap").disabled = urns.size !== 2;
}

/** Have the buttons work. */
export function useSeveral() {
  when("several-mode", "click", () => {
    several.on = !several.on;
    if (!several.on) several.urns.clear();
    drawChosen();
    say(several.on ? "Press schools on the map or in the lists, or draw over them." : "One school at a time.");
  });
  when("several-move", "click", () => {
    const to = fieldById("several-to").value;
    decideOfAll({ action: "move", to }, `Moved ${countWords()} to partnership ${numbered(Number(to))}.`);
  });
  when("several-swap", "click", () => decideOfAll({ action: "swap" }, `Swapped ${namesOf()}.`));
  when("several-split", "click", split);
  when("several-none", "click", () => {
    several.urns.clear();
    drawChosen();
    say("No school is chosen.");
  });
}

function split() {
  const homes = new Set([...several.urns].flatMap((urn) => schoolOf(urn).numbers));
  if (homes.size !== 1) return say("Choose schools of one partnership to make them one of their own.", true);
  const [source] = homes;
  decideOfAll({ action: "split", source: String(source) }, `${namesOf()}: a partnership of their own.`);
}

/**
 * @param {import("./deciding.js").Decision} decision
 * @param {string} words
 */
async function decideOfAll(decision, words) {
  if (!(await decide({ ...decision, schools: [...several.urns] }, words))) return;
  several.urns.clear();
  drawChosen();
}

function countWords() {
  const { size } = several.urns;
  return `${size} ${size === 1 ? "school" : "schools"} chosen`;
}

function namesOf() {
  return [...several.urns].map((urn) => schoolOf(urn).name).join(" and ");
}
