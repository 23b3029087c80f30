/** @typedef {import("../schema.js").Country} Country */
/**
 * An authority: where its schools and its partnerships begin in the lists, and the middle of its schools; none where no
 * school of it has a point.
 * @typedef {{ key: string, name: string, first: number, partnerships: number, schools: number,
 *   middle: { x: number, y: number } | null }} Authority
 */
/**
 * A partnership and its centre school.
 * @typedef {{ number: number, centre: number }} Partnership
 */
/**
 * Every school by its place in the lists: metres east and north, whether it has a point, the place of its colour in the
 * palette, of its partnership (-1 for none) and of its authority.
 * @typedef {{
 *   count: number,
 *   east: Float64Array,
 *   north: Float64Array,
 *   placed: Uint8Array,
 *   colour: Uint8Array,
 *   partnership: Int32Array,
 *   authority: Uint16Array,
 *   partnerships: Partnership[],
 *   authorities: Authority[],
 * }} Schools
 */

/**
 * Return the schools of all authorities.
 * @param {Country} country
 * @returns {Schools}
 */
export function unpackSchools(country) {
  const schools = placesOf(country);
  const none = country.palette.length - 1;
  let at = 0;
  country.authorities.forEach(({ key, name, partnerships, rest }, number) => {
    const first = at;
    const before = schools.partnerships.length;
    for (const { number: own, size, colour } of partnerships) {
      take(schools, at, size, { colour: colour % none, partnership: schools.partnerships.length, authority: number });
      schools.partnerships.push({ number: own, centre: at });
      at += size;
    }
    take(schools, at, rest, { colour: none, partnership: -1, authority: number });
    at += rest;
    const middle = middleOf(schools, first, at);
    schools.authorities.push({ key, name, first, partnerships: before, schools: at - first, middle });
  });
  return schools;
}

/**
 * @param {Country} country
 * @returns {Schools} with nothing but places
 */
function placesOf({ places, corner, step }) {
  const bytes = atob(places);
  const count = bytes.length / 4;
  const found = {
    count,
    east: new Float64Array(count),
    north: new Float64Array(count),
    placed: new Uint8Array(count),
    colour: new Uint8Array(count),
    partnership: new Int32Array(count),
    authority: new Uint16Array(count),
    partnerships: [],
    authorities: [],
  };
  const whole = (/** @type {number} */ at) => bytes.charCodeAt(at) | (bytes.charCodeAt(at + 1) << 8);
  for (let i = 0; i < count; i++) {
    const [x, y] = [whole(4 * i), whole(4 * i + 2)];
    found.placed[i] = x || y ? 1 : 0;
    found.east[i] = corner[0] + x * step;
    found.north[i] = corner[1] + y * step;
  }
  return found;
}

/**
 * @param {Schools} schools
 * @param {number} first
 * @param {number} size
 * @param {{ colour: number, partnership: number, authority: number }} values of each
 */
function take({ colour, partnership, authority }, first, size, values) {
  colour.fill(values.colour, first, first + size);
  partnership.fill(values.partnership, first, first + size);
  authority.fill(values.authority, first, first + size);
}

/**
 * @param {Schools} schools
 * @param {number} first
 * @param {number} last
 */
function middleOf({ east, north, placed }, first, last) {
  let [x, y, count] = [0, 0, 0];
  for (let i = first; i < last; i++) {
    if (!placed[i]) continue;
    x += east[i];
    y += north[i];
    count++;
  }
  return count ? { x: x / count, y: y / count } : null;
}

/**
 * Return the corners of the ground that the schools cover.
 * @param {Schools} schools
 * @returns {{ west: number, south: number, right: number, top: number }}
 */
export function endsOf({ count, east, north, placed }) {
  const ends = { west: Infinity, south: Infinity, right: -Infinity, top: -Infinity };
  for (let i = 0; i < count; i++) {
    if (!placed[i]) continue;
    ends.west = Math.min(ends.west, east[i]);
    ends.south = Math.min(ends.south, north[i]);
    ends.right = Math.max(ends.right, east[i]);
    ends.top = Math.max(ends.top, north[i]);
  }
  return ends.west <= ends.right ? ends : { west: 0, south: 0, right: 1000, top: 1000 };
}
