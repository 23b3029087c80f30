/**
 * Show which row of the table is chosen.
 * @param {Element | null} row
 */
export function mark(row) {
  document.querySelectorAll("tr.chosen").forEach((other) => other.classList.remove("chosen"));
  row?.classList.add("chosen");
}
