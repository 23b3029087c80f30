import { byId, make } from "../../pages/assets/shared/dom.js";
import { ask } from "./asking.js";
import { askAs } from "./deciding.js";
import { started } from "./job.js";
import { namesMeant } from "./naming.js";
import { answerOf, fieldById, fill, say } from "./page.js";
import { tableRow } from "./showing.js";
import { show, state } from "./store.js";

/** @typedef {import("./schema.js").Counted} Counted */
/** @typedef {import("./schema.js").Noticed} Noticed */
/** @typedef {import("./schema.js").Proposed} Proposed */

const TAKE = "take";
const NAMES = "names";

/** Send the file that was picked, to be read. */
export async function upload() {
  const file = fieldById("file").files?.[0];
  const ending = file && /\.[a-z]+$/.exec(file.name.toLowerCase());
  if (!file || !ending) return say("Choose a file first.", true);
  const path = `/api/upload/${fieldById("part").value}?ending=${encodeURIComponent(ending[0])}`;
  started(await ask("Started", path, file));
}

/** Have the data read as they now lie on the disk. */
export async function lookAtDisk() {
  started(await ask("Started", "/api/refresh", {}));
}

/**
 * Show what was read, and ask whether it shall be taken.
 * @returns {Promise<void>}
 */
export async function propose() {
  const found = await ask("Proposed", "/api/proposed");
  if (!found) return say("There is nothing to look at.", true);
  fill("#noticed", found.refused ? noticedParts(found) : []);
  if (found.refused && !found.names.length) {
    byId("noticed").focus();
    return say("The file cannot be used; nothing was changed.", true);
  }
  const answer = found.refused ? NAMES : await wanted(found);
  if (answer === TAKE) return take(found.name);
  if (answer !== NAMES) return leave();
  const said = await namesMeant(found.names, found.names_in_all);
  if (said) return started(await ask("Started", "/api/names", { name: found.name, said }));
  return found.refused ? leave() : propose();
}

/**
 * Show before and after, and wait for the answer.
 * @param {Proposed} found
 * @returns {Promise<string | null>} whether they are taken, or the names in them looked at first
 */
async function wanted(found) {
  fill("#take-rows tbody", found.rows.map(countedRow));
  const lists = found.lists.flatMap(({ words, names }) =>
    listed(
      words,
      names.map((text) => make("li", { text })),
    ),
  );
  fill("#take-lists", [...lists, ...noticedParts(found)]);
  byId("take-names").hidden = !found.names.length;
  byId("take-names").textContent = `Say what ${found.names_in_all} names mean`;
  const answer = answerOf("take", (by) => (by === byId("take-names") ? NAMES : TAKE));
  byId("take-no").focus();
  say("The data were read and wait for your answer.");
  return answer;
}

/** @param {string} name of the data */
async function take(name) {
  show(await askAs("DeskState", "/api/take", { seen: state.desk.n, name }));
  fieldById("file").value = "";
  say("Taken. The next run reads it.");
}

async function leave() {
  await ask("Nothing", "/api/leave", {});
  say("Left as it is; nothing was changed.");
}

/** @param {Counted} row */
function countedRow({ label, before, after }) {
  const row = tableRow(label, [thousands(before), thousands(after), changeWords(before, after)]);
  row.classList.toggle("differs", before !== after);
  return row;
}

/**
 * Return how a count changes, in words.
 * @param {number} before
 * @param {number} after
 * @returns {string}
 */
export function changeWords(before, after) {
  if (before === after) return "same";
  return `${after > before ? "+" : "−"}${thousands(Math.abs(after - before))}`;
}

/** @param {number} count */
function thousands(count) {
  return count.toLocaleString("en-GB");
}

/**
 * Return what was noticed in a file.
 * @param {{ noticed: Noticed[], noticed_in_all: number }} found
 * @returns {Node[]}
 */
export function noticedParts({ noticed, noticed_in_all: all }) {
  const items = noticed.map((row) =>
    make("li", { class: row.severity === "error" ? "broken" : null, text: wordsOf(row) }),
  );
  const more = all > noticed.length ? [make("p", { text: `… and ${all - noticed.length} more.` })] : [];
  return items.length ? [...listed("What was noticed", items), ...more] : [];
}

/**
 * Return a list under how many it has of what.
 * @param {string} words
 * @param {HTMLElement[]} items
 * @returns {Node[]}
 */
export function listed(words, items) {
  return [make("h3", { text: `${words} (${items.length})` }), make("ul", {}, items)];
}

/**
 * Return one thing that was noticed, in words.
 * @param {Noticed} row
 * @returns {string}
 */
export function wordsOf({ severity, row, field, message, fix }) {
  const where = [row === null ? "" : `row ${row}`, field].filter(Boolean);
  return `${[severity, ...where].join(", ")}: ${message} ${fix}`;
}
