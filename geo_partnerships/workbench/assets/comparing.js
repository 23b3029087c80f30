import { byId, make } from "../../pages/assets/shared/dom.js";
import { ask } from "./asking.js";
import { failed } from "./failing.js";
import { fieldById, fill, say } from "./page.js";
import { homesOf, tableRow } from "./showing.js";

/** Show the two plans that were compared last. */
export async function drawCompared() {
  try {
    const found = await ask("Compared", "/api/compared");
    if (!found) return;
    const { titles, figures, words, moved } = found;
    byId("compared").hidden = false;
    byId("side-a").textContent = titles[0];
    byId("side-b").textContent = titles[1];
    fill(
      "#compared-figures tbody",
      figures.map(({ label, first, second }) => tableRow(label, [first, second])),
    );
    byId("compared-moved").textContent = words;
    fill(
      "#compared-list",
      moved.map(({ name, before, after }) => make("li", { text: `${name}: ${homesOf(before)} → ${homesOf(after)}` })),
    );
    byId("h-compared").focus();
    say("Compared.");
  } catch (error) {
    failed(error);
  }
}

/** Offer the plans that can be compared. */
export async function refreshComparable() {
  try {
    const plans = await ask("Comparable[]", "/api/comparable");
    ["a", "b"].forEach((id, at) => {
      const before = fieldById(id).value;
      fill(
        `#${id}`,
        plans.map(({ key, title }) => make("option", { value: key, text: title })),
      );
      const still = plans.some(({ key }) => key === before);
      fieldById(id).value = still ? before : plans[Math.min(at, plans.length - 1)].key;
    });
  } catch (error) {
    failed(error);
  }
}
