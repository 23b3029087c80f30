/* Made by `python scripts/make_schemas.py` from geo_partnerships.atlas.schema: change that and run it again. */

/**
 * All that the map shows, and where the rest is: scripts with names by authority, and with what a search finds.
 * @typedef {Object} Country
 * @property {[number, number]} corner
 * @property {number} step
 * @property {string} places
 * @property {PackedAuthority[]} authorities
 * @property {Colour[]} palette
 * @property {string[]} names
 * @property {Record<string, number>} index
 * @property {string[]} shards
 */

/**
 * An authority: its schools are those of its partnerships, the centre school first in each, then the rest.
 * @typedef {Object} PackedAuthority
 * @property {string} key
 * @property {string} name
 * @property {PackedPartnership[]} partnerships
 * @property {number} rest
 */

/**
 * A partnership, its number of schools, and the place of its colour in the palette.
 * @typedef {Object} PackedPartnership
 * @property {number} number
 * @property {number} size
 * @property {number} colour
 */

/**
 * A fill, an ink that reads on it at 4.5:1 or better, and a darker line.
 * @typedef {Object} Colour
 * @property {string} fill
 * @property {string} ink
 * @property {string} line
 */

/**
 * Names of an authority's partnerships, and its schools in the order of the map.
 * @typedef {Object} Names
 * @property {string[]} partnerships
 * @property {NamedPage[]} schools
 */

/**
 * A school's name, and the file name of its page.
 * @typedef {Object} NamedPage
 * @property {string} name
 * @property {string} page
 */

/**
 * How many schools have a word with this beginning, and those, or the first few.
 * @typedef {Object} Shard
 * @property {number} in_all
 * @property {FoundSchool[]} schools
 */

/**
 * A school that a search can find, its authority by place in the list, and its partnership; 0 for none.
 * @typedef {Object} FoundSchool
 * @property {string} name
 * @property {string} detail
 * @property {number} authority
 * @property {number} partnership
 * @property {string} page
 */

export const ATLAS_SHAPES = {
  Country: {
    parts: {
      authorities: "PackedAuthority[]",
      palette: "Colour[]",
    },
  },
  PackedAuthority: {
    row: ["key", "name", "partnerships", "rest"],
    parts: {
      partnerships: "PackedPartnership[]",
    },
  },
  PackedPartnership: {
    row: ["number", "size", "colour"],
  },
  Colour: {
    row: ["fill", "ink", "line"],
  },
  Names: {
    row: ["partnerships", "schools"],
    parts: {
      schools: "NamedPage[]",
    },
  },
  NamedPage: {
    row: ["name", "page"],
  },
  Shard: {
    row: ["in_all", "schools"],
    parts: {
      schools: "FoundSchool[]",
    },
  },
  FoundSchool: {
    row: ["name", "detail", "authority", "partnership", "page"],
  },
};
