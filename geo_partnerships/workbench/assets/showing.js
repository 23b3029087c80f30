import { byId, make } from "../../pages/assets/shared/dom.js";
import { dotted } from "../../pages/assets/shared/words.js";
import { fieldById, fill } from "./page.js";
import { schoolOf, state } from "./store.js";

/** @typedef {import("./schema.js").Check} Check */
/** @typedef {import("./schema.js").Reply} Reply */

/** Draw the title, what can be taken back, and whether the plan knows of all decisions. */
export function drawHead() {
  const { desk } = state;
  byId("title").textContent = desk.title;
  document.title = `${desk.title} – workbench`;
  byId("kind").textContent = desk.status === "draft" ? "Draft" : "Agreed";
  byId("illustrative").hidden = !desk.illustrative;
  drawStep("undo", "Undo", desk.undo);
  drawStep("redo", "Redo", desk.redo);
  byId("stale").hidden = desk.rules_kept;
  drawChanged();
  byId("published").textContent = desk.published ? `Published in ${desk.published}` : "";
}

/** Draw what changed on the disk; words that stay are not said again to who listens to the page. */
export function drawChanged() {
  const { changed_files: changed } = state.desk;
  const words = changedWords(changed);
  byId("changed").hidden = !words;
  byId("look").hidden = !changed.data.length;
  if (byId("changed-words").textContent !== words) byId("changed-words").textContent = words;
}

/**
 * Return in words what changed on the disk.
 * @param {import("./schema.js").ChangedFiles} changed
 * @returns {string} empty where nothing did
 */
export function changedWords({ data, scenario }) {
  const found = [...data, scenario].filter(Boolean).join("; ");
  return found && `On the disk since the plan was made: ${found}. The desk works on the data that it took.`;
}

/**
 * @param {string} id
 * @param {string} word
 * @param {string} decision
 */
function drawStep(id, word, decision) {
  const button = fieldById(id);
  button.disabled = !decision;
  button.setAttribute("aria-label", decision ? `${word}: ${decision}` : `${word} (nothing)`);
  button.title = decision;
}

/** Draw the figures and the rules, those broken first. */
export function drawFigures() {
  const { figures, proof, checks } = state.desk;
  fill(
    "#figures tbody",
    figures.map(({ label, now, change, start, draft }) => tableRow(label, [now, change, start, draft])),
  );
  byId("proof").textContent = proof;
  const broken = checks.filter((check) => verdict(check) === "Broken");
  fill("#checks", [...broken, ...checks.filter((check) => !broken.includes(check))].map(checkItem));
}

/**
 * Return a row of a table: its head, then its cells.
 * @param {string} head
 * @param {string[]} cells
 * @returns {HTMLTableRowElement}
 */
export function tableRow(head, cells) {
  return make("tr", {}, [make("th", { scope: "row", text: head }), ...cells.map((text) => make("td", { text }))]);
}

/**
 * Return in a word how a rule stands.
 * @param {Check} check
 * @returns {string}
 */
export function verdict({ holds, binding }) {
  if (holds) return "Kept";
  return binding ? "Broken" : "Note";
}

/** @param {Check} check */
function checkItem(check) {
  const word = verdict(check);
  const head = make("strong", { text: word });
  return make("li", { class: word === "Broken" ? "broken" : null }, [head, ` ${check.name}: ${check.message}`]);
}

/** Draw the log of decisions and what was noticed. */
export function drawLog() {
  const { decisions, findings } = state.desk;
  fill(
    "#decisions tbody",
    decisions.map(({ n, when, by, words, reason, breaks }) => {
      const why = [reason, breaks.length ? `Breaks ${breaks.join("; ")}` : ""].filter(Boolean).join(" — ");
      const cells = [n, when.replace("T", " ").slice(0, 16), by, words, why];
      return make(
        "tr",
        {},
        cells.map((text) => make("td", { text })),
      );
    }),
  );
  fill(
    "#findings",
    findings.map((text) => make("li", { text })),
  );
}

/**
 * Return a function that draws who has replied and who has not.
 * @param {(urn: string) => void} chosen what happens where a school is pressed
 * @returns {() => void}
 */
export function repliesDrawer(chosen) {
  /** @param {Reply} reply */
  function item({ urn, answer, date, note }) {
    const words = answer === "no reply" ? "" : `: ${[answer, date, note].filter(Boolean).join(", ")}`;
    const on = { click: () => chosen(urn) };
    const button = make("button", { type: "button", key: `r${urn}`, text: schoolOf(urn).name, on });
    return make("li", {}, [button, make("span", { text: words })]);
  }
  return () => {
    const { rows, words } = state.desk.replies;
    byId("reply-words").textContent = words;
    byId("missing").className = byId("replied").className = "members";
    fill("#missing", rows.filter((row) => row.answer === "no reply").map(item));
    fill("#replied", rows.filter((row) => row.answer !== "no reply").map(item));
  };
}

/**
 * Return a function that draws who got another partnership by the last run, and why.
 * @param {(urn: string) => void} chosen what happens where a school is pressed
 * @returns {() => void}
 */
export function changesDrawer(chosen) {
  /** @param {import("./schema.js").ChangeRow} row */
  function item({ urn, name, before, after, why }) {
    const button = make("button", { type: "button", key: `c${urn}`, text: name, on: { click: () => chosen(urn) } });
    return make("li", {}, [button, make("span", { text: `${homesOf(before)} → ${homesOf(after)}. ${why}` })]);
  }
  return () => {
    const { words, rows } = state.desk.changes;
    byId("changes").hidden = !words;
    byId("changes-words").textContent = words;
    fill("#changes-list", rows.map(item));
  };
}

/**
 * Return the numbers of partnerships in words.
 * @param {number[]} numbers
 * @returns {string}
 */
export function homesOf(numbers) {
  return numbers.join(" and ") || "none";
}

/**
 * Return the line that says what a school is.
 * @param {import("./schema.js").DeskSchool} school
 * @returns {string}
 */
export function schoolWords({ urn, phase, district, leader, held }) {
  return dotted([urn, phase, district, leader ? "system leader" : "", held]);
}
