import { byId, link } from "../../../pages/assets/shared/dom.js";
import { titleOf } from "../../../pages/assets/shared/words.js";
import { Cells } from "./cells.js";
import { drawSchools } from "./drawing.js";
import { endsOf } from "./schools.js";
import { AtlasView } from "./view.js";

/** @typedef {import("./schools.js").Schools} Schools */

const BEYOND = 3000; // metres, for lines to schools out of sight
const REACH = 12; // pixels
const MOST_DENSE = 2;

/** The map of all schools. */
export class AtlasMap {
  /**
   * @param {import("../schema.js").Country} country
   * @param {Schools} schools
   * @param {import("./loading.js").Load} load
   */
  constructor(country, schools, load) {
    this.country = country;
    this.schools = schools;
    this.load = load;
    this.cells = new Cells(schools);
    this.view = new AtlasView(endsOf(schools));
    this.canvas = /** @type {HTMLCanvasElement} */ (byId("map"));
    this.pen = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    this.fills = country.palette.map(({ fill }) => fill);
    this.ratio = 1;
    this.awaited = false;
    this.chosen = -1;
    window.addEventListener("resize", () => this.resize());
    this.resize();
  }

  /** Take the size that the page gives. */
  resize() {
    const { width, height } = this.canvas.getBoundingClientRect();
    const first = !this.view.wide;
    this.ratio = Math.min(window.devicePixelRatio || 1, MOST_DENSE);
    this.view.wide = width;
    this.view.high = height;
    this.canvas.width = Math.round(width * this.ratio);
    this.canvas.height = Math.round(height * this.ratio);
    if (first) this.view.whole();
    this.draw();
  }

  /** Draw before the screen is shown next. */
  draw() {
    if (this.awaited) return;
    this.awaited = true;
    requestAnimationFrame(() => {
      this.awaited = false;
      this.pen.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
      const { pen, view, schools, fills } = this;
      drawSchools({ pen, view, schools, fills }, this.cells.within(...view.sight(BEYOND)), this.chosen);
    });
  }

  /**
   * Tell of the school at a pixel, if there is one.
   * @param {number} px
   * @param {number} py
   */
  tellAt(px, py) {
    this.tell(this.cells.nearest(...this.view.place(px, py), REACH * this.view.scale));
  }

  /**
   * Choose a school and say where its pages are; -1 for none.
   * @param {number} school
   */
  tell(school) {
    this.chosen = school;
    this.draw();
    if (school < 0) {
      byId("told").hidden = true;
      return;
    }
    const number = this.schools.authority[school];
    this.load("Names", number, this.country.names[number], (names) => {
      if (this.chosen !== school) return;
      byId("told").replaceChildren(...linksOf(this.schools, school, names));
      byId("told").hidden = false;
    });
  }
}

/**
 * Return links to the pages of a school, its partnership and its authority.
 * @param {Schools} schools
 * @param {number} school
 * @param {import("../schema.js").Names} names of its authority
 */
function linksOf(schools, school, names) {
  const home = schools.authorities[schools.authority[school]];
  const at = schools.partnership[school];
  const { name, page } = names.schools[school - home.first];
  const links = [link(pageOfSchool(home.key, page), name)];
  if (at >= 0) {
    const { number } = schools.partnerships[at];
    const title = titleOf({ number, name: names.partnerships[at - home.partnerships] });
    links.push(link(`${home.key}/partnerships/${String(number).padStart(2, "0")}.html`, title));
  }
  return [...links, link(`${home.key}/index.html`, home.name)];
}

/**
 * Return where a school's page is.
 * @param {string} authority
 * @param {string} page
 * @returns {string}
 */
export function pageOfSchool(authority, page) {
  return `${authority}/schools/${page}.html`;
}
