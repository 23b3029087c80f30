/** @typedef {import("./schools.js").Schools} Schools */

const CELL = 5000; // metres
const ROWS = 4096;
const MOST_CELLS = 400;

/** Places in square cells, for drawing what is in sight and finding what is pointed at. */
export class Cells {
  /** @param {Schools} schools */
  constructor(schools) {
    const { count, east, north, placed, colour } = schools;
    this.schools = schools;
    /** @type {Map<number, number[]>} */
    this.lists = new Map();
    /** Every school with a point, those of one colour together. */
    this.order = Array.from({ length: count }, (_, i) => i).filter((i) => placed[i]);
    this.order.sort((a, b) => colour[a] - colour[b] || a - b);
    for (const i of this.order) {
      const key = keyOf(Math.floor(east[i] / CELL), Math.floor(north[i] / CELL));
      const list = this.lists.get(key);
      if (list) list.push(i);
      else this.lists.set(key, [i]);
    }
  }

  /**
   * Return the schools of the cells that a rectangle touches, those of one colour together.
   * @param {number} west
   * @param {number} south
   * @param {number} right
   * @param {number} top
   * @returns {number[]}
   */
  within(west, south, right, top) {
    if ((right - west) * (top - south) > MOST_CELLS * CELL * CELL) return this.order;
    const found = [];
    for (let x = Math.floor(west / CELL); x <= Math.floor(right / CELL); x++) {
      for (let y = Math.floor(south / CELL); y <= Math.floor(top / CELL); y++) {
        found.push(...(this.lists.get(keyOf(x, y)) ?? []));
      }
    }
    const { colour } = this.schools;
    return found.sort((a, b) => colour[a] - colour[b] || a - b);
  }

  /**
   * Return the school that lies nearest to a place; -1 where none is within reach.
   * @param {number} x
   * @param {number} y
   * @param {number} reach in metres
   * @returns {number}
   */
  nearest(x, y, reach) {
    const { east, north } = this.schools;
    let best = -1;
    let least = reach;
    for (const i of this.within(x - reach, y - reach, x + reach, y + reach)) {
      const far = Math.hypot(east[i] - x, north[i] - y);
      if (far > least) continue;
      least = far;
      best = i;
    }
    return best;
  }
}

/**
 * @param {number} x
 * @param {number} y
 */
function keyOf(x, y) {
  return x * ROWS + y;
}
