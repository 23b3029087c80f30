/* Made by `python scripts/make_schemas.py` from geo_partnerships.workbench.schema: change that and run it again. */

/**
 * Everything the page shows but the ground and the areas.
 * @typedef {Object} DeskState
 * @property {number} n
 * @property {string} scenario
 * @property {string} title
 * @property {string} status
 * @property {boolean} illustrative
 * @property {Figure[]} figures
 * @property {string} proof
 * @property {DeskPartnership[]} partnerships
 * @property {DeskSchool[]} schools
 * @property {Check[]} checks
 * @property {string[]} findings
 * @property {DecisionRow[]} decisions
 * @property {Comment[]} comments
 * @property {Link[]} links
 * @property {Veto[]} vetoes
 * @property {Replies} replies
 * @property {string} undo
 * @property {string} redo
 * @property {Record<string, unknown>} parameters
 * @property {Record<string, string>} changed
 * @property {string[]} staged
 * @property {boolean} rules_kept
 * @property {Changes} changes
 * @property {YearOpen} year
 * @property {string} digest
 * @property {ChangedFiles} changed_files
 * @property {JobState | null} job
 * @property {string} published
 */

/**
 * A figure of the plan now, its difference to the start, the start's, and the letter's draft's.
 * @typedef {Object} Figure
 * @property {string} label
 * @property {string} now
 * @property {string} change
 * @property {string} start
 * @property {string} draft
 */

/**
 * A partnership on the desk.
 * @typedef {Object} DeskPartnership
 * @property {number} number
 * @property {string} name
 * @property {string} strand
 * @property {string} type
 * @property {string} status
 * @property {string} lead
 * @property {string} since
 * @property {string} form
 * @property {string} board
 * @property {DeskRole[]} roles
 * @property {string} decided
 * @property {string} centre
 * @property {number} unnamed
 * @property {boolean} locked
 * @property {string} words
 * @property {DeskMember[]} members
 */

/**
 * A role in a partnership, and the school whose head has it.
 * @typedef {Object} DeskRole
 * @property {string} role
 * @property {string} urn
 */

/**
 * A member of a partnership, and in words how far it is from the centre school.
 * @typedef {Object} DeskMember
 * @property {string} urn
 * @property {string} distance
 */

/**
 * A school on the desk, its partnerships, and how it is held there.
 * @typedef {Object} DeskSchool
 * @property {string} urn
 * @property {string} name
 * @property {string} phase
 * @property {string} district
 * @property {number[]} numbers
 * @property {boolean} leader
 * @property {string} held
 */

/**
 * A rule, and whether it holds.
 * @typedef {Object} Check
 * @property {string} name
 * @property {boolean} holds
 * @property {boolean} binding
 * @property {string} message
 */

/**
 * A decision as the log shows it.
 * @typedef {Object} DecisionRow
 * @property {number} n
 * @property {string} when
 * @property {string} by
 * @property {string} words
 * @property {string} reason
 * @property {string[]} breaks
 */

/**
 * What was said about a school, or about a partnership by its number.
 * @typedef {Object} Comment
 * @property {number} n
 * @property {string} school
 * @property {string} text
 * @property {string} by
 * @property {string} when
 * @property {string} partnership
 */

/**
 * Schools that belong together or apart.
 * @typedef {Object} Link
 * @property {string[]} schools
 * @property {string} word
 * @property {string} reason
 */

/**
 * A school kept out of the partnership that another school is in.
 * @typedef {Object} Veto
 * @property {string} school
 * @property {string} anchor
 * @property {string} reason
 */

/**
 * Every school that the letter is for with its answer, and how many have none, in words with the deadline too.
 * @typedef {Object} Replies
 * @property {Reply[]} rows
 * @property {number} missing
 * @property {string} words
 */

/**
 * A school's answer to the letter.
 * @typedef {Object} Reply
 * @property {string} urn
 * @property {string} answer
 * @property {string} date
 * @property {string} note
 */

