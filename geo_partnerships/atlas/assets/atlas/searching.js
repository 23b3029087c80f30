import { hasAll, plain } from "../../../pages/assets/shared/finding.js";
import { resultWords, showResults, useKeys } from "../../../pages/assets/shared/results.js";
import { dotted } from "../../../pages/assets/shared/words.js";
import { pageOfSchool } from "./map.js";

/** @typedef {import("../schema.js").Country} Country */
/** @typedef {import("../schema.js").FoundSchool} FoundSchool */
/** @typedef {import("../schema.js").Shard} Shard */

const FEWEST_LETTERS = 2;
const NO_WORD = "Nothing found: try another word of the name, or a postcode district such as N12.";
const NO_SCHOOL = "Nothing found: try part of a name, or a postcode district such as N12.";
const MORE = "Type more to see others.";

/**
 * Have the search box find schools: the rarest beginning that was typed names the script that is loaded, and the other
 * words narrow what it holds.
 * @param {import("../../../pages/assets/shared/results.js").SearchBox} search
 * @param {Country} country
 * @param {import("./loading.js").Load} load
 */
export function useSearch(search, country, load) {
  const { input } = search;
  let latest = 0;
  function again() {
    const turn = ++latest;
    const words = plain(input.value).split(" ").filter(Boolean);
    const number = rarest(words, country.index);
    if (number === null) {
      const tooShort = !words.length || input.value.trim().length < FEWEST_LETTERS;
      showResults(search, [], tooShort ? "" : NO_WORD);
      return;
    }
    load("Shard", number, country.shards[number], (shard) => {
      if (turn !== latest) return;
      const found = foundIn(shard, words, country);
      const entries = found.map((school) => entryOf(school, country));
      showResults(search, entries, shownWords(found.length, shard));
    });
  }
  input.addEventListener("input", again);
  useKeys(search, again);
  if (input.value) again();
}

/**
 * Return the script of the longest beginning of a word that has one; null where none has.
 * @param {string[]} words
 * @param {Record<string, number>} index
 * @returns {number | null}
 */
export function rarest(words, index) {
  const beginnings = words.map((word) => beginningOf(word, index)).filter(Boolean);
  const [longest] = beginnings.sort((a, b) => b.length - a.length);
  return longest === undefined ? null : index[longest];
}

/**
 * @param {string} word
 * @param {Record<string, number>} index
 * @returns {string} empty where there is none
 */
function beginningOf(word, index) {
  for (let length = word.length; length >= FEWEST_LETTERS; length--) {
    const beginning = word.slice(0, length);
    if (Object.hasOwn(index, beginning)) return beginning;
  }
  return "";
}

/**
 * Return the schools of a script that have all words, those whose names begin so first.
 * @param {Shard} shard
 * @param {string[]} words
 * @param {Country} country
 * @returns {FoundSchool[]}
 */
export function foundIn(shard, words, country) {
  const exact = words.join(" ");
  return shard.schools
    .map((school) => ({ school, text: textOf(school, country) }))
    .filter(({ text }) => hasAll(text, words))
    .map((found) => ({ ...found, later: Number(!found.text.startsWith(` ${exact}`)) }))
    .sort((a, b) => a.later - b.later)
    .map(({ school }) => school);
}

/**
 * @param {FoundSchool} school
 * @param {Country} country
 */
function textOf({ name, detail, authority, page }, country) {
  return ` ${plain([name, detail, country.authorities[authority].name, page].join(" "))}`;
}

/**
 * @param {FoundSchool} school
 * @param {Country} country
 * @returns {import("../../../pages/assets/shared/entries.js").SearchEntry}
 */
function entryOf({ name, detail, authority, partnership, page }, country) {
  const home = country.authorities[authority];
  const where = partnership ? `partnership ${partnership}` : "in none of the partnerships";
  return { title: name, detail: dotted([detail, home.name, where]), href: pageOfSchool(home.key, page), more: "" };
}

/**
 * @param {number} found
 * @param {Shard} shard
 */
function shownWords(found, shard) {
  const words = found ? `${resultWords(found)}.` : NO_SCHOOL;
  return shard.in_all > shard.schools.length ? `${words} ${MORE}` : words;
}
