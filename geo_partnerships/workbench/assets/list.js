import { make } from "../../pages/assets/shared/dom.js";
import { decide } from "./deciding.js";
import { fill } from "./page.js";
import { byName, numbered, schoolOf, state } from "./store.js";

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
    const open = new Set(
      Array.from(document.querySelectorAll("#list details[open]"), (box) => box.getAttribute("data-number")),
    );
    const { partnerships, schools } = state.desk;
    fill(
      "#list",
      partnerships.map((partnership) => partnershipBox(partnership, open.has(String(partnership.number)), chosen)),
    );
    fill(
      "#names",
      byName(schools).map(({ name, urn }) => make("option", { value: `${name} (${urn})` })),
    );
  };
}

/**
 * @param {DeskPartnership} partnership
 * @param {boolean} open
 * @param {(urn: string) => void} chosen
 */
function partnershipBox(partnership, open, chosen) {
  const { number, name, words, locked, unnamed, members } = partnership;
  const summary = make("summary", { key: `p${number}` }, [
    chip(number),
    ` ${name} `,
    make("span", { class: "quiet", text: words }),
  ]);
  const items = members.map((member) => memberItem(partnership, member, chosen));
  const rest = unnamed ? make("p", { text: `and ${unnamed} more without a name` }) : make("span");
  return make("details", { class: "partnership", "data-number": number, open }, [
    summary,
    make("ul", { class: "members" }, items),
    rest,
    lockButton(number, locked),
  ]);
}

/**
 * @param {DeskPartnership} partnership
 * @param {DeskMember} member
 * @param {(urn: string) => void} chosen
 */
function memberItem({ number, centre }, { urn, distance }, chosen) {
  const { name, held } = schoolOf(urn);
  const button = make("button", {
    type: "button",
    key: `m${number}-${urn}`,
    text: name,
    class: urn === state.chosen ? "chosen" : null,
    on: { click: () => chosen(urn) },
  });
  const words = [urn === centre ? "centre" : distance, held].filter(Boolean).join(", ");
  return make("li", {}, [button, make("span", { text: words })]);
}

/**
 * @param {number} number
 * @param {boolean} locked
 */
function lockButton(number, locked) {
  const words = `${locked ? "Unlocked" : "Locked"} partnership ${numbered(number)}.`;
  const decision = { action: locked ? "unlock" : "lock", to: String(number) };
  return make("button", {
    type: "button",
    key: `lock-p${number}`,
    text: locked ? "Unlock this partnership" : "Lock this partnership",
    on: { click: () => decide(decision, words) },
  });
}

/** @param {number} number */
function chip(number) {
  return make("span", { class: `chip c${state.areas?.colours[number] ?? NO_COLOUR}`, text: number });
}
