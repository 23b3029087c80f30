import { count, dotted, titleOf } from "./words.js";

/** @typedef {import("../schema.js").SearchIndex} SearchIndex */
/**
 * What a search finds: its words, where it leads, and words and codes that it is found by, too.
 * @typedef {{ title: string, detail: string, href: string, more: string }} SearchEntry
 */

/**
 * Return the way from the index to a page.
 * @param {"school" | "partnership"} kind
 * @param {string | number} key
 * @returns {string}
 */
function pathOf(kind, key) {
  return kind === "school"
    ? `schools/${encodeURIComponent(key)}.html`
    : `partnerships/${String(key).padStart(2, "0")}.html`;
}

/**
 * Return what a search says of a school.
 * @param {{ urn: string, name: string, phase: string, partnerships: number[], aliases: string }} school
 * @param {string} place its postcode or district
 * @param {string} href
 * @returns {SearchEntry}
 */
export function schoolEntry({ urn, name, phase, partnerships, aliases }, place, href) {
  const where = partnerships.length ? `Partnership ${partnerships.join(" and ")}` : "in none of the partnerships";
  return { title: name, detail: dotted([phase, place, where]), href, more: `${urn} ${aliases}` };
}

/**
 * Return what a search says of a partnership.
 * @param {{ number: number, name: string, size: number }} partnership
 * @param {string} href
 * @returns {SearchEntry}
 */
export function partnershipEntry(partnership, href) {
  return { title: titleOf(partnership), detail: count(partnership.size, "school"), href, more: "" };
}

/**
 * Return all of an index as a search shows it, but for the pages that a map shows itself.
 * @param {SearchIndex} index
 * @param {string} root the way to the index
 * @param {{ title: string, href: string, page: string }[]} shown on a map; a place leads there if its partnership does
 * @returns {SearchEntry[]}
 */
export function entriesIn({ schools, partnerships, places }, root, shown) {
  const byPage = new Map(shown.map((entry) => [entry.page, entry]));
  const pages = new Map(partnerships.map((one) => [one.number, one]));
  const found = [
    ...schools.map((one) => schoolEntry(one, one.place, root + pathOf("school", one.page || one.urn))),
    ...partnerships.map((one) => partnershipEntry(one, root + pathOf("partnership", one.number))),
  ];
  const around = places.map(({ name, partnership }) => {
    const page = root + pathOf("partnership", partnership);
    const known = pages.get(partnership);
    const there = byPage.get(page);
    const title = there?.title ?? (known ? titleOf(known) : `Partnership ${partnership}`);
    return { title: name, detail: `place in or near ${title}`, href: there?.href ?? page, more: "" };
  });
  return [...found.filter((entry) => !byPage.has(entry.href)), ...around];
}