/**
 * Who got another partnership by the last run.
 * @typedef {Object} Changes
 * @property {string} words
 * @property {ChangeRow[]} rows
 */

/**
 * A school, its partnerships before the last run and after, and what would be if it alone went back.
 * @typedef {Object} ChangeRow
 * @property {string} urn
 * @property {string} name
 * @property {number[]} before
 * @property {number[]} after
 * @property {string} why
 */

/**
 * What the newer list that was taken last leaves to decide.
 * @typedef {Object} YearOpen
 * @property {string} said
 * @property {ToDecide[]} decide
 */

/**
 * What has to be decided since a newer list was taken, and the school that it is about; empty for none.
 * @typedef {Object} ToDecide
 * @property {string} urn
 * @property {string} words
 */

/**
 * What became of the scenario, and of each file of the data, since they were read.
 * @typedef {Object} ChangedFiles
 * @property {string} scenario
 * @property {string[]} data
 */

/**
 * What is under way, or was last.
 * @typedef {Object} JobState
 * @property {number} number
 * @property {string} kind
 * @property {string} status
 * @property {number} share
 * @property {string} words
 */

/**
 * What stays as it is while decisions are taken.
 * @typedef {Object} DeskGround
 * @property {[[number, number], [number, number]]} bounds
 * @property {Colour[]} palette
 * @property {Colour} none
 * @property {Ground} context
 * @property {Record<string, [number, number]>} places
 * @property {string} reply_by
 * @property {string[]} types
 * @property {string[]} attributions
 * @property {Field[]} fields
 */

/**
 * A fill, an ink that reads on it at 4.5:1 or better, and a darker line.
 * @typedef {Object} Colour
 * @property {string} fill
 * @property {string} ink
 * @property {string} line
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
 * A parameter with a field of its own.
 * @typedef {Object} Field
 * @property {string} key
 * @property {string} kind
 * @property {string} label
 * @property {number} [min]
 * @property {number} [max]
 * @property {number} [step]
 * @property {string[]} [choices]
 */

/**
 * The areas as they were at a decision, and the colour of each partnership.
 * @typedef {Object} Areas
 * @property {number} n
 * @property {Area[]} areas
 * @property {Record<string, number>} colours
 */

/**
 * A partnership's area: rings of latitudes and longitudes.
 * @typedef {Object} Area
 * @property {number} number
 * @property {number} colour
 * @property {[number, number][][]} rings
 */

/**
 * The last decision, what is under way, and what changed on the disk.
 * @typedef {Object} Pulse
 * @property {number} n
 * @property {JobState | null} job
 * @property {ChangedFiles} changed_files
 */

/**
 * Another partnership for a school, what it would cost, the rules it would break, and with whom in return none.
 * @typedef {Object} AlternativeRow
 * @property {number} partnership
 * @property {string} name
 * @property {number} cost_m
 * @property {string[]} forbidden_by
 * @property {ExchangeRow | null} exchange
 */

/**
 * A school that would come in return, and what both moves would cost.
 * @typedef {Object} ExchangeRow
 * @property {string} name
 * @property {number} cost_m
 */

/**
 * Alternatives beside the plan on the desk; those of before a decision can be looked at and not be opened.
 * @typedef {Object} ChoicesState
 * @property {boolean} stale
 * @property {string[]} head
 * @property {string[]} desk
 * @property {ChoiceRow[]} rows
 * @property {string} firm
 * @property {Wavering[]} wavering
 */

/**
 * An alternative, and how many schools have another partnership in it than on the desk.
 * @typedef {Object} ChoiceRow
 * @property {string} key
 * @property {string} name
 * @property {boolean} proven
 * @property {Weighed[]} figures
 * @property {number} moved
 */

/**
 * A figure of an alternative, and its difference to the plan that is on the desk now.
 * @typedef {Object} Weighed
 * @property {string} value
 * @property {string} change
 */

