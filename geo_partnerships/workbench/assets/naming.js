import { byId, make } from "../../pages/assets/shared/dom.js";
import { choiceRow } from "./controls.js";
import { answerOf, fieldById, fill, say } from "./page.js";

/** @typedef {import("./schema.js").UnsureNameRow} UnsureNameRow */

const NO_SCHOOL = "none";

/**
 * Ask which schools are meant by names that are not sure, and wait for the answer.
 * @param {UnsureNameRow[]} names
 * @param {number} all how many there are, with those that are not asked for yet
 * @returns {Promise<Record<string, string> | null>} the key of a school by what was written; null where it is left
 */
export async function namesMeant(names, all) {
  fill("#meant-list", names.map(nameBox));
  const more = all > names.length ? ` The first ${names.length} of ${all}; the others come after.` : "";
  byId("meant-words").textContent = `What you say is kept in names.csv, and the file is read again.${more}`;
  byId("meant-error").textContent = "";
  const answer = answerOf("meant", () => read(names));
  byId("meant-list").querySelector("input")?.focus();
  say("Some names wait for your word.");
  return answer;
}

/**
 * @param {UnsureNameRow[]} names
 * @returns {Record<string, string> | null}
 */
function read(names) {
  const said = saidOf(
    names,
    (at) => picked(at),
    (at) => fieldById(`meant-${at}-other`).value,
  );
  const wrong = Object.keys(said).find((written) => !said[written]);
  if (!wrong && Object.keys(said).length) return said;
  byId("meant-error").textContent = wrong
    ? `For “${wrong}”, write another school as it is offered: its name, then its key in brackets.`
    : "Say of one name at least which school is meant.";
  return null;
}

/**
 * Return what is said of each name: another school that was written wins, and what is left open is left out.
 * @param {UnsureNameRow[]} names
 * @param {(at: number) => string} chosen
 * @param {(at: number) => string} other
 * @returns {Record<string, string>} empty text where what was written is no school
 */
export function saidOf(names, chosen, other) {
  /** @type {Record<string, string>} */
  const said = {};
  names.forEach(({ written }, at) => {
    const text = other(at).trim();
    const urn = text ? (/\(([^()]+)\)$/.exec(text)?.[1] ?? "") : chosen(at);
    if (urn || text) said[written] = urn;
  });
  return said;
}

/** @param {number} at */
function picked(at) {
  const node = document.querySelector(`input[name="meant-${at}"]:checked`);
  return node instanceof HTMLInputElement ? node.value : "";
}

/**
 * @param {UnsureNameRow} row
 * @param {number} at
 */
function nameBox({ written, read_as: readAs, suggestions }, at) {
  const name = `meant-${at}`;
  const choices = suggestions.map(({ urn, name: school }) => ({ value: urn, text: `${school} (${urn})` }));
  const rest = [
    { value: NO_SCHOOL, text: "no school here" },
    { value: "", text: "leave it open" },
  ];
  const id = `${name}-other`;
  return make("fieldset", { class: "meant" }, [
    make("legend", { text: written }),
    ...[...choices, ...rest].map(({ value, text }) => choiceRow({ name, value, text, checked: value === readAs })),
    make("label", { for: id, text: "or another school" }),
    " ",
    make("input", { id, list: "names", autocomplete: "off", maxlength: 200 }),
  ]);
}
