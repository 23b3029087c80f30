import { link, make } from "../shared/dom.js";
import { calm } from "../shared/motion.js";
import { count, dotted, far, titleOf } from "../shared/words.js";
import { pageOf, stemOf } from "./chart.js";
import { mark } from "./rows.js";

/** @typedef {import("./chart.js").Chart} Chart */
/** @typedef {import("./chart.js").Partnership} Partnership */
/** @typedef {import("./chart.js").School} School */

/** @type {L.PopupOptions} */
const PLACE = {
  className: "of-plan",
  maxWidth: 250,
  minWidth: 200,
  autoPanPaddingTopLeft: [50, 54],
  autoPanPaddingBottomRight: [10, 10],
};
/**
 * What had the focus before a map's popup took it.
 * @type {WeakMap<L.Map, Element>}
 */
const openers = new WeakMap();

/**
 * Have a map's popups give the focus back, and Escape close them.
 * @param {L.Map} map
 */
export function usePopups(map) {
  map.on("popupclose", () => {
    const opener = openers.get(map);
    if (opener instanceof HTMLElement && document.contains(opener)) opener.focus({ preventScroll: true });
    openers.delete(map);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") map.closePopup();
  });
}

/**
 * Open a popup and give it the focus.
 * @param {L.Map} map
 * @param {HTMLElement} card
 * @param {L.LatLng} at
 */
export function openPopup(map, card, at) {
  const from = document.activeElement;
  openers.delete(map);
  map.openPopup(card, at, PLACE);
  if (from) openers.set(map, from);
  const first = card.querySelector("a, button");
  card.tabIndex = -1;
  (first instanceof HTMLElement ? first : card).focus({ preventScroll: true });
}

/**
 * Return what a popup says of a school: the same words as the table, and ways on.
 * @param {Chart} chart
 * @param {School} school
 * @returns {HTMLElement}
 */
export function schoolCard(chart, school) {
  const { urn, designations, placed_by: placedBy } = school;
  const page = pageOf(chart.data.urls, "school", stemOf(school));
  const row = document.getElementById(`row-${stemOf(school)}`);
  return make("div", { class: "card" }, [
    title(page, school.name),
    kind(dotted([school.phase, school.district])),
    ...(school.partnerships.length ? [] : [make("div", { text: "In none of the partnerships" })]),
    ...school.partnerships.map((number) => membershipLine(chart, number, urn)),
    ...(placedBy ? [kind(`Placed by ${placedBy}`)] : []),
    ...(designations.length ? [kind(`System leader: ${designations.join(", ")}`)] : []),
    ...(row ? [wayToRow(chart.map, row)] : []),
  ]);
}

/**
 * Return what a popup says of a partnership.
 * @param {Chart} chart
 * @param {Partnership} partnership
 * @returns {HTMLElement}
 */
export function partnershipCard(chart, partnership) {
  const page = pageOf(chart.data.urls, "partnership", partnership.number);
  return make("div", { class: "card" }, [title(page, titleOf(partnership)), kind(count(partnership.size, "school"))]);
}

/**
 * @param {Chart} chart
 * @param {number} number
 * @param {string} urn
 */
function membershipLine(chart, number, urn) {
  const partnership = chart.partnerships.get(number);
  const member = partnership?.members.find((one) => one.urn === urn);
  const page = pageOf(chart.data.urls, "partnership", number);
  const text = partnership ? titleOf(partnership) : `Partnership ${number}`;
  const line = make("div", { class: "card-line" }, [page ? link(page, text) : make("span", { text })]);
  if (member) line.append(kind(partnership?.centre === urn ? "The centre school" : far(member.metres)));
  return line;
}

/**
 * @param {L.Map} map
 * @param {HTMLElement} row
 */
function wayToRow(map, row) {
  /** @param {Event} event */
  function go(event) {
    event.preventDefault();
    openers.delete(map);
    row.tabIndex = -1;
    row.scrollIntoView({ block: "center", behavior: calm() ? "auto" : "smooth" });
    row.focus({ preventScroll: true });
    mark(row);
  }
  return link(`#${row.id}`, "Go to its row in the table", { class: "card-row", on: { click: go } });
}

/**
 * @param {string} page
 * @param {string} text
 */
function title(page, text) {
  return make("strong", { class: "card-title" }, [page ? link(page, text) : text]);
}

/** @param {string} text */
function kind(text) {
  return make("div", { class: "card-kind", text });
}
