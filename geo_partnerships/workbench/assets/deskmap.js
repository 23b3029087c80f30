import { partPins } from "../../pages/assets/shared/apart.js";
import { homeButton, layerList, placeControl } from "../../pages/assets/shared/controls.js";
import { byId, classesOf, make } from "../../pages/assets/shared/dom.js";
import { drawGround, makePanes } from "../../pages/assets/shared/ground.js";
import { motion } from "../../pages/assets/shared/motion.js";
import { ask } from "./asking.js";
import { moveTo } from "./deciding.js";
import { failed } from "./failing.js";
import { NO_COLOUR } from "./list.js";
import { say } from "./page.js";
import { paintSchool } from "./several.js";
import { schoolOf, several, state, whenChosen } from "./store.js";
import { DISCUSS, NO_REPLY, answerOfSchool } from "./todo.js";

/** @typedef {import("./schema.js").Area} Area */
/** @typedef {import("./schema.js").DeskSchool} DeskSchool */

const PIN = 26;

/** The map of the desk: areas, and pins that can be dragged onto another partnership. */
export class DeskMap {
  /** @param {(urn: string, focus: boolean) => void} chosen what happens where a pin is pressed */
  constructor(chosen) {
    const { context, attributions } = state.ground;
    this.chosen = chosen;
    this.map = L.map("map", { zoomSnap: 0.25, maxZoom: 18, attributionControl: false, ...motion() });
    this.home();
    makePanes(this.map);
    const ground = drawGround(this.map, context);
    ground.names.arrange();
    this.areas = L.layerGroup().addTo(this.map);
    this.spokes = L.layerGroup().addTo(this.map);
    this.pins = L.layerGroup().addTo(this.map);
    /** @type {Map<number, L.Polygon>} */
    this.outlines = new Map();
    this.drawControls(ground.choices);
    /** @type {Map<string, L.Marker>} */
    this.markers = new Map();
    this.map.on("zoomend", () => this.drawPins());
    this.map.on("moveend", () => {
      if (!this.quiet) this.whole = false;
    });
    byId("attributions").textContent = attributions.join(". ");
  }

  /** @param {import("../../pages/assets/shared/ground.js").Choice[]} ground */
  drawControls(ground) {
    const { map, pins, spokes, areas } = this;
    L.control.scale({ maxWidth: 120 }).addTo(map);
    const own = [
      { name: "Schools", swatch: "school", layers: [pins] },
      { name: "Lines to the centre school", swatch: "spoke", layers: [spokes] },
      { name: "Partnership areas", swatch: "area", layers: [areas] },
    ];
    placeControl(map, "topright", layerList(map, [...own, ...ground]));
    placeControl(
      map,
      "topleft",
      homeButton(() => this.home()),
    );
    new ResizeObserver(() => this.resized()).observe(map.getContainer());
    useBrush(map);
  }

  /** Show the whole map. */
  home() {
    this.quietly(() => this.map.fitBounds(state.ground.bounds, { padding: [8, 8], animate: false }));
    this.whole = true;
  }

  /** Show as much as before where the page gives the map another size: all of it, if that was shown. */
  resized() {
    const { whole } = this;
    this.quietly(() => this.map.invalidateSize({ animate: false }));
    if (whole) this.home();
  }

  /**
   * Move the map without taking it for what the planner wanted to see.
   * @param {() => void} move
   */
  quietly(move) {
    this.quiet = true;
    move();
    this.quiet = false;
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
      this.outlines = new Map(
        found.areas.filter(({ rings }) => rings.length).map((area) => [area.number, shapeOf(area)]),
      );
      for (const outline of this.outlines.values()) this.areas.addLayer(outline);
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
    this.drawSpokes();
    if (focused) this.markers.get(focused)?.getElement()?.focus({ preventScroll: true });
  }

  /** Draw lines to the centre schools of partnerships by place, and of those of the school that is chosen. */
  drawSpokes() {
    this.spokes.clearLayers();
    const marked = state.chosen === null ? [] : schoolOf(state.chosen).numbers;
    for (const partnership of state.desk.partnerships) {
      const outline = this.outlines.get(partnership.number);
      const chosen = marked.includes(partnership.number);
      outline?.setStyle({ weight: chosen ? 3.5 : 1.6, fillOpacity: chosen ? 0.4 : 0.26 });
      if (outline || chosen) for (const spoke of spokesOfDesk(partnership)) spoke.addTo(this.spokes);
    }
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
    const marker = L.marker(at, { draggable: !several.on, autoPan: true, riseOnHover: true, icon });
    marker.on("add", () => {
      marker.getElement()?.setAttribute("aria-label", pinWords(school));
      marker.getElement()?.setAttribute("data-urn", urn);
    });
    marker.bindTooltip(() => make("span", { text: name }), {
      className: "of-plan",
      direction: "top",
      offset: [0, -12],
    });
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

/**
 * @param {import("./schema.js").DeskPartnership} partnership
 * @returns {L.Polyline[]} a line from its centre school to each of the others
 */
function spokesOfDesk({ number, centre, members }) {
  const { places, palette } = state.ground;
  if (!places[centre]) return [];
  const { line: color } = palette[state.areas?.colours[number] ?? NO_COLOUR];
  return members
    .filter(({ urn }) => urn !== centre && places[urn])
    .map(({ urn }) =>
      L.polyline([places[centre], places[urn]], {
        pane: "spokes",
        interactive: false,
        color,
        weight: 1.6,
        opacity: 0.85,
      }),
    );
}

/**
 * Have the mouse choose every school that it is drawn over, where several are being chosen.
 * @param {L.Map} map
 */
function useBrush(map) {
  const box = map.getContainer();
  box.addEventListener("pointermove", (event) => {
    if (!several.on || event.buttons !== 1) return;
    const under = document.elementFromPoint(event.clientX, event.clientY)?.closest(".pin");
    const urn = under?.getAttribute("data-urn");
    if (urn) paintSchool(urn);
  });
  whenChosen(() => {
    if (several.on) map.dragging.disable();
    else map.dragging.enable();
  });
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
    chosen: several.on ? several.urns.has(urn) : urn === state.chosen,
    discuss: answerOfSchool(urn) === DISCUSS,
    waiting: answerOfSchool(urn) === NO_REPLY,
  });
}

/** @param {DeskSchool} school */
function pinWords({ urn, name, numbers, held }) {
  const where = numbers.length ? `partnership ${numbers.join(" and ")}` : "in none of the partnerships";
  const answer = answerOfSchool(urn);
  const said = { [DISCUSS]: DISCUSS, [NO_REPLY]: "no reply yet" }[answer] ?? "";
  return [name, where, held, said, several.urns.has(urn) ? "chosen" : ""].filter(Boolean).join(", ");
}
