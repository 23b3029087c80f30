/**
 * Say of days that are past that they are: what was written for the time before makes room for what stands after it.
 * A page without scripts shows the day alone.
 * @param {Date} [today]
 */
export function tellPast(today = new Date()) {
  const day = [today.getFullYear(), today.getMonth() + 1, today.getDate()];
  const now = day.map((part) => String(part).padStart(2, "0")).join("-");
  for (const before of document.querySelectorAll("[data-until]")) {
    const until = `${before.getAttribute("data-until")}-31`.slice(0, now.length);
    const after = before.nextElementSibling;
    if (!(before instanceof HTMLElement && after instanceof HTMLElement) || until >= now) continue;
    before.hidden = true;
    after.hidden = false;
  }
}
