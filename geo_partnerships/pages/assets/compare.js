/* Draws two plans on one Leaflet map: who moves, from where and to where. */
import { draw, maps } from "./map/draw.js";
import { kinds } from "./map/kinds.js";
import { beside } from "./map/moves.js";
import { motion } from "./shared/motion.js";

window.geoPartnerships = { maps, draw, motion };
kinds.compare = beside;
