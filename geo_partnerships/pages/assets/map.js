/* Draws partnerships on a Leaflet map, and has the page around it search. */
import { draw, maps } from "./map/draw.js";
import { tellPast } from "./shared/dates.js";
import { motion } from "./shared/motion.js";
import { startSearch } from "./shared/searching.js";

window.geoPartnerships = { maps, draw, motion };

tellPast();
document.addEventListener("DOMContentLoaded", startSearch); // once the maps are drawn, whose schools it finds
