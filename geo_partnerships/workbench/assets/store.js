import { focusedKey, refocus } from "./page.js";

/** @typedef {import("./schema.js").Areas} Areas */
/** @typedef {import("./schema.js").DeskGround} DeskGround */
/** @typedef {import("./schema.js").DeskPartnership} DeskPartnership */
/** @typedef {import("./schema.js").DeskSchool} DeskSchool */
/** @typedef {import("./schema.js").DeskState} DeskState */
/**
 * @typedef {DeskState & { schoolOf: Map<string, DeskSchool>, partnershipOf: Map<number, DeskPartnership>,
 *   answerOf: Map<string, string> }} Desk
 */

/**
 * What the page shows: the desk, the ground under it, the areas as last asked for, and the school that is chosen.
 * The first two are there before anything is drawn.
 * @type {{ desk: Desk, ground: DeskGround, areas: Areas | null, chosen: string | null }}
 */
export const state = { desk: /** @type {any} */ (null), ground: /** @type {any} */ (null), areas: null, chosen: null };

/**
 * The schools that are chosen together, and whether a press chooses them so.
 * @type {{ on: boolean, urns: Set<string> }}
 */
export const several = { on: false, urns: new Set() };

/** @type {((fresh: boolean) => void)[]} */
const drawers = [];
/** @type {(() => void)[]} */
const choosers = [];

/**
 * Have something drawn whenever the desk is shown anew.
 * @param {...(fresh: boolean) => void} draw is told whether something was decided since
 */
export function whenShown(...draw) {
  drawers.push(...draw);
}

/**
 * Have something drawn whenever another school is chosen.
 * @param {...() => void} draw
 */
export function whenChosen(...draw) {
  choosers.push(...draw);
}

/**
 * Show a desk, unless a later one is shown already.
 * @param {DeskState} now
 */
export function show(now) {
  if (state.desk && now.n < state.desk.n) return;
  const fresh = now.n !== state.desk?.n;
  state.desk = {
    ...now,
    schoolOf: new Map(now.schools.map((school) => [school.urn, school])),
    partnershipOf: new Map(now.partnerships.map((partnership) => [partnership.number, partnership])),
    answerOf: new Map(now.replies.rows.map(({ urn, answer }) => [urn, answer])),
  };
  const key = focusedKey();
  for (const draw of drawers) draw(fresh);
  refocus(key);
}

/**
 * Choose a school.
 * @param {string} urn
 */
export function choose(urn) {
  state.chosen = urn;
  drawChosen();
}

/** Draw anew what shows which schools are chosen. */
export function drawChosen() {
  for (const draw of choosers) draw();
}

/**
 * Return a school; one that the plan does not know has its key for a name.
 * @param {string} urn
 * @returns {Pick<DeskSchool, "urn" | "name" | "numbers" | "held">}
 */
export function schoolOf(urn) {
  return state.desk.schoolOf.get(urn) ?? { urn, name: urn, numbers: [], held: "" };
}

/**
 * Return a partnership's number and name.
 * @param {number} number
 * @returns {string}
 */
export function numbered(number) {
  return `${number}: ${state.desk.partnershipOf.get(number)?.name ?? ""}`;
}

/**
 * Return the schools by name.
 * @template {{ urn: string, name: string }} School
 * @param {School[]} schools
 * @returns {School[]}
 */
export function byName(schools) {
  return [...schools].sort((a, b) => a.name.localeCompare(b.name) || (a.urn < b.urn ? -1 : 1));
}
