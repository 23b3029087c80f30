import { PAGES_SHAPES } from "../schema.js";
import { decode } from "./decode.js";
import { entriesIn } from "./entries.js";
import { finder } from "./finding.js";
import { resultWords, searchBox, showResults, useKeys } from "./results.js";

/** @typedef {import("../schema.js").PageBlock} PageBlock */
/** @typedef {import("../schema.js").SearchIndex} SearchIndex */
/** @typedef {import("./entries.js").SearchEntry} SearchEntry */

const NOTHING = "Nothing found: try part of a name, a postcode such as N12, a place, or a partnership's number.";
const EMPTY = { search: { schools: [], partnerships: [], places: [] }, root: "" };

/**
 * Return all that can be found: what the page's first map shows, and what the page lists.
 * @returns {SearchEntry[]}
 */
function allEntries() {
  const text = document.getElementById("page_data")?.textContent;
  const block = /** @type {PageBlock} */ (decode(PAGES_SHAPES, "PageBlock", text ? JSON.parse(text) : EMPTY));
  const shared = /** @type {SearchIndex} */ (decode(PAGES_SHAPES, "SearchIndex", window.geoIndex ?? EMPTY.search));
  const [map] = Object.values(window.geoPartnerships?.maps ?? {});
  const shown = map?.entries() ?? [];
  return [...shown, ...entriesIn(block.search, block.root, shown), ...entriesIn(shared, block.root, shown)];
}

/** @param {import("./results.js").SearchBox} search */
function start(search) {
  const { input, list } = search;
  const find = finder(allEntries());
  /**
   * @param {SearchEntry} entry
   * @param {Event} event
   */
  function follow(entry, event) {
    if (!entry.href.startsWith("#")) return;
    input.focus();
    list.hidden = true;
    if (location.hash !== entry.href) return;
    event.preventDefault();
    window.dispatchEvent(new HashChangeEvent("hashchange"));
  }
  function show() {
    const found = find(input.value);
    const words = found.length ? resultWords(found.length) : NOTHING;
    showResults(search, found, input.value.trim() ? words : "", follow);
  }
  input.addEventListener("input", show);
  useKeys(search, show);
  show();
}

/** Have the page's search box work, if it has one. */
export function startSearch() {
  const pageSearch = searchBox();
  if (pageSearch) start(pageSearch);
}
