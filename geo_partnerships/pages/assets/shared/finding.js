/** @typedef {import("./entries.js").SearchEntry} SearchEntry */

/**
 * An entry as it is searched: texts begin with a space, so that what begins a word is told from what does not.
 * @template {SearchEntry} Entry
 * @typedef {{ entry: Entry, name: string, key: string, tight: string, raw: string }} Prepared
 */

const NOT_FOUND = 9;
const CODE = 3;
const LIKENESS = 0.5;
const SHORTEST = 4;

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
 * Return a function that finds entries by what was typed, those that fit best first; where none has the words, those
 * whose words are most like them.
 * @template {SearchEntry} Entry
 * @param {Entry[]} entries
 * @returns {(typed: string) => Entry[]}
 */
export function finder(entries) {
  const prepared = entries.map(prepare);
  /** @type {Map<string, Set<string>>} */
  const known = new Map();
  return (query) => {
    const typed = query.trim().toLowerCase();
    if (!typed) return [];
    const words = plain(query).split(" ").filter(Boolean);
    const found = best(prepared, (one) => (words.length ? rank(one, words, typed) : rankRaw(one.raw, typed)));
    return found.length || !words.length ? found : best(prepared, (one) => NOT_FOUND * unlike(one.key, words, known));
  };
}

/**
 * @template {SearchEntry} Entry
 * @param {Entry} entry
 * @returns {Prepared<Entry>}
 */
function prepare(entry) {
  const all = `${entry.title} ${entry.detail} ${entry.more}`;
  const key = ` ${plain(all)}`;
  return { entry, name: ` ${plain(entry.title)}`, key, tight: key.replaceAll(" ", ""), raw: all.toLowerCase() };
}

/**
 * Return the entries that are found, those with the least rank first.
 * @template {SearchEntry} Entry
 * @param {Prepared<Entry>[]} prepared
 * @param {(one: Prepared<Entry>) => number} rankOf
 * @returns {Entry[]}
 */
function best(prepared, rankOf) {
  return prepared
    .map((one) => ({ entry: one.entry, rank: rankOf(one) }))
    .filter((found) => found.rank < NOT_FOUND)
    .sort((a, b) => a.rank - b.rank)
    .map((found) => found.entry);
}

/**
 * Return how well an entry fits what was typed: 0 best, 9 not at all.
 * @param {Omit<Prepared<SearchEntry>, "entry">} one
 * @param {string[]} words
 * @param {string} typed
 * @returns {number}
 */
function rank({ name, key, tight, raw }, words, typed) {
  const whole = ` ${words.join(" ")}`;
  if (name === whole) return 0;
  if (`${name} `.startsWith(`${whole} `)) return 1;
  if (name.startsWith(whole)) return 2;
  if (hasAll(name, words)) return 3;
  if (hasAll(key, words)) return 4;
  const code = words.join("");
  return code.length > CODE && /\d/.test(code) && tight.includes(code) ? 4 : rankRaw(raw, typed);
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

/**
 * Return how unlike a text is to what was typed: 0 the same words, 1 where some word is like none of the text.
 * @param {string} text
 * @param {string[]} words
 * @param {Map<string, Set<string>>} known trigrams by word
 * @returns {number}
 */
function unlike(text, words, known) {
  const others = text.trim().split(" ");
  const likes = words.map((word) => Math.max(...others.map((other) => likeness(word, other, known))));
  if (Math.min(...likes) < LIKENESS) return 1;
  return 1 - likes.reduce((sum, like) => sum + like, 0) / likes.length;
}

/**
 * Return the share of trigrams that two words have in common, 0 to 1; codes and short words are like their own alone.
 * @param {string} one
 * @param {string} other
 * @param {Map<string, Set<string>>} known
 * @returns {number}
 */
function likeness(one, other, known) {
  if (other.startsWith(one)) return 1;
  if (one.length < SHORTEST || /\d/.test(one)) return 0;
  const [mine, theirs] = [trigrams(one, known), trigrams(other, known)];
  let common = 0;
  for (const three of mine) if (theirs.has(three)) common += 1;
  return (2 * common) / (mine.size + theirs.size);
}

/**
 * @param {string} word
 * @param {Map<string, Set<string>>} known
 * @returns {Set<string>}
 */
function trigrams(word, known) {
  const before = known.get(word);
  if (before) return before;
  const padded = `  ${word} `;
  const found = new Set(Array.from({ length: padded.length - 2 }, (_, at) => padded.slice(at, at + 3)));
  known.set(word, found);
  return found;
}
