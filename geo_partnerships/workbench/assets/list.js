import { make } from "../../pages/assets/shared/dom.js";
import { fieldById, fill } from "./page.js";
import { partnershipLines } from "./partnership.js";
import { byName, schoolOf, several, state } from "./store.js";
import { todoOf } from "./todo.js";

/** @typedef {import("./schema.js").DeskMember} DeskMember */
/** @typedef {import("./schema.js").DeskPartnership} DeskPartnership */

/** The palette's place of a partnership whose colour is not known yet. */
export const NO_COLOUR = 4;

/**
 * Return a function that draws the partnerships and their members.
 * @param {(urn: string) => void} chosen what happens where a school is pressed
 * @returns {() => void}
 */
export function listDrawer(chosen) {
  return () => {
    const open = new Set(Array.from(document.querySelectorAll("#list details[open]"), (box) => box.id));
    const typed = new Map(reasonInputs().map((node) => [node.id, node.value]));
    const { partnerships, schools } = state.desk;
    const todo = fieldById("only-todo").checked;
    fill("#list", [
      ...partnerships.map((partnership) => partnershipBox(partnership, todo, chosen)),
      ...noneBox(todo, chosen),
    ]);
    for (const box of document.querySelectorAll("#list details")) {
      box.toggleAttribute("open", (todo && box.classList.contains("partnership")) || open.has(box.id));
    }
    for (const node of reasonInputs()) if (typed.has(node.id)) restore(node, typed.get(node.id) ?? "");
    const count = partnerships.flatMap(({ members }) => members).filter(({ urn }) => todoOf(urn).length).length;
    fieldById("only-todo").parentElement?.setAttribute("title", `${count} to do`);
    fill(
      "#names",
      byName(schools).map(({ name, urn }) => make("option", { value: `${name} (${urn})` })),
    );
  };
}

/** @returns {HTMLInputElement[]} */
function reasonInputs() {
  return Array.from(document.querySelectorAll("#list input[id^=reason]"));
}

/**
 * @param {HTMLInputElement} node
 * @param {string} value
 */
function restore(node, value) {
  if (value) node.setAttribute("value", value);
}

/**
 * Return the schools that the letter is for and that are in none of the partnerships.
 * @param {boolean} todo
 * @param {(urn: string) => void} chosen
 */
function noneBox(todo, chosen) {
  const rest = byName(state.desk.schools.filter(({ urn, numbers }) => !numbers.length && todoOf(urn).length));
  if (!todo || !rest.length) return [];
  const items = rest.map(({ urn }) => schoolItem({ key: `m-${urn}`, urn, words: [], chosen }));
  return [
    make("details", { class: "partnership", id: "p-none" }, [
      make("summary", { text: "In none of the partnerships" }),
      make("ul", { class: "members" }, items),
    ]),
  ];
}

/**
 * @param {DeskPartnership} partnership
 * @param {boolean} todo
 * @param {(urn: string) => void} chosen
 */
function partnershipBox(partnership, todo, chosen) {
  const { number, name, words, lead, unnamed, members } = partnership;
  const summary = make("summary", { key: `p${number}` }, [
    chip(number),
    ` ${name} `,
    make("span", { class: "quiet", text: words }),
  ]);
  const shown = members.filter(({ urn }) => !todo || todoOf(urn).length);
  const items = shown.map((member) => memberItem(partnership, member, chosen));
  const led = lead ? [make("p", { text: `Led by ${schoolOf(lead).name}` })] : [];
  const rest = unnamed ? make("p", { text: `and ${unnamed} more without a name` }) : make("span");
  return make("details", { class: "partnership", id: `p-${number}` }, [
    summary,
    ...led,
    make("ul", { class: "members" }, items),
    rest,
    ...partnershipLines(partnership),
  ]);
}

/**
 * @param {DeskPartnership} partnership
 * @param {DeskMember} member
 * @param {(urn: string) => void} chosen
 */
function memberItem({ number, centre }, { urn, distance }, chosen) {
  const words = [urn === centre ? "centre" : distance, schoolOf(urn).held];
  return schoolItem({ key: `m${number}-${urn}`, urn, words, chosen });
}

/**
 * @param {{ key: string, urn: string, words: string[], chosen: (urn: string) => void }} item
 */
function schoolItem({ key, urn, words, chosen }) {
  const picked = several.on ? several.urns.has(urn) : urn === state.chosen;
  const button = make("button", {
    type: "button",
    key,
    text: schoolOf(urn).name,
    class: picked ? "chosen" : null,
    "aria-pressed": several.on ? String(picked) : null,
    on: { click: () => chosen(urn) },
  });
  const told = [...words, ...todoOf(urn).filter((word) => !words.includes(word))].filter(Boolean).join(", ");
  return make("li", { class: todoOf(urn).length ? "todo" : null }, [button, make("span", { text: told })]);
}

/** @param {number} number */
function chip(number) {
  return make("span", { class: `chip c${state.areas?.colours[number] ?? NO_COLOUR}`, text: number });
}
