import { decode } from "../../../pages/assets/shared/decode.js";
import { ATLAS_SHAPES } from "../schema.js";

/**
 * What scripts hand over, by the name of its type.
 * @typedef {{ Names: import("../schema.js").Names, Shard: import("../schema.js").Shard }} Held
 */
/**
 * Load the script of that number, unless it is there, and go on with what it holds.
 * @typedef {<Kind extends keyof Held>(kind: Kind, number: number, file: string, then: (held: Held[Kind]) => void)
 *   => void} Load
 */

/**
 * Return how scripts that hand over data are loaded, each once. Unlike what is fetched, a script is loaded from a
 * folder on disk, too.
 * @returns {Load}
 */
export function loader() {
  const root = rootOf(document.currentScript);
  /** @type {Map<string, any>} */
  const held = new Map();
  /** @type {Map<string, ((value: any) => void)[]>} */
  const waiting = new Map();
  /** @param {keyof Held} kind */
  function receive(kind) {
    return (/** @type {number} */ number, /** @type {unknown} */ value) => {
      const key = kind + number;
      held.set(key, decode(ATLAS_SHAPES, kind, value));
      const calls = waiting.get(key) ?? [];
      waiting.delete(key);
      for (const then of calls) then(held.get(key));
    };
  }
  window.atlas = { names: receive("Names"), shard: receive("Shard") };
  return (kind, number, file, then) => {
    const key = kind + number;
    const calls = waiting.get(key);
    if (held.has(key)) then(held.get(key));
    else if (calls) calls.push(then);
    else {
      waiting.set(key, [then]);
      addScript(root + file, () => waiting.delete(key));
    }
  };
}

/**
 * @param {HTMLOrSVGScriptElement | null} script
 * @returns {string} the folder of the site
 */
function rootOf(script) {
  return script instanceof HTMLScriptElement ? script.src.replace(/assets\/[^/]*$/, "") : "";
}

/**
 * @param {string} source
 * @param {() => void} failed
 */
function addScript(source, failed) {
  const script = document.createElement("script");
  script.src = source;
  script.addEventListener("error", () => {
    failed();
    script.remove();
  });
  document.head.append(script);
}
