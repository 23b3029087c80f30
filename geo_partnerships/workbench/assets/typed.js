/** @typedef {HTMLInputElement | HTMLSelectElement} Typable */

/**
 * What was typed or picked for a school and not yet decided, by school and field: it stays with that school.
 * @type {Map<string, Map<string, string>>}
 */
const typed = new Map();
/** @type {string | null} */
let drawn = null;

/** Keep what stands in the form of the school that is drawn. */
export function keepTyped() {
  if (drawn === null) return;
  typed.set(drawn, new Map(typables().map((node) => [node.dataset.key ?? "", node.value])));
}

/**
 * Put what was typed for a school back into its form, which was drawn anew.
 * @param {string} urn
 */
export function restoreTyped(urn) {
  drawn = urn;
  const kept = typed.get(urn);
  for (const node of kept ? typables() : []) {
    const value = kept?.get(node.dataset.key ?? "");
    if (value !== undefined && accepts(node, value)) node.value = value;
  }
}

/**
 * Empty fields of a school's form, once what they held is decided.
 * @param {string} urn
 * @param {string[]} keys
 */
export function clearTyped(urn, keys) {
  for (const key of keys) typed.get(urn)?.delete(key);
  for (const node of drawn === urn ? typables() : []) {
    if (!keys.includes(node.dataset.key ?? "")) continue;
    if (node instanceof HTMLSelectElement) node.selectedIndex = 0;
    else node.value = "";
  }
}

/** @returns {Typable[]} */
function typables() {
  return Array.from(document.querySelectorAll("#school select[data-key], #school input[data-key]"));
}

/**
 * @param {Typable} node
 * @param {string} value
 * @returns {boolean}
 */
function accepts(node, value) {
  return !(node instanceof HTMLSelectElement) || Array.from(node.options).some((option) => option.value === value);
}
