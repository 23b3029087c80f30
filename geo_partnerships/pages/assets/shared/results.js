import { link, make } from "./dom.js";
import { count } from "./words.js";

/** @typedef {import("./entries.js").SearchEntry} SearchEntry */

const MOST = 12;

/**
 * A box to search in: where one types, the list of what was found, and how many that is.
 * @typedef {{ box: HTMLElement, input: HTMLInputElement, list: HTMLUListElement, status: HTMLElement }} SearchBox
 */

/**
 * Return the page's search box; null where it has none.
 * @returns {SearchBox | null}
 */
export function searchBox() {
  const box = document.getElementById("search");
  const input = box?.querySelector("input");
  const list = box?.querySelector("ul");
  const status = box?.querySelector("[role=status]");
  if (!box || !input || !list || !(status instanceof HTMLElement)) return null;
  return { box, input, list, status };
}

/**
 * Show what was found.
 * @param {SearchBox} search
 * @param {SearchEntry[]} found
 * @param {string} words
 * @param {(entry: SearchEntry, event: Event) => void} [chosen] what happens where one is followed
 */
export function showResults({ list, status }, found, words, chosen) {
  list.replaceChildren(
    ...found.slice(0, MOST).map((entry) => {
      const to = link(entry.href, entry.title, { on: { click: (event) => chosen?.(entry, event) } });
      to.append(make("br"), make("span", { text: entry.detail }));
      return make("li", {}, [to]);
    }),
  );
  list.hidden = !found.length;
  status.textContent = words;
}

/**
 * Say how many were found.
 * @param {number} number
 * @returns {string}
 */
export function resultWords(number) {
  return count(number, "result") + (number > MOST ? `, the first ${MOST} shown` : "");
}

/**
 * Have the keys work: arrows go through the results, Escape clears, Enter follows the first.
 * @param {SearchBox} search
 * @param {() => void} again search anew
 */
export function useKeys(search, again) {
  const { box, input, list } = search;
  const links = () => Array.from(list.querySelectorAll("a"));
  const at = () => links().indexOf(/** @type {HTMLAnchorElement} */ (document.activeElement));
  /** @type {Record<string, () => boolean>} */
  const acts = {
    ArrowDown() {
      list.hidden = !links().length;
      links()[Math.min(at() + 1, links().length - 1)]?.focus();
      return links().length > 0;
    },
    ArrowUp() {
      const now = at();
      if (now >= 0) (now ? links()[now - 1] : input).focus();
      return now >= 0;
    },
    Escape() {
      input.value = "";
      again();
      input.focus();
      return false;
    },
    Enter() {
      const first = document.activeElement === input;
      if (first) links()[0]?.click();
      return first;
    },
  };
  box.addEventListener("keydown", (event) => {
    if (acts[event.key]?.()) event.preventDefault();
  });
}
