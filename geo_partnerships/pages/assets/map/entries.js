import { partnershipEntry, schoolEntry } from "../shared/entries.js";
import { pageOf, stemOf } from "./chart.js";
import { hashOf } from "./travel.js";

/** @typedef {import("../schema.js").MapData} MapData */
/** @typedef {import("../schema.js").MapPartnership} MapPartnership */
/** @typedef {import("../schema.js").MapSchool} MapSchool */
/** @typedef {import("../shared/entries.js").SearchEntry & { page: string }} MapEntry with its own page, too */

/**
 * Return what a search can find on a map: its schools, then its partnerships.
 * @param {{ schools: MapSchool[], partnerships: MapPartnership[], urls: MapData["urls"] }} data
 * @returns {MapEntry[]}
 */
export function entriesOf({ schools, partnerships, urls }) {
  return [
    ...schools.map((one) => ({
      ...schoolEntry(one, one.postcode || one.district, hashOf("school", one.urn)),
      page: pageOf(urls, "school", stemOf(one)),
    })),
    ...partnerships.map((one) => ({
      ...partnershipEntry(one, hashOf("partnership", one.number)),
      page: pageOf(urls, "partnership", one.number),
    })),
  ];
}
