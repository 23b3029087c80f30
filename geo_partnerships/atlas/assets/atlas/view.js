/** @typedef {{ west: number, south: number, right: number, top: number }} Ends */

const CLOSEST = 0.4; // metres of a pixel
const BORDER = 40; // pixels
const LEAST_METRES = 1000;
const LEAST_PIXELS = 50;

/** What of the ground is in sight: its middle, and the metres of a pixel. */
export class AtlasView {
  /** @param {Ends} ends of all that there is */
  constructor(ends) {
    this.ends = ends;
    this.wide = 0;
    this.high = 0;
    this.farthest = 1;
    this.x = 0;
    this.y = 0;
    this.scale = 1;
  }

  /** Show everything. */
  whole() {
    const { west, south, right, top } = this.ends;
    const across = Math.max(right - west, LEAST_METRES) / Math.max(this.wide - BORDER, LEAST_PIXELS);
    const up = Math.max(top - south, LEAST_METRES) / Math.max(this.high - BORDER, LEAST_PIXELS);
    this.farthest = Math.max(across, up);
    this.scale = this.farthest;
    this.x = (west + right) / 2;
    this.y = (south + top) / 2;
  }

  /**
   * Show more or less, with one pixel staying where it is.
   * @param {number} factor above 1 for more
   * @param {number} [px] the middle where it is left out
   * @param {number} [py]
   */
  zoom(factor, px = this.wide / 2, py = this.high / 2) {
    const scale = Math.min(Math.max(this.scale * factor, CLOSEST), this.farthest * 1.5);
    this.x += (px - this.wide / 2) * (this.scale - scale);
    this.y -= (py - this.high / 2) * (this.scale - scale);
    this.scale = scale;
  }

  /**
   * Move by pixels.
   * @param {number} across
   * @param {number} down
   */
  shift(across, down) {
    this.x += across * this.scale;
    this.y -= down * this.scale;
  }

  /**
   * Return where a place is on the screen.
   * @param {number} x
   * @param {number} y
   * @returns {[number, number]}
   */
  pixel(x, y) {
    return [(x - this.x) / this.scale + this.wide / 2, (this.y - y) / this.scale + this.high / 2];
  }

  /**
   * Return the place of a pixel.
   * @param {number} px
   * @param {number} py
   * @returns {[number, number]}
   */
  place(px, py) {
    return [this.x + (px - this.wide / 2) * this.scale, this.y - (py - this.high / 2) * this.scale];
  }

  /**
   * Return the ground in sight and some way beyond.
   * @param {number} margin in metres
   * @returns {[west: number, south: number, right: number, top: number]}
   */
  sight(margin) {
    const [west, top] = this.place(0, 0);
    const [right, south] = this.place(this.wide, this.high);
    return [west - margin, south - margin, right + margin, top + margin];
  }
}
