import { state } from "./store.js";

export const DISCUSS = "wants to discuss";
export const NO_REPLY = "no reply";
const FORCED = "moved against a rule";

/**
 * Return what a school answered to the letter; empty where the letter is not for it.
 * @param {string} urn
 * @returns {string}
 */
export function answerOfSchool(urn) {
  return state.desk.answerOf.get(urn) ?? "";
}

/**
 * Return what is to do about a school, in words; nothing where all is well.
 * @param {string} urn
 * @returns {string[]}
 */
export function todoOf(urn) {
  const school = state.desk.schoolOf.get(urn);
  return todoWords(answerOfSchool(urn), school?.held ?? "", school?.numbers ?? []);
}

/**
 * @param {string} answer
 * @param {string} held
 * @param {number[]} numbers of its partnerships
 * @returns {string[]}
 */
export function todoWords(answer, held, numbers) {
  return [
    answer === DISCUSS ? DISCUSS : "",
    answer === NO_REPLY ? "no reply yet" : "",
    held === FORCED ? held : "",
    answer && !numbers.length ? "in none of the partnerships" : "",
  ].filter(Boolean);
}
