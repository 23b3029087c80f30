import { Refusal } from "./asking.js";
import { say } from "./page.js";
import { show } from "./store.js";

/** @typedef {import("./schema.js").Refused} Refused */

/** Somebody thought better of it, and was told so. */
export class LeftAsItIs extends Error {}

/**
 * Say what went wrong, and show the desk as it is where it had changed.
 * @param {unknown} error
 * @returns {Refused}
 */
export function failed(error) {
  if (error instanceof LeftAsItIs) return { error: "" };
  const why = error instanceof Refusal ? error.why : { error: String(error) };
  say(why.error, true);
  if (why.desk) show(why.desk);
  return why;
}
