import { make } from "../../pages/assets/shared/dom.js";
import { fieldById, fill } from "./page.js";
import { state } from "./store.js";

/** @typedef {import("./schema.js").Field} Field */

/** Draw the fields of the parameters as the plan has them. */
export function drawFields() {
  const { desk, ground } = state;
  fill(
    "#fields",
    ground.fields.map((field) => make("div", { class: "field" }, fieldParts(field, desk.parameters[field.key]))),
  );
  fieldById("others").value = otherLines(desk.changed, ground.fields);
}

/**
 * Return the parameters as they stand in the form.
 * @returns {{ found: Record<string, string>, wrong: string[] }}
 */
export function parameters() {
  const { desk, ground } = state;
  return parametersOf({
    fields: ground.fields,
    now: desk.parameters,
    changed: desk.changed,
    typed: (key, end = "") => fieldById(idOf(key) + end).value,
    others: fieldById("others").value,
  });
}

/**
 * Return the parameters that were changed before or differ from the plan's, and what is not filled in well.
 * @param {{ fields: Field[], now: Record<string, any>, changed: Record<string, string>,
 *   typed: (key: string, end?: string) => string, others: string }} form
 * @returns {{ found: Record<string, string>, wrong: string[] }}
 */
export function parametersOf({ fields, now, changed, typed, others }) {
  const own = fields.map((field) => field.key);
  const found = Object.fromEntries(Object.entries(changed).filter(([key]) => own.includes(key)));
  /** @type {string[]} */
  const wrong = [];
  for (const { key, kind, label } of fields) {
    const value = kind === "range" ? rangeOf(key, now[key], typed) : valueOf(kind, now[key], typed(key));
    if (value === null) wrong.push(label);
    else if (value !== "") found[key] = value;
  }
  for (const line of others.split("\n").filter((text) => text.trim())) {
    const at = line.indexOf("=");
    if (at < 0) wrong.push(line.trim());
    else found[line.slice(0, at).trim()] = line.slice(at + 1).trim();
  }
  return { found, wrong };
}

/**
 * Return a value that differs from the plan's; empty where it does not, null where there should be one.
 * @param {string} kind
 * @param {unknown} now
 * @param {string} value
 * @returns {string | null}
 */
function valueOf(kind, now, value) {
  if (value === "") return now === null || now === undefined ? "" : null;
  if (value === String(now)) return "";
  return kind === "choice" ? JSON.stringify(value) : value;
}

/**
 * @param {string} key
 * @param {[number, number] | null} now
 * @param {(key: string, end?: string) => string} typed
 * @returns {string | null}
 */
function rangeOf(key, now, typed) {
  const [least, most] = [typed(key, "-least"), typed(key, "-most")];
  if (!least && !most && !now) return "";
  if (!least || !most) return null;
  if (now && String(now[0]) === least && String(now[1]) === most) return "";
  return `[${least}, ${most}]`;
}

/**
 * Return the changed parameters that have no field of their own, one on each line.
 * @param {Record<string, string>} changed
 * @param {Field[]} fields
 * @returns {string}
 */
export function otherLines(changed, fields) {
  const own = fields.map((field) => field.key);
  return Object.entries(changed)
    .filter(([key]) => !own.includes(key))
    .map(([key, value]) => `${key} = ${value}`)
    .join("\n");
}

/**
 * @param {Field} field
 * @param {any} value
 * @returns {Node[]}
 */
function fieldParts(field, value) {
  const { key, kind, label: text, choices = [] } = field;
  const id = idOf(key);
  if (kind === "range") {
    const [least, most] = value ?? ["", ""];
    const ends = [
      numberInput(field, `${id}-least`, least, `${text}, at least`),
      " to ",
      numberInput(field, `${id}-most`, most, `${text}, at most`),
    ];
    return [make("fieldset", {}, [make("legend", { text }), ...ends])];
  }
  const chosen = String(value);
  const options = choices.map((choice) => make("option", { value: choice, text: choice, selected: choice === chosen }));
  const input = kind === "number" ? numberInput(field, id, value) : make("select", { id }, options);
  return [make("label", { for: id, text }), input];
}

/**
 * @param {Field} field
 * @param {string} id
 * @param {number | string | null | undefined} value
 * @param {string} [words]
 */
function numberInput({ min, max, step = 1 }, id, value, words) {
  return make("input", { id, type: "number", min, max, step, value: value ?? "", "aria-label": words });
}

/** @param {string} key */
function idOf(key) {
  return `field-${key.replace(".", "-")}`;
}
