/** @typedef {[number, number, number]} Grid a corner and the length of a unit, in Web Mercator's metres */

/**
 * Return where a unit of a grid is.
 * @param {number} east
 * @param {number} south
 * @param {Grid} grid
 * @returns {L.LatLng}
 */
export function placeOf(east, south, [x, y, unit]) {
  return L.CRS.EPSG3857.unproject(L.point(x + east * unit, y - south * unit));
}

/**
 * Return a path's pieces as whole units: each begins somewhere and goes on by steps.
 * @param {string} path as a drawing has it, such as `M10 20l5-5 0 3z`
 * @returns {[number, number][][]}
 */
export function unpack(path) {
  return path
    .split("M")
    .slice(1)
    .map((piece) => {
      const steps = (piece.match(/-?\d+/g) ?? []).map(Number);
      /** @type {[number, number][]} */
      const points = [];
      let [east, south] = [0, 0];
      for (let i = 0; i < steps.length; i += 2) {
        east += steps[i];
        south += steps[i + 1];
        points.push([east, south]);
      }
      return points;
    });
}

/**
 * Return a path's pieces as places.
 * @param {string} path
 * @param {Grid} grid
 * @returns {L.LatLng[][]}
 */
export function placesOf(path, grid) {
  return unpack(path).map((points) => points.map(([east, south]) => placeOf(east, south, grid)));
}
