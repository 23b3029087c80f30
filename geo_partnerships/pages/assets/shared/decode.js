/**
 * How a type travels: as a row of values with these names, and which of its fields hold other such types.
 * @typedef {{ row?: string[], rest?: Record<string, unknown>, parts?: Record<string, string> }} Shape
 */

/**
 * Give values that travelled without names their names back.
 * @param {Record<string, Shape>} shapes of a schema made from the Python types
 * @param {string} kind name of a type; `Name[]` for a list of it, `Name{}` for a table of it by key
 * @param {any} value as JSON gives it
 * @returns {any} the same with the fields of the type
 */
export function decode(shapes, kind, value) {
  if (value === null || value === undefined) return value;
  const inner = kind.slice(0, -2);
  if (kind.endsWith("[]")) return value.map((/** @type {unknown} */ item) => decode(shapes, inner, item));
  if (kind.endsWith("{}")) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decode(shapes, inner, item)]));
  }
  const shape = shapes[kind];
  if (!shape) return value;
  const named = shape.row ? namedRow(shape, value) : { ...value };
  for (const [field, part] of Object.entries(shape.parts ?? {})) {
    named[field] = decode(shapes, part, named[field]);
  }
  return named;
}

/**
 * @param {Shape} shape
 * @param {unknown[]} row
 * @returns {Record<string, any>}
 */
function namedRow(shape, row) {
  const given = (shape.row ?? []).slice(0, row.length).map((field, at) => [field, row[at]]);
  return { ...shape.rest, ...Object.fromEntries(given) };
}
