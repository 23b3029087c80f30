import { byId } from "../../pages/assets/shared/dom.js";
import { sayHere } from "./here.js";

/**
 * Return the field of that id, which the page has.
 * @param {string} id
 * @returns {HTMLInputElement}
 */
export function fieldById(id) {
  return byId(id);
}

/**
 * Say what happened: at the top, where it is read aloud, and beside the control that was used.
 * @param {string} words
 * @param {boolean} [bad]
 */
export function say(words, bad = false) {
  byId("message").textContent = words;
  byId("message").classList.toggle("bad", bad);
  sayHere(words, bad);
}

/**
 * Put rows or items in the place of those that a part of the page has.
 * @param {string} selector
 * @param {(Node | string)[]} children
 */
export function fill(selector, children) {
  document.querySelector(selector)?.replaceChildren(...children);
}

/**
 * Return the key of what has the focus, by which it is found again when it is drawn anew.
 * @returns {string | undefined}
 */
export function focusedKey() {
  return document.activeElement instanceof HTMLElement ? document.activeElement.dataset.key : undefined;
}

/**
 * Give the focus back.
 * @param {string | undefined} key
 */
export function refocus(key) {
  const node = key === undefined ? null : document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (node instanceof HTMLElement) node.focus({ preventScroll: true });
}

/**
 * Do something when a button is pressed or a form is sent.
 * @param {string} id
 * @param {string} event
 * @param {() => void} act
 */
export function when(id, event, act) {
  byId(id).addEventListener(event, (happened) => {
    happened.preventDefault();
    act();
  });
}

/**
 * Ask something in a dialog, and wait for the answer.
 * @template Answer
 * @param {string} id of the dialog; that with `-no` is the button to leave it
 * @param {(by: Element | null) => Answer | null} read returns the answer by the button that was pressed; null where it
 *   is not complete yet
 * @returns {Promise<Answer | null>} null where there is none
 */
export function answerOf(id, read) {
  const box = /** @type {HTMLDialogElement} */ (byId(id));
  const heard = new AbortController();
  return new Promise((done) => {
    /**
     * @param {HTMLElement | null} node
     * @param {string} event
     * @param {(by: Element | null) => Answer | null} found
     * @param {boolean} last
     */
    function listen(node, event, found, last) {
      /** @param {Event} happened */
      function hear(happened) {
        happened.preventDefault();
        const answer = found(happened instanceof SubmitEvent ? happened.submitter : null);
        if (answer === null && !last) return;
        heard.abort();
        box.close();
        done(answer);
      }
      node?.addEventListener(event, hear, { signal: heard.signal });
    }
    listen(box.querySelector("form"), "submit", read, false);
    listen(byId(`${id}-no`), "click", () => null, true);
    listen(box, "cancel", () => null, true);
    box.showModal();
  });
}
