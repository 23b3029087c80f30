import { make } from "../../pages/assets/shared/dom.js";
import { numbered } from "./store.js";

/**
 * Return a label and its field.
 * @param {string} id
 * @param {string} text
 * @param {HTMLElement} field
 * @returns {Node[]}
 */
export function labelled(id, text, field) {
  return [make("label", { for: id, text }), field];
}

/**
 * Return a button that is found again when it is drawn anew.
 * @param {string} key
 * @param {string} text
 * @param {() => void} click
 * @returns {HTMLButtonElement}
 */
export function button(key, text, click) {
  return make("button", { type: "button", key, text, on: { click } });
}

/**
 * Return a row of controls.
 * @param {Node[]} children
 * @returns {HTMLElement}
 */
export function line(children) {
  return make("div", { class: "row" }, children);
}

/**
 * Return a field with one of some values.
 * @param {string} id
 * @param {string[]} values
 * @param {string} [now] the one that is chosen
 * @returns {HTMLSelectElement}
 */
export function choiceOf(id, values, now) {
  const options = values.map((value) => make("option", { value, text: value, selected: value === now }));
  return make("select", { id, key: id }, options);
}

/**
 * Return a field with one of some partnerships.
 * @param {string} id
 * @param {{ number: number }[]} partnerships
 * @returns {HTMLSelectElement}
 */
export function choiceOfPartnership(id, partnerships) {
  const options = partnerships.map(({ number }) => make("option", { value: number, text: numbered(number) }));
  return make("select", { id, key: id }, options);
}

/**
 * Return one choice of several, with its label around it.
 * @param {{ name: string, value: string, text: string, checked: boolean }} choice
 * @returns {HTMLElement}
 */
export function choiceRow({ name, value, text, checked }) {
  return make("label", { class: "choice" }, [make("input", { type: "radio", name, value, checked }), ` ${text}`]);
}
