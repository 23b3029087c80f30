/* Made by `python scripts/make_schemas.py` from geo_partnerships.pages.schema: change that and run it again. */

/**
 * The block of data beside a map.
 * @typedef {Object} MapBlock
 * @property {MapData} map
 * @property {Ground | null} context
 */

/**
 * All that a map shows.
 * @typedef {Object} MapData
 * @property {"overview" | "partnership" | "school" | "compare"} kind
 * @property {string[]} marked
 * @property {Record<string, string>} labels
 * @property {[[number, number], [number, number]]} bounds
 * @property {Colour[]} palette
 * @property {Colour} none
 * @property {Urls} urls
 * @property {Tiles | null} tiles
 * @property {MapPartnership[]} partnerships
 * @property {MapSchool[]} schools
 * @property {MapMove[]} moves
 */

/**
 * A fill, an ink that reads on it at 4.5:1 or better, and a darker line.
 * @typedef {Object} Colour
 * @property {string} fill
 * @property {string} ink
 * @property {string} line
 */

/**
 * Where the pages are that popups link to, with ``*`` for the number or key.
 * @typedef {Object} Urls
 * @property {string} [partnership]
 * @property {string} [school]
 */

/**
 * A background from the internet.
 * @typedef {Object} Tiles
 * @property {string} address
 * @property {string} subdomains
 * @property {number} most_zoom
 */

/**
 * A partnership on a map.
 * @typedef {Object} MapPartnership
 * @property {number} number
 * @property {string} name
 * @property {string} strand
 * @property {number} size
 * @property {number} colour
 * @property {string} centre
 * @property {boolean} strong
 * @property {boolean} ground
 * @property {MapMember[]} members
 */

/**
 * A member of a partnership, and its metres to the centre school.
 * @typedef {Object} MapMember
 * @property {string} urn
 * @property {number | null} metres
 */

/**
 * A school with a pin.
 * @typedef {Object} MapSchool
 * @property {string} urn
 * @property {string} name
 * @property {string} phase
 * @property {string} postcode
 * @property {string} district
 * @property {[number, number]} at
 * @property {number[]} partnerships
 * @property {string[]} designations
 * @property {string} page
 * @property {string} placed_by
 * @property {string} aliases
 */

/**
 * A school that changes its partnership between two plans: numbers of those it leaves and of those it joins.
 * @typedef {Object} MapMove
 * @property {string} urn
 * @property {number[]} leaves
 * @property {number[]} joins
 * @property {[number, number]} colours
 * @property {[number, number] | null} towards
 */

/**
 * What lies around the partnerships, and the partnerships' own areas by number.
 * @typedef {Object} Ground
 * @property {[number, number, number]} grid
 * @property {string} name
 * @property {GroundLayer[]} layers
 * @property {Record<string, string>} areas
 * @property {NameGroup[]} names
 */

/**
 * A layer of the ground and how it is drawn, in pixels.
 * @typedef {Object} GroundLayer
 * @property {string} name
 * @property {string} group
 * @property {string} fill
 * @property {string} stroke
 * @property {number} width
 * @property {number} opacity
 * @property {number} zoom
 * @property {string} dash
 * @property {string} casing
 * @property {boolean} over
 * @property {string} path
 */

/**
 * Names of one kind, shown from a zoom on; each group goes before the next.
 * @typedef {Object} NameGroup
 * @property {string} kind
 * @property {number} zoom
 * @property {PlacedName[]} names
 */

/**
 * A name and where it may stand, the best first: units to the east and south of the grid's corner in turn.
 * @typedef {Object} PlacedName
 * @property {string} text
 * @property {number[]} at
 */

/**
 * The block of data of a page: what its search finds beside its map, and the way from it to the index.
 * @typedef {Object} PageBlock
 * @property {SearchIndex} search
 * @property {string} root
 */

/**
 * What a search can find; the scripts make sentences and addresses of it.
 * @typedef {Object} SearchIndex
 * @property {FoundSchool[]} schools
 * @property {FoundPartnership[]} partnerships
 * @property {FoundPlace[]} places
 */

/**
 * A school that a search finds: by its key, names, phase, and its postcode or district.
 * @typedef {Object} FoundSchool
 * @property {string} urn
 * @property {string} name
 * @property {string} phase
 * @property {string} place
 * @property {number[]} partnerships
 * @property {string} aliases
 * @property {string} page
 */

/**
 * A partnership that a search finds.
 * @typedef {Object} FoundPartnership
 * @property {number} number
 * @property {string} name
 * @property {number} size
 */

/**
 * A place, and the partnership around it that a search leads to.
 * @typedef {Object} FoundPlace
 * @property {string} name
 * @property {number} partnership
 */

export const PAGES_SHAPES = {
  MapBlock: {
    parts: {
      map: "MapData",
      context: "Ground",
    },
  },
  MapData: {
    parts: {
      palette: "Colour[]",
      none: "Colour",
      partnerships: "MapPartnership[]",
      schools: "MapSchool[]",
      moves: "MapMove[]",
    },
  },
  Colour: {
    row: ["fill", "ink", "line"],
  },
  MapPartnership: {
    parts: {
      members: "MapMember[]",
    },
  },
  MapMember: {
    row: ["urn", "metres"],
  },
  MapSchool: {
    row: [
      "urn",
      "name",
      "phase",
      "postcode",
      "district",
      "at",
      "partnerships",
      "designations",
      "page",
      "placed_by",
      "aliases",
    ],
    rest: {
      designations: [],
      page: "",
      placed_by: "",
      aliases: "",
    },
  },
  MapMove: {
    row: ["urn", "leaves", "joins", "colours", "towards"],
    rest: {
      towards: null,
    },
  },
  Ground: {
    parts: {
      layers: "GroundLayer[]",
      names: "NameGroup[]",
    },
  },
  GroundLayer: {
    row: ["name", "group", "fill", "stroke", "width", "opacity", "zoom", "dash", "casing", "over", "path"],
    rest: {
      fill: "",
      stroke: "",
      width: 0,
      opacity: 1,
      zoom: 0,
      dash: "",
      casing: "",
      over: false,
      path: "",
    },
  },
  NameGroup: {
    parts: {
      names: "PlacedName[]",
    },
  },
  PlacedName: {
    row: ["text", "at"],
  },
  PageBlock: {
    parts: {
      search: "SearchIndex",
    },
  },
  SearchIndex: {
    parts: {
      schools: "FoundSchool[]",
      partnerships: "FoundPartnership[]",
      places: "FoundPlace[]",
    },
  },
  FoundSchool: {
    row: ["urn", "name", "phase", "place", "partnerships", "aliases", "page"],
    rest: {
      aliases: "",
      page: "",
    },
  },
  FoundPartnership: {
    row: ["number", "name", "size"],
  },
  FoundPlace: {
    row: ["name", "partnership"],
  },
};
