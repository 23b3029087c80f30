import { count, dotted, titleOf } from "../shared/words.js";
import { pageOf, stemOf } from "./chart.js";
import { hashOf } from "./travel.js";

/** @typedef {import("../schema.js").MapData} MapData */
/** @typedef {import("../schema.js").MapPartnership} MapPartnership */
/** @typedef {import("../schema.js").MapSchool} MapSchool */
/** @typedef {import("../schema.js").SearchEntry} SearchEntry */

/** @typedef {SearchEntry & { page: string }} MapEntry with the page of its own that it has, too */

/**
 * Return what a search can find on a map: its schools, then its partnerships.
 * @param {{ schools: MapSchool[], partnerships: MapPartnership[], urls: MapData["urls"] }} data
 * @returns {MapEntry[]}
 */
export function entriesOf({ schools, partnerships, urls }) {
  return [
    ...schools.map((school) => ({ ...schoolEntry(school), page: pageOf(urls, "school", stemOf(school)) })),
    ...partnerships.map((one) => ({ ...partnershipEntry(one), page: pageOf(urls, "partnership", one.number) })),
  ];
}

/**
 * @param {MapSchool} school
 * @returns {SearchEntry}
 */
function schoolEntry({ urn, name, phase, postcode, district, partnerships, aliases }) {
  const where = partnerships.length ? `Partnership ${partnerships.join(" and ")}` : "in none of the partnerships";
  const detail = dotted([phase, postcode || district, where]);
  return { title: name, detail, href: hashOf("school", urn), more: `${urn} ${aliases}` };
}

/**
 * @param {MapPartnership} partnership
 * @returns {SearchEntry}
 */
function partnershipEntry(partnership) {
  const href = hashOf("partnership", partnership.number);
  return { title: titleOf(partnership), detail: count(partnership.size, "school"), href, more: "" };
}
