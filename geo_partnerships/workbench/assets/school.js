import { byId, make } from "../../pages/assets/shared/dom.js";
import { button, choiceOf, choiceOfPartnership, labelled, line } from "./controls.js";
import { decide, moveTo } from "./deciding.js";
import { fieldById, fill, say } from "./page.js";
import { schoolWords } from "./showing.js";
import { byName, numbered, schoolOf, state } from "./store.js";
import { todoOf } from "./todo.js";
import { clearTyped, keepTyped, restoreTyped } from "./typed.js";
import { askWhy, drawWhy } from "./why.js";

/** @typedef {import("./schema.js").DeskPartnership} DeskPartnership */
/** @typedef {import("./schema.js").DeskSchool} DeskSchool */

const LINKS = ["Together", "Apart", "Neither"];
const ANSWERS = ["content", "wants to discuss", "no reply"];

/** Draw the school that is chosen: what it is, and all that can be decided about it. */
export function drawSchool() {
  const school = state.chosen === null ? undefined : state.desk.schoolOf.get(state.chosen);
  if (!school) return fill("#school", []);
  const others = othersFor(school, state.desk.partnerships);
  const homes = school.numbers.map(numbered).join(" and ");
  keepTyped();
  const open = Boolean(byId("school").querySelector("details[open]"));
  fill("#school", [
    make("h3", { text: school.name }),
    make("p", { text: schoolWords(school) }),
    make("p", { text: homes ? `In partnership ${homes}` : "In none of the partnerships" }),
    ...todoLine(school.urn),
    moveLine(school, others),
    ...school.numbers.map((number) => homeLine(school, number)),
    make("div", { id: "why", "aria-live": "polite" }),
    make("details", { key: "more", open }, [
      make("summary", { text: "More decisions", key: "more-summary" }),
      vetoLine(school, others),
      linkLine(school),
      leaveLine(school),
      commentLine(school),
      replyLine(school),
    ]),
    ...commentList(school),
  ]);
  restoreTyped(school.urn);
  drawWhy(school.urn);
}

/**
 * Return the partnerships that a school is not in, those of its own kind first.
 * @template {{ number: number, strand: string }} Partnership
 * @param {{ numbers: number[] }} school
 * @param {Partnership[]} partnerships
 * @returns {Partnership[]}
 */
export function othersFor({ numbers }, partnerships) {
  const own = partnerships.filter(({ number }) => numbers.includes(number)).map(({ strand }) => strand);
  const rank = (/** @type {Partnership} */ { strand }) => (own.includes(strand) ? 0 : 1);
  return partnerships
    .filter(({ number }) => !numbers.includes(number))
    .sort((a, b) => rank(a) - rank(b) || a.number - b.number);
}

/** @param {string} urn */
function todoLine(urn) {
  const words = todoOf(urn);
  return words.length ? [make("p", { class: "todo", text: `To do: ${words.join(", ")}` })] : [];
}

/**
 * @param {DeskSchool} school
 * @param {DeskPartnership[]} others
 */
function moveLine({ urn }, others) {
  return line([
    ...labelled("to", "Move to…", choiceOfPartnership("to", others)),
    button("move", "Move", () => {
      if (fieldById("to").value) moveTo(urn, Number(fieldById("to").value));
    }),
  ]);
}

/**
 * @param {DeskSchool} school
 * @param {number} number
 */
function homeLine({ urn, name, held, numbers }, number) {
  const locked = held === "locked";
  const decision = { action: locked ? "unlock" : "lock", school: urn, to: String(number) };
  const which = numbers.length > 1 ? ` in ${number}` : "";
  return line([
    button(`lock${number}`, locked ? "Unlock" : `Lock in partnership ${number}`, () =>
      decide(decision, `${locked ? "Unlocked" : "Locked"} ${name}.`),
    ),
    button(`why${number}`, `Why here${which}?`, () => askWhy(urn, number)),
  ]);
}

/**
 * @param {DeskSchool} school
 * @param {DeskPartnership[]} others
 */
function vetoLine({ urn, name }, others) {
  return line([
    ...labelled("veto", "Never in", choiceOfPartnership("veto", others)),
    button("veto-go", "Keep out", () => {
      const to = fieldById("veto").value;
      const words = `Kept ${name} out of partnership ${to} from the next run on.`;
      decideAndClear(urn, { action: "veto", to }, words, ["veto"]);
    }),
  ]);
}

/** @param {DeskSchool} school */
function linkLine({ urn, name }) {
  const mates = byName(state.desk.schools).filter((other) => other.urn !== urn && other.numbers.length);
  const options = mates.map((mate) => make("option", { value: mate.urn, text: mate.name }));
  /** @param {string} word */
  function link(word) {
    const mate = fieldById("mate").value;
    const words = `${word}: ${name} and ${schoolOf(mate).name}, from the next run on.`;
    const decision = { action: "link", school: undefined, schools: [urn, mate], to: word.toLowerCase() };
    decideAndClear(urn, decision, words, ["mate"]);
  }
  return line([
    ...labelled("mate", "With", make("select", { id: "mate", key: "mate" }, options)),
    ...LINKS.map((word) => button(`link-${word.toLowerCase()}`, word, () => link(word))),
    button("swap", "Swap", () => {
      const mate = fieldById("mate").value;
      const decision = { action: "swap", school: undefined, schools: [urn, mate] };
      decideAndClear(urn, decision, `Swapped ${name} and ${schoolOf(mate).name}.`, ["mate"]);
    }),
  ]);
}

/** @param {DeskSchool} school */
function leaveLine({ urn, name, numbers }) {
  return line(
    numbers.map((number) =>
      button(`leave${number}`, `Take out of partnership ${number}`, () => {
        const decision = { action: "leave", source: String(number) };
        decideAndClear(urn, decision, `${name} is in partnership ${number} no more.`, []);
      }),
    ),
  );
}

/** @param {DeskSchool} school */
function commentLine({ urn }) {
  const input = make("input", { id: "why-reason", key: "why-reason", maxlength: 2000 });
  return line([
    ...labelled("why-reason", "Reason or comment", input),
    button("comment", "Comment", () => {
      if (!fieldById("why-reason").value.trim()) say("Write the comment first.", true);
      else decideAndClear(urn, { action: "comment" }, "Comment kept.", []);
    }),
  ]);
}

/** @param {DeskSchool} school */
function replyLine({ urn, name }) {
  return line([
    ...labelled("answer", "Reply", choiceOf("answer", ANSWERS)),
    ...labelled("answered", "on", make("input", { id: "answered", key: "answered", type: "date" })),
    button("reply", "Keep reply", () => {
      const decision = { action: "reply", to: fieldById("answer").value, date: fieldById("answered").value };
      decideAndClear(urn, decision, `Reply of ${name} kept.`, ["answer", "answered"]);
    }),
  ]);
}

/**
 * Take a decision with the reason that stands in the form; what was typed for it goes.
 * @param {string} urn
 * @param {import("./deciding.js").Decision} decision
 * @param {string} words
 * @param {string[]} keys of its fields
 */
async function decideAndClear(urn, decision, words, keys) {
  const reason = fieldById("why-reason").value;
  if (await decide({ school: urn, ...decision, reason }, words)) clearTyped(urn, [...keys, "why-reason"]);
}

/** @param {DeskSchool} school */
function commentList({ urn }) {
  const said = state.desk.comments.filter((comment) => comment.school === urn);
  const items = said.map(({ text, by }) => make("li", { text: `${text} (${by})` }));
  return items.length ? [make("ul", {}, items)] : [];
}
