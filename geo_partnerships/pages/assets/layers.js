/* Draws the layers of a plan on any map that Folium writes. */
import { fitWhenSeen } from "./layers/fitting.js";
import { areas, districts, ground, schools, spokes } from "./layers/kinds.js";
import { motion } from "./shared/motion.js";

window.geoPartnershipsLayers = { areas, districts, fitWhenSeen, ground, motion, schools, spokes };
