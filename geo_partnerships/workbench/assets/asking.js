import { decode } from "../../pages/assets/shared/decode.js";
import { WORKBENCH_SHAPES } from "./schema.js";

/** @typedef {import("./schema.js").Refused} Refused */
/**
 * What the program can be asked for, by the name of its type.
 * @typedef {{
 *   "DeskState": import("./schema.js").DeskState,
 *   "DeskGround": import("./schema.js").DeskGround,
 *   "Areas": import("./schema.js").Areas,
 *   "Pulse": import("./schema.js").Pulse,
 *   "AlternativeRow[]": import("./schema.js").AlternativeRow[],
 *   "Comparable[]": import("./schema.js").Comparable[],
 *   "Compared": import("./schema.js").Compared | null,
 *   "ChoicesState": import("./schema.js").ChoicesState | null,
 *   "Started": import("./schema.js").Started,
 *   "Saved": import("./schema.js").Saved,
 *   "Disclosed": import("./schema.js").Disclosed | null,
 *   "Proposed": import("./schema.js").Proposed | null,
 *   "NewYear": import("./schema.js").NewYear | null,
 *   "RepliesRead": import("./schema.js").RepliesRead,
 *   "Nothing": unknown,
 * }} Answers
 */

const SILENT = "The program does not answer. Is it still running? Decisions are kept.";
const token = () => document.querySelector("meta[name=csrf]")?.getAttribute("content") ?? "";
let asked = 0;

/** The program did not do what it was asked. */
export class Refusal extends Error {
  /**
   * @param {number} status
   * @param {Refused} why
   */
  constructor(status, why) {
    super(why.error);
    this.status = status;
    this.why = why;
  }
}

/**
 * Return whether an answer is awaited.
 * @returns {boolean}
 */
export function busy() {
  return asked > 0;
}

/**
 * Ask the program.
 * @template {keyof Answers} Kind
 * @param {Kind} kind of the answer
 * @param {string} path
 * @param {object} [body] what to do, or a file; without it something is only looked up
 * @returns {Promise<Answers[Kind]>}
 * @throws {Refusal} where the program refuses or does not answer
 */
export async function ask(kind, path, body) {
  wait(1);
  try {
    const answer = await fetch(path, { credentials: "same-origin", ...(body && posted(body)) }).catch(() => {
      throw new Refusal(0, { error: SILENT });
    });
    const value = await answer.json();
    if (!answer.ok) throw new Refusal(answer.status, decode(WORKBENCH_SHAPES, "Refused", value));
    return decode(WORKBENCH_SHAPES, kind, value);
  } finally {
    wait(-1);
  }
}

/**
 * @param {object} body
 * @returns {RequestInit}
 */
function posted(body) {
  const file = body instanceof Blob;
  const type = file ? "application/octet-stream" : "application/json";
  return {
    method: "POST",
    headers: { "X-CSRF-Token": token(), "Content-Type": type },
    body: file ? body : JSON.stringify(body),
  };
}

/** @param {number} more */
function wait(more) {
  asked += more;
  document.body.setAttribute("data-busy", String(asked));
}