/**
 * A school that changes its company among alternatives, its partnership, and how much of it it keeps.
 * @typedef {Object} Wavering
 * @property {string} school
 * @property {number} partnership
 * @property {string} kept
 */

/**
 * A plan that can be compared.
 * @typedef {Object} Comparable
 * @property {string} key
 * @property {string} title
 */

/**
 * Two plans beside each other.
 * @typedef {Object} Compared
 * @property {string[]} titles
 * @property {ComparedFigure[]} figures
 * @property {string} words
 * @property {MovedSchool[]} moved
 */

/**
 * A figure of both plans.
 * @typedef {Object} ComparedFigure
 * @property {string} label
 * @property {string} first
 * @property {string} second
 */

/**
 * A school, and its partnerships in both plans.
 * @typedef {Object} MovedSchool
 * @property {string} school
 * @property {string} name
 * @property {number[]} before
 * @property {number[]} after
 */

/**
 * A job that was begun.
 * @typedef {Object} Started
 * @property {JobState} job
 */

/**
 * Where a scenario was saved, and how many moves against a rule are no part of it, in words.
 * @typedef {Object} Saved
 * @property {string} words
 * @property {DeskState} desk
 */

/**
 * Data that were read, what they change, and the names in them that a person has to look at.
 * @typedef {Object} Proposed
 * @property {string} name
 * @property {boolean} refused
 * @property {Noticed[]} noticed
 * @property {number} noticed_in_all
 * @property {NamedSchools[]} lists
 * @property {string} part
 * @property {Counted[]} rows
 * @property {string[]} gone
 * @property {UnsureNameRow[]} names
 * @property {number} names_in_all
 */

/**
 * Something noticed in a file or a parameter.
 * @typedef {Object} Noticed
 * @property {string} severity
 * @property {number | null} row
 * @property {string} field
 * @property {string} message
 * @property {string} fix
 */

/**
 * Names of schools, and what there is to say of them.
 * @typedef {Object} NamedSchools
 * @property {string} words
 * @property {string[]} names
 */

/**
 * What can be counted in data, in those on the desk and in the new ones.
 * @typedef {Object} Counted
 * @property {string} label
 * @property {number} before
 * @property {number} after
 */

/**
 * A name of which nobody has said which school it is, that which it was read as, and those that may be meant.
 * @typedef {Object} UnsureNameRow
 * @property {string} written
 * @property {string} read_as
 * @property {Suggested[]} suggestions
 */

/**
 * A school that may be meant.
 * @typedef {Object} Suggested
 * @property {string} urn
 * @property {string} name
 */

/**
 * A newer list of schools, and the plan that changes as little as it can.
 * @typedef {Object} NewYear
 * @property {string} name
 * @property {boolean} refused
 * @property {Noticed[]} noticed
 * @property {number} noticed_in_all
 * @property {NamedSchools[]} lists
 * @property {string} said
 * @property {ToDecide[]} decide
 */

/**
 * What a workbook of replies has that is not known yet, in words; the desk once that was taken.
 * @typedef {Object} RepliesRead
 * @property {string} words
 * @property {number} number
 * @property {Noticed[]} noticed
 * @property {DeskState | null} desk
 */

/**
 * What a public plan of this digest gives away, in sentences.
 * @typedef {Object} Disclosed
 * @property {string} digest
 * @property {string[]} sentences
 */

/**
 * Why something was not done.
 * @typedef {Object} Refused
 * @property {string} error
 * @property {string[]} [breaks]
 * @property {Noticed[]} [rows]
 * @property {number} [rows_in_all]
 * @property {DeskState} [desk]
 */

