/** @typedef {{ x: number, y: number }} Point */

const AROUND = [-1, 0, 1].flatMap((dx) => [-1, 0, 1].map((dy) => [dx, dy]));
const TURNS = 40;
const GOLDEN_ANGLE = 2.399963;
const SHARE = 0.6; // of the way that two pins lack, lest they swing to and fro

/**
 * Move points apart that lie closer than a distance, each as little as it takes.
 * @param {Point[]} points
 * @param {number} least distance
 * @returns {Point[]} where each goes
 */
export function partPins(points, least) {
  const moved = points.map(({ x, y }) => ({ x, y }));
  for (let turn = 0; turn < TURNS; turn++) {
    const shifts = moved.map(() => ({ x: 0, y: 0 }));
    let touched = false;
    for (const [i, j] of closePairs(moved, least)) {
      const push = pushOf(moved[i], moved[j], least, (i + turn) * GOLDEN_ANGLE);
      if (!push) continue;
      touched = true;
      shifts[i].x += push.x;
      shifts[i].y += push.y;
      shifts[j].x -= push.x;
      shifts[j].y -= push.y;
    }
    if (!touched) break;
    moved.forEach((point, i) => {
      point.x += shifts[i].x;
      point.y += shifts[i].y;
    });
  }
  return moved;
}

/**
 * Return the push that a point gets from another, or null where they are far enough apart.
 * @param {Point} one
 * @param {Point} other
 * @param {number} least
 * @param {number} angle in which points part that lie on one another
 * @returns {Point | null}
 */
function pushOf(one, other, least, angle) {
  const [dx, dy] = [one.x - other.x, one.y - other.y];
  const distance = Math.sqrt(dx * dx + dy * dy);
  if (distance >= least * 0.999) return null;
  if (distance < least / 1000) {
    const whole = (least / 2) * SHARE;
    return { x: Math.cos(angle) * whole, y: Math.sin(angle) * whole };
  }
  const push = ((least - distance) / 2) * SHARE;
  return { x: (dx / distance) * push, y: (dy / distance) * push };
}

/**
 * Yield the pairs of points whose cells touch, each once.
 * @param {Point[]} points
 * @param {number} size of a cell
 * @returns {Generator<[number, number]>}
 */
function* closePairs(points, size) {
  const cells = cellsOf(points, size);
  for (let i = 0; i < points.length; i++) {
    const [x, y] = [Math.floor(points[i].x / size), Math.floor(points[i].y / size)];
    for (const [dx, dy] of AROUND) {
      const later = (cells.get(`${x + dx}:${y + dy}`) ?? []).filter((j) => j > i);
      for (const j of later) yield [i, j];
    }
  }
}

/**
 * @param {Point[]} points
 * @param {number} size
 * @returns {Map<string, number[]>} where the points of each cell stand in the list
 */
function cellsOf(points, size) {
  const cells = new Map();
  points.forEach((point, i) => {
    const key = `${Math.floor(point.x / size)}:${Math.floor(point.y / size)}`;
    const cell = cells.get(key);
    if (cell) cell.push(i);
    else cells.set(key, [i]);
  });
  return cells;
}
