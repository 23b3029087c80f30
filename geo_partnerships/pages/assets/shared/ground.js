import { placeOf, placesOf } from "./lines.js";
import { putNames } from "./names.js";

/** @typedef {import("../schema.js").Ground} Ground */
/** @typedef {import("../schema.js").GroundLayer} GroundLayer */
/** @typedef {import("./names.js").Names} Names */
/**
 * What a reader may hide: its name, how the key shows it, and what is drawn.
 * @typedef {{ name: string, swatch: string, layers: L.Layer[], after?: () => void }} Choice
 */
/**
 * A layer with all that is drawn of it.
 * @typedef {{ look: GroundLayer, lines: L.Path[] }} Drawn
 */

/** @type {[string, number][]} */
const PANES = [
  ["ground", 210],
  ["areas", 320],
  ["lines", 340],
  ["borders", 350],
  ["spokes", 360],
  ["labels", 390],
];
const USUAL_ZOOM = 13; // zoom at which lines are as wide as their style says
const STATIONS_FROM = 12.4;
const CASING = 1.4;
const BORDERS = new Set(["neighbours", "districts"]); // as wide from everywhere
const OVER_TILES = new Set([...BORDERS, "outside"]); // no tiles show these
const RAIL = "Railways and stations";
/** @type {Record<string, string>} */
const SWATCHES = {
  Roads: "road",
  [RAIL]: "rail",
  "Postcode districts": "dotted",
  "Neighbouring areas": "around",
  "Place names": "word",
};
/** @type {Record<string, string>} */
const NAMED_WITH = {
  town: "Place names",
  quarter: "Place names",
  district: "Postcode districts",
  around: "Neighbouring areas",
  road: "Roads",
  station: RAIL,
};

/**
 * Give a map the panes that its parts are drawn in, from the ground up; areas alone can be pointed at.
 * @param {L.Map} map
 */
export function makePanes(map) {
  for (const [name, above] of PANES) {
    if (map.getPane(name)) continue;
    const { style } = map.createPane(name);
    style.zIndex = String(above);
    if (name !== "areas") style.pointerEvents = "none";
  }
}

/**
 * Draw the ground and the names on it.
 * @param {L.Map} map
 * @param {Ground} ground
 * @param {{ drawing?: Element | null, titleOf?: import("./names.js").TitleOf }} [options] a drawing that has the paths
 *   which the data leaves out, and how areas are called
 * @returns {{ choices: Choice[], names: Names }}
 */
export function drawGround(map, ground, { drawing = null, titleOf } = {}) {
  /** @type {Map<string, L.LayerGroup>} */
  const groups = new Map();
  const groupOf = (/** @type {string} */ name) => {
    const group = groups.get(name) ?? L.layerGroup().addTo(map);
    groups.set(name, group);
    return group;
  };
  const inOrder = drawLand(map, ground, groupOf, drawing);
  const names = putNames(map, ground, (kind) => groupOf(NAMED_WITH[kind] ?? ""), titleOf);
  map.on("zoomend", () => names.arrange());
  const choices = [...groups].filter(([name]) => name);
  return {
    choices: choices.map(([name, group]) => ({
      name,
      swatch: SWATCHES[name] ?? "land",
      layers: [group],
      after() {
        inOrder();
        names.arrange();
      },
    })),
    names,
  };
}

/**
 * Draw the ground without names, its lines as wide as is fit from so far.
 * @param {L.Map} map
 * @param {Ground} ground
 * @param {(name: string) => L.LayerGroup} groupOf where the layers of a group are put
 * @param {Element | null} [drawing] that has the paths which the data leaves out
 * @returns {() => void} puts what is shown of it into its order again
 */
export function drawLand(map, ground, groupOf, drawing) {
  const renderers = {
    ground: L.canvas({ pane: "ground" }),
    lines: L.canvas({ pane: "lines" }),
    borders: L.canvas({ pane: "borders" }),
  };
  const drawn = ground.layers.map((look) => {
    const path = look.path || (drawing?.querySelector(`[data-layer="${look.name}"]`)?.getAttribute("d") ?? "");
    const lines = pathsOf(look, placesOf(path, ground.grid), renderers[paneOf(look)]);
    lines.forEach((line) => groupOf(look.group).addLayer(line));
    return { look, lines };
  });
  const dots = stations(ground, renderers.lines);
  dots.forEach((dot) => groupOf(RAIL).addLayer(dot));
  const again = () => {
    drawn.forEach((one) => fitToZoom(map, one));
    const near = map.getZoom() >= STATIONS_FROM;
    dots.forEach((dot) => dot.setStyle({ stroke: near, fill: near }));
  };
  map.on("zoomend", again);
  again();
  return () => drawn.flatMap(({ lines }) => lines).forEach((line) => map.hasLayer(line) && line.bringToFront());
}

/**
 * @param {GroundLayer} look
 * @returns {"ground" | "lines" | "borders"}
 */
function paneOf({ name, over }) {
  if (OVER_TILES.has(name)) return "borders";
  return over ? "lines" : "ground";
}

/**
 * @param {GroundLayer} look
 * @param {L.LatLng[][]} places
 * @param {L.Renderer} renderer
 * @returns {L.Path[]}
 */
function pathsOf(look, places, renderer) {
  const still = { renderer, interactive: false, smoothFactor: 0.7 };
  if (look.fill) {
    const edge = { stroke: look.width > 0, color: look.stroke, weight: look.width };
    return [L.polygon(places, { ...still, ...edge, fillColor: look.fill, fillOpacity: look.opacity })];
  }
  const line = L.polyline(places, { ...still, color: look.stroke, weight: look.width, dashArray: look.dash });
  return look.casing
    ? [L.polyline(places, { ...still, color: look.casing, weight: look.width + CASING }), line]
    : [line];
}

/**
 * Show a layer or not, and its lines as wide as is fit from so far.
 * @param {L.Map} map
 * @param {Drawn} drawn
 */
function fitToZoom(map, { look, lines }) {
  const zoom = map.getZoom();
  const stroke = zoom >= look.zoom;
  const times = BORDERS.has(look.name) ? 1 : Math.min(1.8, Math.max(0.55, 1 + (zoom - USUAL_ZOOM) * 0.3));
  const widths = look.casing ? [look.width + CASING, look.width] : [look.width];
  if (!look.fill) {
    lines.forEach((line, i) => line.setStyle({ stroke, weight: widths[i] * times }));
  }
}

/**
 * @param {Ground} ground
 * @param {L.Renderer} renderer
 * @returns {L.CircleMarker[]}
 */
function stations(ground, renderer) {
  const found = ground.names.filter(({ kind }) => kind === "station").flatMap(({ names }) => names);
  return found.map(({ at }) =>
    L.circleMarker(placeOf(at[0], at[1], ground.grid), {
      renderer,
      radius: 2.5,
      color: "#6b777d",
      weight: 1.2,
      fillColor: "#fff",
      fillOpacity: 1,
      interactive: false,
    }),
  );
}