export const WORKBENCH_SHAPES = {
  DeskState: {
    parts: {
      figures: "Figure[]",
      partnerships: "DeskPartnership[]",
      schools: "DeskSchool[]",
      checks: "Check[]",
      comments: "Comment[]",
      links: "Link[]",
      vetoes: "Veto[]",
      replies: "Replies",
      changes: "Changes",
      year: "YearOpen",
    },
  },
  Figure: {
    row: ["label", "now", "change", "start", "draft"],
  },
  DeskPartnership: {
    parts: {
      roles: "DeskRole[]",
      members: "DeskMember[]",
    },
  },
  DeskRole: {
    row: ["role", "urn"],
  },
  DeskMember: {
    row: ["urn", "distance"],
  },
  DeskSchool: {
    row: ["urn", "name", "phase", "district", "numbers", "leader", "held"],
  },
  Check: {
    row: ["name", "holds", "binding", "message"],
  },
  Comment: {
    row: ["n", "school", "text", "by", "when", "partnership"],
    rest: {
      partnership: "",
    },
  },
  Link: {
    row: ["schools", "word", "reason"],
  },
  Veto: {
    row: ["school", "anchor", "reason"],
  },
  Replies: {
    parts: {
      rows: "Reply[]",
    },
  },
  Reply: {
    row: ["urn", "answer", "date", "note"],
  },
  Changes: {
    parts: {
      rows: "ChangeRow[]",
    },
  },
  ChangeRow: {
    row: ["urn", "name", "before", "after", "why"],
  },
  YearOpen: {
    parts: {
      decide: "ToDecide[]",
    },
  },
  ToDecide: {
    row: ["urn", "words"],
  },
  DeskGround: {
    parts: {
      palette: "Colour[]",
      none: "Colour",
      context: "Ground",
    },
  },
  Colour: {
    row: ["fill", "ink", "line"],
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
  Areas: {
    parts: {
      areas: "Area[]",
    },
  },
  Area: {
    row: ["number", "colour", "rings"],
  },
  AlternativeRow: {
    row: ["partnership", "name", "cost_m", "forbidden_by", "exchange"],
    parts: {
      exchange: "ExchangeRow",
    },
  },
  ExchangeRow: {
    row: ["name", "cost_m"],
  },
  ChoicesState: {
    parts: {
      rows: "ChoiceRow[]",
      wavering: "Wavering[]",
    },
  },
  ChoiceRow: {
    row: ["key", "name", "proven", "figures", "moved"],
    parts: {
      figures: "Weighed[]",
    },
  },
  Weighed: {
    row: ["value", "change"],
  },
  Wavering: {
    row: ["school", "partnership", "kept"],
  },
  Comparable: {
    row: ["key", "title"],
  },
  Compared: {
    parts: {
      figures: "ComparedFigure[]",
      moved: "MovedSchool[]",
    },
  },
  ComparedFigure: {
    row: ["label", "first", "second"],
  },
  MovedSchool: {
    row: ["school", "name", "before", "after"],
  },
  Saved: {
    parts: {
      desk: "DeskState",
    },
  },
  Proposed: {
    parts: {
      noticed: "Noticed[]",
      lists: "NamedSchools[]",
      rows: "Counted[]",
      names: "UnsureNameRow[]",
    },
  },
  Noticed: {
    row: ["severity", "row", "field", "message", "fix"],
  },
  NamedSchools: {
    row: ["words", "names"],
  },
  Counted: {
    row: ["label", "before", "after"],
  },
  UnsureNameRow: {
    row: ["written", "read_as", "suggestions"],
    parts: {
      suggestions: "Suggested[]",
    },
  },
  Suggested: {
    row: ["urn", "name"],
  },
  NewYear: {
    parts: {
      noticed: "Noticed[]",
      lists: "NamedSchools[]",
      decide: "ToDecide[]",
    },
  },
  RepliesRead: {
    parts: {
      noticed: "Noticed[]",
      desk: "DeskState",
    },
  },
  Refused: {
    parts: {
      rows: "Noticed[]",
      desk: "DeskState",
    },
  },
};
