/** @typedef {import("./chart.js").Chart} Chart */
/** @typedef {import("./chart.js").School} School */
/** @typedef {import("../shared/apart.js").Point} Point */
/**
 * How a school stands in the plan: what its pin is coloured by, and whether it is the centre school of that.
 * @typedef {{ number: number | undefined, faint: boolean, centre: boolean, fill: string, ink: string }} Now
 */

/**
 * What maps of a kind do otherwise than others.
 * @typedef {Object} Kind
 * @property {(chart: Pick<Chart, "data">, school: import("../schema.js").MapSchool, now: Now) =>
 *   import("./pins.js").Look} look of a school's pin
 * @property {(chart: Chart, schools: School[], points: Point[], tiny: boolean) => Point[]} part pins that would hide one another
 * @property {string} lines what its lines are called, which take the place of those to the centre schools
 * @property {(chart: Chart) => void} arranged draws them, called when pins have their places
 */

/**
 * Kinds of maps that have ways of their own, by name; a page's script puts in those that it may show.
 * @type {Record<string, Kind>}
 */
export const kinds = {};
