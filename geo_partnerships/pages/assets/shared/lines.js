const STEPS_OF_A_DEGREE = 100000;

/**
 * Return rings or lines as latitudes and longitudes, from a start and steps in whole hundred-thousandths of a degree.
 * @param {number[][]} lines
 * @returns {[number, number][][]}
 */
export function unpack(lines) {
  return lines.map((steps) => {
    /** @type {[number, number][]} */
    const points = [];
    let lat = 0;
    let lon = 0;
    for (let i = 0; i < steps.length; i += 2) {
      lat += steps[i];
      lon += steps[i + 1];
      points.push([lat / STEPS_OF_A_DEGREE, lon / STEPS_OF_A_DEGREE]);
    }
    return points;
  });
}
