const METRES_OF_A_MILE = 1609.344;

/**
 * Say how far a school is from the centre school.
 * @param {number | null} metres
 * @returns {string} empty where it is not known
 */
export function far(metres) {
  if (metres === null) return "";
  if (metres < 0.5) return "same site as the centre school";
  if (metres < 995) return `${Math.max(10, Math.round(metres / 10) * 10)} m from the centre school`;
  const [km, miles] = [metres / 1000, metres / METRES_OF_A_MILE];
  return `${km.toFixed(1)} km (${miles.toFixed(1)} miles) from the centre school`;
}

/**
 * @param {number} number
 * @param {string} noun
 * @returns {string} both, the noun in its plural where it needs to be
 */
export function count(number, noun) {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/**
 * @param {{ number: number, name: string }} partnership
 * @returns {string}
 */
export function titleOf(partnership) {
  return `Partnership ${partnership.number}: ${partnership.name}`;
}

/**
 * @param {string[]} parts some of which may be empty
 * @returns {string} those that are not, in one line
 */
export function dotted(parts) {
  return parts.filter(Boolean).join(" · ");
}
