import { make } from "../shared/dom.js";
import { giveWayToTiles } from "../shared/tiles.js";

/** @typedef {import("../schema.js").Tiles} Tiles */

const FROM_A_FILE =
  "The background map from the internet is left out: its servers answer web sites only, and this page was opened " +
  "from a file. The ground drawn here comes with the page.";
const FAILED = "The background map from the internet did not come. The ground drawn here comes with the page.";

/**
 * Put a background from the internet under a map; say so where it cannot come.
 * @param {L.Map} map
 * @param {Tiles} tiles
 */
export function drawBackground(map, { address, subdomains, most_zoom: maxNativeZoom }) {
  if (location.protocol === "file:") {
    tellUnder(map, FROM_A_FILE);
    return;
  }
  giveWayToTiles(map);
  const layer = L.tileLayer(address, { subdomains, maxNativeZoom, maxZoom: 18 });
  let came = false;
  layer.on("tileload", () => (came = true));
  layer.once("load", () => came || tellUnder(map, FAILED));
  layer.addTo(map);
}

/**
 * Say something under a map.
 * @param {L.Map} map
 * @param {string} words
 */
function tellUnder(map, words) {
  map.getContainer().after(make("p", { class: "map-note", role: "status", text: words }));
}
