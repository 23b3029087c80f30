/* Search by school, postcode district or partnership, with a live list of results. */
import { PAGES_SHAPES } from "./schema.js";
import { decode } from "./shared/decode.js";
import { finder } from "./shared/finding.js";
import { resultWords, searchBox, showResults, useKeys } from "./shared/results.js";

/** @typedef {import("./schema.js").PageBlock} PageBlock */
/** @typedef {import("./schema.js").SearchEntry} SearchEntry */

const NOTHING = "Nothing found: try part of a name, a postcode district such as N12, or a partnership's number.";

/**
 * Return all that can be found: what the page's first map shows, and what the page lists.
 * @returns {SearchEntry[]}
 */
function allEntries() {
  const text = document.getElementById("page_data")?.textContent;
  const block = /** @type {PageBlock} */ (decode(PAGES_SHAPES, "PageBlock", text ? JSON.parse(text) : { search: [] }));
  const [map] = Object.values(window.geoPartnerships?.maps ?? {});
  return [...(map?.entries() ?? []), ...block.search];
}

/** @param {import("./shared/results.js").SearchBox} search */
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

const pageSearch = searchBox();
if (pageSearch) start(pageSearch);
