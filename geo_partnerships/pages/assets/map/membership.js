/**
 * Say which partnerships a school is in.
 * @param {number[]} numbers
 * @param {boolean} centre whether it is the centre school of the first
 * @returns {string}
 */
export function membership(numbers, centre) {
  if (!numbers.length) return "in none of the partnerships";
  return `in partnership ${numbers.join(" and ")}${centre ? ", its centre school" : ""}`;
}
