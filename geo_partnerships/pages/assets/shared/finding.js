/** @typedef {import("../schema.js").SearchEntry} SearchEntry */

const NOT_FOUND = 9;

/**
 * Return a text as it is compared: without accents, case and punctuation, "Saint" as "St"; the same as `folded` of
 * Python, by which the words of an index are made.
 * @param {string} text
 * @returns {string}
 */
export function plain(text) {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/['\u2018\u2019\u201b\u02bc\u0060\u00b4]/g, "")
    .replace(/&/g, " and ")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .replace(/\bsaint\b/g, "st")
    .trim();
}

/**
 * Return a function that finds entries by what was typed, those that fit best first.
 * @param {SearchEntry[]} entries
 * @returns {(typed: string) => SearchEntry[]}
 */
export function finder(entries) {
  const prepared = entries.map((entry) => ({
    entry,
    name: ` ${plain(entry.title)}`,
    key: ` ${plain(`${entry.title} ${entry.detail}`)}`,
    raw: `${entry.title} ${entry.detail}`.toLowerCase(),
  }));
  return (query) => {
    const typed = query.trim().toLowerCase();
    if (!typed) return [];
    const words = plain(query).split(" ").filter(Boolean);
    return prepared
      .map((one) => ({ entry: one.entry, rank: words.length ? rank(one, words, typed) : rankRaw(one.raw, typed) }))
      .filter((found) => found.rank < NOT_FOUND)
      .sort((a, b) => a.rank - b.rank)
      .map((found) => found.entry);
  };
}

/**
 * Return how well an entry fits what was typed: 0 best, 9 not at all.
 * @param {{ name: string, key: string, raw: string }} entry
 * @param {string[]} words
 * @param {string} typed
 * @returns {number}
 */
function rank({ name, key, raw }, words, typed) {
  const whole = ` ${words.join(" ")}`;
  if (name === whole) return 0;
  if (`${name} `.startsWith(`${whole} `)) return 1;
  if (name.startsWith(whole)) return 2;
  if (hasAll(name, words)) return 3;
  return hasAll(key, words) ? 4 : rankRaw(raw, typed);
}

/**
 * @param {string} raw
 * @param {string} typed
 * @returns {number}
 */
function rankRaw(raw, typed) {
  return raw.includes(typed) ? 5 : NOT_FOUND;
}

/**
 * Return whether each word begins one of a text's.
 * @param {string} text with a space before it
 * @param {string[]} words
 * @returns {boolean}
 */
export function hasAll(text, words) {
  return words.every((word) => text.includes(` ${word}`));
}
