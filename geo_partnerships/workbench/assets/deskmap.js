import { partPins } from "../../pages/assets/shared/apart.js";
import { byId, classesOf, make } from "../../pages/assets/shared/dom.js";
import { drawGround, makePanes } from "../../pages/assets/shared/ground.js";
import { motion } from "../../pages/assets/shared/motion.js";
import { ask } from "./asking.js";
import { moveTo } from "./deciding.js";
import { failed } from "./failing.js";
import { NO_COLOUR } from "./list.js";
import { say } from "./page.js";
import { schoolOf, state } from "./store.js";

/** @typedef {import("./schema.js").Area} Area */
/** @typedef {import("./schema.js").DeskSchool} DeskSchool */

const PIN = 26;

/** The map of the desk: areas, and pins that can be dragged onto another partnership. */
export class DeskMap {
  /** @param {(urn: string, focus: boolean) => void} chosen what happens where a pin is pressed */
  constructor(chosen) {
    const { bounds, context, attributions } = state.ground;
    this.chosen = chosen;
    this.map = L.map("map", { zoomSnap: 0.25, maxZoom: 18, attributionControl: false, ...motion() });
    this.map.fitBounds(bounds, { padding: [8, 8], animate: false });
    makePanes(this.map);
    drawGround(this.map, context);
    this.areas = L.layerGroup().addTo(this.map);
    this.pins = L.layerGroup().addTo(this.map);
    /** @type {Map<string, L.Marker>} */
    this.markers = new Map();
    this.map.on("zoomend", () => this.drawPins());
    byId("attributions").textContent = attributions.join(". ");
  }

  /**
   * Bring a school into sight.
   * @param {string} urn
   */
  reveal(urn) {
    const place = state.ground.places[urn];
    if (place && !this.map.getBounds().contains(place)) this.map.panTo(place, { animate: false });
  }

  /**
   * Ask for the areas of the partnerships and draw them.
   * @returns {Promise<boolean>} whether they are those of the desk that is shown
   */
  async refreshAreas() {
    try {
      const found = await ask("Areas", "/api/areas");
      if (found.n !== state.desk.n) return false;
      state.areas = found;
      this.areas.clearLayers();
      for (const area of found.areas.filter(({ rings }) => rings.length)) this.areas.addLayer(shapeOf(area));
      this.drawPins();
      return true;
    } catch (error) {
      failed(error);
      return false;
    }
  }

  /** Draw a pin for each school that has a place, none of which hides another. */
  drawPins() {
    const { places } = state.ground;
    const shown = state.desk.schools.filter(({ urn }) => places[urn]);
    const points = shown.map(({ urn }) => this.map.latLngToLayerPoint(places[urn]));
    const moved = partPins(points, PIN - 4);
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.urn : undefined;
    this.pins.clearLayers();
    this.markers = new Map(
      shown.map((school, i) => [
        school.urn,
        this.pinFor(school, this.map.layerPointToLatLng([moved[i].x, moved[i].y])),
      ]),
    );
    for (const marker of this.markers.values()) marker.addTo(this.pins);
    if (focused) this.markers.get(focused)?.getElement()?.focus({ preventScroll: true });
  }

  /**
   * @param {DeskSchool} school
   * @param {L.LatLng} at
   * @returns {L.Marker}
   */
  pinFor(school, at) {
    const { urn, name } = school;
    const html = make("span", { class: pinClasses(school), text: school.numbers.join(",") || "–" });
    const icon = L.divIcon({ className: "pin", html, iconSize: [PIN, PIN], iconAnchor: [PIN / 2, PIN / 2] });
    const marker = L.marker(at, { draggable: true, autoPan: true, riseOnHover: true, icon });
    marker.on("add", () => {
      marker.getElement()?.setAttribute("aria-label", pinWords(school));
      marker.getElement()?.setAttribute("data-urn", urn);
    });
    marker.bindTooltip(() => make("span", { text: name }), { direction: "top", offset: [0, -12] });
    marker.on("click", () => this.chosen(urn, false));
    marker.on("keypress", ({ originalEvent }) => {
      if (originalEvent.key === "Enter") this.chosen(urn, true);
    });
    marker.on("dragend", () => {
      const to = this.under(marker.getLatLng(), urn);
      marker.setLatLng(at);
      this.dropped(school, to);
    });
    return marker;
  }

  /**
   * @param {DeskSchool} school
   * @param {number | null} to
   */
  async dropped({ urn, name, numbers }, to) {
    if (to === null) return say("Drop the pin on another partnership to move the school.");
    if (numbers.includes(to)) return say(`${name} stays where it is.`);
    state.chosen = urn;
    await moveTo(urn, to);
    this.drawPins();
  }

  /**
   * Return the partnership where a pin was dropped: that of a pin under it, else that of the area.
   * @param {L.LatLng} place
   * @param {string} urn
   * @returns {number | null}
   */
  under(place, urn) {
    const point = this.map.latLngToLayerPoint(place);
    const near = [...this.markers]
      .map(([other, marker]) => ({
        other,
        number: schoolOf(other).numbers[0],
        far: this.map.latLngToLayerPoint(marker.getLatLng()).distanceTo(point),
      }))
      .filter(({ other, number, far }) => other !== urn && number !== undefined && far < PIN * 0.8)
      .sort((a, b) => a.far - b.far);
    const area = state.areas?.areas.find(({ rings }) => rings.length && inside(place, rings));
    return near[0]?.number ?? area?.number ?? null;
  }
}

/**
 * Return whether a point lies inside rings, of which those within others are holes.
 * @param {{ lat: number, lng: number }} point
 * @param {[number, number][][]} rings latitudes and longitudes
 * @returns {boolean}
 */
export function inside({ lat, lng }, rings) {
  let odd = false;
  for (const ring of rings) {
    ring.forEach(([lat1, lng1], i) => {
      const [lat2, lng2] = ring.at(i - 1) ?? [lat1, lng1];
      if (lat1 > lat === lat2 > lat) return;
      if (lng < ((lng2 - lng1) * (lat - lat1)) / (lat2 - lat1) + lng1) odd = !odd;
    });
  }
  return odd;
}

/** @param {Area} area */
function shapeOf({ colour, rings }) {
  const { fill, line } = state.ground.palette[colour];
  const look = { color: line, weight: 1.6, fillColor: fill, fillOpacity: 0.26 };
  return L.polygon(rings, { pane: "areas", interactive: false, ...look });
}

/** @param {DeskSchool} school */
function pinClasses({ urn, numbers, leader, held }) {
  const [number] = numbers;
  const none = number === undefined;
  return classesOf({
    dot: true,
    [`c${state.areas?.colours[number] ?? NO_COLOUR}`]: !none,
    centre: !none && state.desk.partnershipOf.get(number)?.centre === urn,
    leader,
    none,
    locked: Boolean(held),
    chosen: urn === state.chosen,
  });
}

/** @param {DeskSchool} school */
function pinWords({ name, numbers, held }) {
  const where = numbers.length ? `partnership ${numbers.join(" and ")}` : "in none of the partnerships";
  return [name, where, held].filter(Boolean).join(", ");
}
