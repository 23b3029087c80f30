import { toggle } from "../shared/controls.js";

/** @typedef {import("./chart.js").Chart} Chart */

/**
 * Draw some partnerships more strongly than the others. A strand that does not divide the ground shows its outline
 * and spokes when one of its own is chosen.
 * @param {Chart} chart
 * @param {number[]} numbers
 */
export function emphasise({ map, data }, numbers) {
  for (const { number, ground, strong, outline, spokes } of data.partnerships) {
    const chosen = numbers.includes(number);
    if (!ground && data.kind === "overview") {
      toggle(map, [outline, spokes], chosen);
    }
    if (strong) outline.setStyle({ weight: chosen ? 3.5 : 1.6, fillOpacity: chosen ? 0.42 : 0.3 });
  }
}
