import { make } from "./dom.js";
import { placeOf } from "./lines.js";

/** @typedef {import("../schema.js").Ground} Ground */
/** @typedef {{ left: number, top: number, right: number, bottom: number }} Box in pixels */
/** @typedef {(number: number) => { texts: string[], ink: string }} TitleOf what stands in an area, the best first */
/** @typedef {{ span: HTMLElement, wide: number, tall: number }} Wording of a name, with its size */
/**
 * A name, the ways to put it, and where it may stand.
 * @typedef {{ kind: string, zoom: number, places: L.LatLng[], wordings: Wording[], layer: L.LayerGroup,
 *   marker?: L.Marker, shown?: Wording }} Name
 */
/**
 * The names of a map. Where there are things that names must not lie on, `around` gives them.
 * @typedef {{ arrange: (taken?: Box[]) => void, around: () => Box[] }} Names
 */

const BESIDE = new Set(["town", "quarter", "station", "district"]);
/** @type {[number, number][]} */
const WAYS = [
  [0, -1],
  [0, 1],
  [0.6, 0],
  [-0.6, 0],
  [0.6, -1],
  [-0.6, -1],
  [0.6, 1],
];
const ROOM = 2;
const NONE = { texts: [], ink: "" };

/**
 * Put names on a map, each where it finds room: none on another, those first that matter most.
 * @param {L.Map} map
 * @param {Ground} ground
 * @param {(kind: string) => L.LayerGroup} layerOf where names of a kind are put
 * @param {TitleOf} [titleOf]
 * @returns {Names}
 */
export function putNames(map, ground, layerOf, titleOf) {
  const all = ground.names.flatMap(({ kind, zoom, names }) => {
    const layer = layerOf(kind);
    return names.flatMap(({ text, at }) => {
      const { texts, ink } = kind === "area" ? (titleOf?.(Number(text)) ?? NONE) : { texts: [text], ink: "" };
      const wordings = texts.map((words) => ({ span: make("span", { text: words }), wide: 0, tall: 0 }));
      if (ink) wordings.forEach(({ span }) => (span.style.color = ink));
      const places = at.flatMap((east, i) => (i % 2 ? [] : [placeOf(east, at[i + 1], ground.grid)]));
      return [{ kind, zoom, places, wordings, layer }];
    });
  });
  measure(map, all);
  /** @type {Names} */
  const names = {
    around: () => [],
    arrange(taken = names.around()) {
      all.forEach((name) => put(map, name, taken));
    },
  };
  return names;
}

/**
 * Find how large each name is, all at once.
 * @param {L.Map} map
 * @param {Name[]} names
 */
function measure(map, names) {
  const all = names.flatMap(({ kind, wordings }) => wordings.map((wording) => ({ kind, wording })));
  const boxes = all.map(({ kind, wording }) => make("div", { class: `label ${kind}` }, [wording.span]));
  const sheet = make("div", { class: "labels-measured" }, boxes);
  map.getContainer().append(sheet);
  const sizes = all.map(({ wording: { span } }) => [span.offsetWidth, span.offsetHeight]);
  all.forEach(({ wording }, i) => ([wording.wide, wording.tall] = sizes[i]));
  sheet.remove();
}

/**
 * Put a name where it finds room, or nowhere.
 * @param {L.Map} map
 * @param {Name} name
 * @param {Box[]} taken takes its box too
 */
function put(map, name, taken) {
  const found = map.getZoom() >= name.zoom && map.hasLayer(name.layer) ? roomFor(map, name, taken) : null;
  if (name.marker && found?.wording !== name.shown) {
    name.layer.removeLayer(name.marker);
    name.marker = undefined;
  }
  name.shown = found?.wording;
  if (!found) return;
  name.marker ??= L.marker(found.at, {
    icon: L.divIcon({ className: `label ${name.kind}`, html: found.wording.span, iconSize: [0, 0] }),
    interactive: false,
    keyboard: false,
    pane: "labels",
  });
  name.layer.addLayer(name.marker.setLatLng(found.at));
}

/**
 * @param {L.Map} map
 * @param {Name} name
 * @param {Box[]} taken takes the name's box too
 * @returns {{ wording: Wording, at: L.LatLng } | null} how it is put, and where its middle stands
 */
function roomFor(map, { kind, places, wordings }, taken) {
  for (const wording of wordings) {
    const [half, high] = [wording.wide / 2 + ROOM, wording.tall / 2];
    for (const { x, y } of placesFor(map, kind, places, wording)) {
      const box = { left: x - half, top: y - high, right: x + half, bottom: y + high };
      if (taken.some((other) => meet(box, other))) continue;
      taken.push(box);
      return { wording, at: map.layerPointToLatLng([x, y]) };
    }
  }
  return null;
}

/**
 * @param {L.Map} map
 * @param {string} kind
 * @param {L.LatLng[]} places
 * @param {Wording} wording
 */
function placesFor(map, kind, places, { wide, tall }) {
  return places.flatMap((place) => {
    const point = map.latLngToLayerPoint(place);
    return waysOf(kind, wide, tall).map(([across, down]) => point.add([across, down]));
  });
}

/**
 * Return how far beside its place a name may stand.
 * @param {string} kind
 * @param {number} wide
 * @param {number} tall
 * @returns {[number, number][]}
 */
function waysOf(kind, wide, tall) {
  if (kind === "station") {
    return [
      [wide / 2 + 6, 0],
      [-wide / 2 - 6, 0],
      [0, -tall / 2 - 5],
      [0, tall / 2 + 5],
    ];
  }
  const beside = BESIDE.has(kind) ? WAYS : [];
  return [[0, 0], ...beside.map(([x, y]) => /** @type {[number, number]} */ ([x * wide, y * tall]))];
}

/**
 * @param {Box} one
 * @param {Box} other
 */
function meet(one, other) {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}
