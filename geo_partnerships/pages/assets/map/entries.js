import { count, dotted, titleOf } from "../shared/words.js";
import { hashOf } from "./travel.js";

/** @typedef {import("../schema.js").MapPartnership} MapPartnership */
/** @typedef {import("../schema.js").MapSchool} MapSchool */
/** @typedef {import("../schema.js").SearchEntry} SearchEntry */

/**
 * Return what a search can find on a map: its schools, then its partnerships.
 * @param {{ schools: MapSchool[], partnerships: MapPartnership[] }} data
 * @returns {SearchEntry[]}
 */
export function entriesOf({ schools, partnerships }) {
  return [...schools.map(schoolEntry), ...partnerships.map(partnershipEntry)];
}

/**
 * @param {MapSchool} school
 * @returns {SearchEntry}
 */
function schoolEntry({ urn, name, phase, postcode, district, partnerships }) {
  const where = partnerships.length ? `Partnership ${partnerships.join(" and ")}` : "in none of the partnerships";
  return { title: name, detail: dotted([phase, postcode || district, where]), href: hashOf("school", urn) };
}

/**
 * @param {MapPartnership} partnership
 * @returns {SearchEntry}
 */
function partnershipEntry(partnership) {
  const href = hashOf("partnership", partnership.number);
  return { title: titleOf(partnership), detail: count(partnership.size, "school"), href };
}
