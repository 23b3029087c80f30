import { make } from "../../pages/assets/shared/dom.js";
import { button, choiceOf, choiceOfPartnership, labelled, line } from "./controls.js";
import { decide } from "./deciding.js";
import { fieldById, say } from "./page.js";
import { byName, numbered, schoolOf, state } from "./store.js";

/** @typedef {import("./schema.js").DeskPartnership} DeskPartnership */

const LEADERLESS = "";

/**
 * Return what can be decided of a partnership.
 * @param {DeskPartnership} partnership
 * @returns {HTMLElement[]}
 */
export function partnershipLines(partnership) {
  const { number, decided } = partnership;
  const said = state.desk.comments.filter((comment) => comment.partnership === String(number));
  return [
    line([lockButton(partnership), statusButton(partnership)]),
    make("details", { id: `more-p${number}` }, [
      make("summary", { text: "More decisions", key: `more-p${number}` }),
      nameLine(partnership),
      typeLine(partnership),
      leadLine(partnership),
      textLine(partnership, "form", "Form, of a hard one", partnership.form),
      textLine(partnership, "board", "Board", partnership.board),
      ...roleLines(partnership),
      mergeLine(partnership),
      reasonLine(partnership),
    ]),
    ...(decided ? [make("p", { class: "quiet", text: decided })] : []),
    ...said.map(({ text, by }) => make("p", { text: `${text} (${by})` })),
  ];
}

/** @param {DeskPartnership} partnership */
function lockButton({ number, locked }) {
  const words = `${locked ? "Unlocked" : "Locked"} partnership ${numbered(number)}.`;
  const decision = { action: locked ? "unlock" : "lock", to: String(number) };
  const text = locked ? "Unlock this partnership" : "Lock this partnership";
  return button(`lock-p${number}`, text, () => decide(decision, words));
}

/** @param {DeskPartnership} partnership */
function statusButton(partnership) {
  const agreed = partnership.status === "agreed";
  const value = agreed ? "proposed" : "agreed";
  const text = agreed ? "Not agreed any more" : "Agreed with its schools";
  return button(`status-p${partnership.number}`, text, () => decideValue(partnership, "status", value));
}

/** @param {DeskPartnership} partnership */
function nameLine(partnership) {
  const id = `name-p${partnership.number}`;
  const input = make("input", { id, key: id, maxlength: 120, value: partnership.name });
  return line([
    ...labelled(id, "Name", input),
    button(`${id}-go`, "Keep name", () => decideValue(partnership, "name", fieldById(id).value.trim())),
  ]);
}

/** @param {DeskPartnership} partnership */
function typeLine(partnership) {
  const id = `type-p${partnership.number}`;
  return line([
    ...labelled(id, "Type", choiceOf(id, state.ground.types, partnership.type)),
    ...labelled(
      `since-p${partnership.number}`,
      "from",
      make("input", { id: `since-p${partnership.number}`, type: "date", value: partnership.since }),
    ),
    button(`${id}-go`, "Keep type", () => {
      const date = fieldById(`since-p${partnership.number}`).value;
      decideValue(partnership, "type", fieldById(id).value, date);
    }),
  ]);
}

/**
 * @param {DeskPartnership} partnership
 * @param {string} action
 * @param {string} label
 * @param {string} value
 */
function textLine(partnership, action, label, value) {
  const id = `${action}-p${partnership.number}`;
  return line([
    ...labelled(id, label, make("input", { id, key: id, maxlength: action === "form" ? 80 : 120, value })),
    button(`${id}-go`, `Keep ${action}`, () => decideValue(partnership, action, fieldById(id).value.trim())),
  ]);
}

/** @param {DeskPartnership} partnership */
function leadLine(partnership) {
  const id = `lead-p${partnership.number}`;
  const members = byName(partnership.members.map(({ urn }) => ({ urn, name: schoolOf(urn).name })));
  const options = [{ urn: LEADERLESS, name: "none" }, ...members].map(({ urn, name }) =>
    make("option", { value: urn, text: name, selected: urn === partnership.lead }),
  );
  return line([
    ...labelled(id, "Lead school", make("select", { id, key: id }, options)),
    button(`${id}-go`, "Keep lead school", () => decideValue(partnership, "lead", fieldById(id).value)),
  ]);
}

/**
 * Return the roles on a partnership's board, each to be taken back, and a form for another.
 * @param {DeskPartnership} partnership
 * @returns {HTMLElement[]}
 */
function roleLines(partnership) {
  const { number, roles } = partnership;
  const [id, at] = [`role-p${number}`, `role-school-p${number}`];
  const members = byName(partnership.members.map(({ urn }) => ({ urn, name: schoolOf(urn).name })));
  const options = members.map(({ urn, name }) => make("option", { value: urn, text: name }));
  return [
    ...roles.map(({ role, urn }, place) =>
      line([
        make("span", { text: `${role}: ${schoolOf(urn).name}` }),
        button(`${id}-no-${place}`, "Take back", () => decideRole(number, role, "")),
      ]),
    ),
    line([
      ...labelled(id, "Role, no person’s name", make("input", { id, key: id, maxlength: 80 })),
      ...labelled(at, "of the head of", make("select", { id: at, key: at }, options)),
      button(`${id}-go`, "Give role", () => {
        const role = fieldById(id).value.trim();
        if (!role) return say("Write the role first, such as chair.", true);
        decideRole(number, role, fieldById(at).value);
      }),
    ]),
  ];
}

/**
 * @param {number} number
 * @param {string} role
 * @param {string} school empty to take the role back
 */
function decideRole(number, role, school) {
  const words = `Decided of partnership ${number}: ${role}, ${school ? schoolOf(school).name : "nobody"}.`;
  decide({ action: "role", to: String(number), value: role, school, reason: reasonFor(number) }, words);
}

/** @param {DeskPartnership} partnership */
function mergeLine({ number }) {
  const id = `merge-p${number}`;
  const others = state.desk.partnerships.filter((other) => other.number !== number);
  return line([
    ...labelled(id, "Into", choiceOfPartnership(id, others)),
    button(`${id}-go`, "Merge", () => {
      const to = fieldById(id).value;
      const words = `Merged partnership ${number} into ${numbered(Number(to))}.`;
      decide({ action: "merge", source: String(number), to, reason: reasonFor(number) }, words);
    }),
  ]);
}

/** @param {DeskPartnership} partnership */
function reasonLine({ number }) {
  const id = `reason-p${number}`;
  return line([
    ...labelled(id, "Reason or note", make("input", { id, key: id, maxlength: 2000 })),
    button(`${id}-go`, "Note", () => {
      const reason = reasonFor(number);
      if (!reason) return say("Write the note first.", true);
      decide({ action: "comment", to: String(number), reason }, "Note kept.");
    }),
  ]);
}

/**
 * @param {DeskPartnership} partnership
 * @param {string} action
 * @param {string} value
 * @param {string} [date]
 */
function decideValue({ number }, action, value, date) {
  const words = `Decided of partnership ${number}: ${action} ${action === "lead" ? schoolOf(value).name : value}.`;
  decide({ action, to: String(number), value, date, reason: reasonFor(number) }, words);
}

/** @param {number} number */
function reasonFor(number) {
  return document.getElementById(`reason-p${number}`) ? fieldById(`reason-p${number}`).value.trim() : "";
}
