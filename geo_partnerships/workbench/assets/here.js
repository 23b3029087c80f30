import { make } from "../../pages/assets/shared/dom.js";

/** What a control belongs to, from near to far. */
const PLACES = ".row, form";

/**
 * The control that was used last, by which it is found again when it is drawn anew.
 * @type {{ node: HTMLElement, key: string | undefined } | null}
 */
let used = null;

/** Remember which control is used. */
export function watchControls() {
  for (const event of ["click", "submit", "change"]) {
    document.addEventListener(
      event,
      ({ target }) => {
        const node = target instanceof HTMLElement ? target.closest("button, form, input, select, textarea") : null;
        if (node instanceof HTMLElement && !node.closest("dialog")) used = { node, key: node.dataset.key };
        else if (target instanceof Element && target.closest("#map")) used = null;
      },
      { capture: true },
    );
  }
}

/**
 * Return the part of the page that the control used last belongs to; null where it is the head of the page or the map.
 * @returns {Element | null}
 */
export function placeUsed() {
  if (!used) return null;
  const { node, key } = used;
  const now = node.isConnected || key === undefined ? node : document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  return now?.isConnected ? now.closest(PLACES) : null;
}

/**
 * Say something where the eye is. The page's message is read aloud, so that this one is not.
 * @param {string} words
 * @param {boolean} bad
 */
export function sayHere(words, bad) {
  document.getElementById("here")?.remove();
  const place = placeUsed();
  if (!words || !place) return;
  place.after(make("p", { id: "here", class: bad ? "bad" : null, "aria-hidden": "true", text: words }));
}
