/* Draws partnerships on a Leaflet map. */
import { draw, maps } from "./map/draw.js";
import { together } from "./map/together.js";
import { motion } from "./shared/motion.js";

window.geoPartnerships = { maps, draw, together, motion };
