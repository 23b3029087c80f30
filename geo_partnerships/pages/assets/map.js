/* Draws partnerships on a Leaflet map. */
import { draw, maps } from "./map/draw.js";
import { together } from "./map/together.js";
import { PAGES_SHAPES } from "./schema.js";
import { partPins } from "./shared/apart.js";
import { decode } from "./shared/decode.js";
import { drawGround } from "./shared/ground.js";
import { motion } from "./shared/motion.js";

window.geoPartnerships = {
  maps,
  draw,
  together,
  motion,
  partPins,
  context: (/** @type {L.Map} */ map, /** @type {unknown} */ ground) => {
    drawGround(map, decode(PAGES_SHAPES, "Ground", ground));
  },
};
