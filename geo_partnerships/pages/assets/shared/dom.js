/**
 * What an element has: its text, what it does on events, a key by which it is found again when it is drawn anew, and
 * any attribute of HTML; false, null and undefined leave an attribute out, true gives it no value.
 * @typedef {{
 *   text?: string | number,
 *   key?: string,
 *   on?: Record<string, (event: any) => void>,
 *   [attribute: string]: unknown,
 * }} Attributes
 */

/**
 * Make an element. Text stays text, whatever it holds.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} [attributes]
 * @param {(Node | string)[]} [children]
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, attributes = {}, children = []) {
  const node = document.createElement(tag);
  const { text, key, on = {}, ...others } = attributes;
  if (text !== undefined) node.textContent = String(text);
  if (key !== undefined) node.dataset.key = key;
  for (const [event, act] of Object.entries(on)) node.addEventListener(event, act);
  for (const [name, value] of Object.entries(others)) {
    if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, String(value));
  }
  node.append(...children);
  return node;
}

/**
 * Make a link that shows a text.
 * @param {string} href
 * @param {string} text
 * @param {Attributes} [attributes]
 * @returns {HTMLAnchorElement}
 */
export function link(href, text, attributes = {}) {
  return make("a", { href, text, ...attributes });
}

/**
 * Return the element of that id, which the page has.
 * @template {HTMLElement} [Kind=HTMLElement]
 * @param {string} id
 * @returns {Kind}
 */
export function byId(id) {
  return /** @type {Kind} */ (document.getElementById(id));
}

/**
 * Return the value of a class attribute.
 * @param {Record<string, boolean>} classes
 * @returns {string} those that hold
 */
export function classesOf(classes) {
  return Object.keys(classes)
    .filter((name) => classes[name])
    .join(" ");
}
