"""The numbers that the methods of the solver go by: what each is, in what unit, and why it is so.

They were chosen on the benchmarks of `benchmarks/`; none of them changes what is proved, only how soon.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

__all__ = ["PARAMETERS", "SolverParameters"]


def _number(default: Any, unit: str, words: str) -> Any:
    """Declare a parameter with its unit and what it is for."""
    return field(default=default, metadata={"unit": unit, "words": words})


class _Parameters:
    """Numbers above 0, or tuples of them.

    Raises
    ------
    ValueError
        A number is not above 0.
    """

    def __post_init__(self) -> None:
        """Refuse what makes no sense."""
        for one in fields(self):  # type: ignore[arg-type]  # every class below is a dataclass
            if not _is_positive(getattr(self, one.name)):
                raise ValueError(f"{one.name}: {getattr(self, one.name)!r} must be above 0")


def _is_positive(value: Any) -> bool:
    if isinstance(value, tuple):
        return bool(value) and all(map(_is_positive, value))
    return isinstance(value, _Parameters) or (isinstance(value, (int, float)) and 0 < value < float("inf"))


@dataclass(frozen=True, kw_only=True)
class MethodParameters(_Parameters):
    """Which method a problem goes to."""

    exact_items: int = _number(
        200,
        "items",
        "up to so many items are solved to the proof by themselves; more take minutes where rules are many",
    )
    exact_items_weighted: int = _number(
        300,
        "items",
        "likewise where items differ in size: the floor of a search is weaker there, and a proof worth more of a wait",
    )
    repaired_items: int = _number(
        600,
        "items",
        "from so many on, rules that the moves do not know are kept by repair; below, the whole model is within reach",
    )
    rescalings: int = _number(
        4,
        "times",
        "how often units are chosen anew by the cost of the plan that the last ones gave; twice is the rule",
    )
    town_share: float = _number(
        0.5,
        "share of the work",
        "what clustering towns by themselves may take, so that the search of all has as much",
    )
    median_items: int = _number(
        1000,
        "items",
        "up to so many are proved where nothing but the number is asked: branch and bound on medoids goes that far",
    )
    median_nodes: int = _number(
        20_000,
        "nodes",
        "nodes of that branch and bound where nobody gives a limit; some minutes of a laptop",
    )


@dataclass(frozen=True, kw_only=True)
class SearchParameters(_Parameters):
    """A search of many items: ascent, rounding, simulated annealing, neighbourhoods."""

    near: int = _number(
        48,
        "items",
        "nearest medoids that an item has arcs to; with fewer the floor of the ascent is loose",
    )
    near_for_each: int = _number(
        4,
        "cluster sizes",
        "arcs reach at least so many mean cluster sizes, for large clusters",
    )
    near_pairs: float = _number(1.5e7, "arcs", "beyond which they reach no farther: they would not fit into memory")
    price_scales: tuple[float, ...] = _number(
        (0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0),
        "factors",
        "first prices are tried at each of these scales; the best one is begun from",
    )
    scout_rounds: tuple[tuple[int, float], ...] = _number(
        ((20, 2.0), (20, 1.2)),
        "steps, factor",
        "steps of a hurried ascent, and how far above what is reached it aims: first far, then near",
    )
    ascent_steps: int = _number(
        300,
        "steps",
        "steps of the ascent in earnest; after these the floor rises by less than rounding costs",
    )
    patience: int = _number(6, "steps", "steps without a better floor after which the step is halved")
    memory: float = _number(
        0.9,
        "share",
        "of the last direction kept in the next one: long, since many items make directions noisy",
    )
    settled: float = _number(5e-4, "share of the floor", "a rise below which the ascent ends")
    passes: int = _number(2, "times", "how often all neighbourhoods of one width are gone over before the next width")
    exchanged: float = _number(
        1.4,
        "share",
        "neighbourhoods tried with a cluster more or less, in terms of how many cover all",
    )
    trials: int = _number(
        32,
        "walks",
        "walks by annealing from the best plan where items differ in size, whose clusters are recombined",
    )
    recombined_after: int = _number(4, "walks", "walks between two recombinations")
    recombined_items: int = _number(
        20,
        "items a cluster",
        "up to so many items a cluster recombination is tried; larger clusters are hardly met twice",
    )
    walk_moves: int = _number(1000, "moves an item", "length of each such walk")
    gained: float = _number(1e-9, "share of the cost", "a gain below this is rounding")
    heats: tuple[float, ...] = _number(
        (1.0, 0.5),
        "mean costs",
        "heat that walks begin at, in turn: from afar, and from near",
    )
    lukewarm: float = _number(0.01, "mean costs", "heat at which these walks end")
    guarantee_steps: int = _number(300, "steps", "most steps of the ascent with guarantees")
    longer_steps: int = _number(
        300,
        "steps",
        "further steps of the ascent for each round that is asked beyond the usual",
    )
    long_step: float = _number(0.3, "share", "first step of a long ascent: small, since it begins near the top")
    long_patience: int = _number(12, "steps", "its steps without a better floor after which the step is halved")
    long_memory: float = _number(0.95, "share", "of its last direction kept in the next one")
    closed_items: int = _number(1000, "items", "up to so many the gap that is left is closed by cuts and few arcs")
    closing_nodes: int = _number(100, "nodes", "nodes of branch and bound for that, where nobody gives a limit")
    widths: tuple[tuple[int, int], ...] = _number(
        ((72, 7), (110, 11), (200, 20)),
        "items, clusters",
        "widths of neighbourhoods, from round to round",
    )
    many: int = _number(
        5000,
        "items",
        "from so many on one round less: the widest neighbourhoods take most of the time",
    )
    exact_items: int = _number(72, "items", "width of neighbourhoods that are solved exactly")
    exact_clusters: int = _number(7, "clusters", "likewise; seven clusters are solved in well under a second")
    widest_repair: int = _number(64, "clusters", "so wide a neighbourhood grows around a cluster that breaks a rule")
    excess_price: float = _number(
        50.0,
        "costs",
        "price of a plan whose sizes are out of bounds altogether, in its own cost: bounds come first",
    )
    reached: float = _number(0.999, "share", "of its target at which an ascent has outgrown a plan out of bounds")
    farther: float = _number(1.2, "factor", "by which the target is then raised")
    starts: int = _number(4, "walks", "short walks about the end of an ascent, each rounded, of which the best is kept")
    start_steps: int = _number(20, "steps", "length of each")
    start_step: float = _number(0.02, "share", "first step of each: small, to stay about the top")
    threaded_items: int = _number(3000, "items", "from so many on all processors work; below, one is as fast")
    moves_each: int = _number(
        3000,
        "moves an item",
        "moves of simulated annealing; more gain less than neighbourhoods do",
    )
    moves_most: int = _number(32_000_000, "moves", "most of them, some tens of seconds")
    hot: float = _number(0.2, "mean costs", "heat that annealing begins at, from a plan that is rounded well already")
    hotter: float = _number(1.0, "mean costs", "likewise where items differ in size and must be shuffled to fit")
    cold: float = _number(0.004, "mean costs", "heat at which it ends: dearer moves are hardly taken any more")
    uneven: int = _number(10, "factor", "so many times the moves where items differ in size")
    stretch: int = _number(1_000_000, "moves", "between two looks at whether the work is over, some tenths of a second")
    last_moves: int = _number(50, "moves an item", "moves that bring sizes into bounds once the work is over")
    apart: float = _number(
        4.0,
        "factor",
        "towns are apart where the way between two is so many times the longest step within one",
    )
    town_numbers: int = _number(4, "numbers", "numbers of clusters that are tried for a town, those next to its share")
    town_work: float = _number(
        5.0,
        "seconds of a laptop",
        "most work for a town in so many clusters: where that is no proof, its best plan will do",
    )


@dataclass(frozen=True, kw_only=True)
class NeighbourhoodParameters(_Parameters):
    """Large neighbourhood search: a few clusters at a time."""

    batch: int = _number(
        8,
        "neighbourhoods",
        "worked on side by side; fixed, so that threads do not change what comes out",
    )
    nodes: int = _number(40, "nodes", "nodes of branch and bound for one that is solved; most need one")
    near: int = _number(25, "items", "nearest items that moves within one look at")
    steps: int = _number(120, "steps", "steps of prices in one that is searched")
    moves: int = _number(1000, "moves", "moves tried after each step of prices")
    ruled_moves: int = _number(
        3000,
        "moves",
        "likewise under guarantees or leaders: what prices choose may not suit them",
    )
    uneven_moves: int = _number(20_000, "moves", "likewise where items differ in size and must be shuffled to fit")
    warm: float = _number(0.05, "mean costs", "heat of these moves")
    ruled_warm: float = _number(0.3, "mean costs", "likewise under guarantees or leaders")
    hot: float = _number(0.5, "mean costs", "likewise where items differ in size")
    negligible: float = _number(1e-6, "share of the cost", "a loss or gain below which nothing more is looked for")
    tiny: float = _number(
        1e-9,
        "share of the cost",
        "by which a solved neighbourhood must be cheaper, so that rounding is no gain",
    )
    solvable_items: int = _number(150, "items", "up to so many one that still breaks a rule is solved with every rule")
    dearer: float = _number(
        2.0,
        "shares of a cluster",
        "by how much one may be dearer with a cluster less and still be offered",
    )
    worthwhile: float = _number(
        0.05,
        "shares of a cluster",
        "least that the clusters of one must have to lose for it to be offered",
    )


@dataclass(frozen=True, kw_only=True)
class RepairParameters(_Parameters):
    """Repair: rules that the moves do not know are kept a few clusters at a time."""

    widths: tuple[int, ...] = _number(
        (40, 60, 90, 130, 180, 250),
        "items",
        "widths of a neighbourhood, one after another until a rule is kept",
    )
    leader_width: int = _number(60, "items", "width where a leader is looked for")
    polish_width: int = _number(90, "items", "width where a cheaper plan is looked for after repair")
    exact_items: int = _number(
        1000,
        "items",
        "up to so many the whole model is asked where repair does not keep a rule",
    )
    nodes: int = _number(40, "nodes", "nodes of branch and bound for one neighbourhood")
    search_share: float = _number(
        0.6,
        "share",
        "of seconds and work that the first plan may take; repair has the rest of them at least",
    )


@dataclass(frozen=True, kw_only=True)
class ExactParameters(_Parameters):
    """The proof: reduced-cost fixing, set partitioning, rounding."""

    ascent_steps: int = _number(
        400,
        "steps",
        "steps of the Lagrangian ascent; it ends by itself before where it settles",
    )
    wide_gap: float = _number(
        0.004,
        "share",
        "from what gap on whole clusters are looked at, which takes a while to begin with",
    )
    loose: int = _number(
        100,
        "memberships",
        "from how many fractional ones on a linear relaxation says too little for its arcs to be tried first",
    )
    moves_items: int = _number(150, "items", "from how many on compiled moves are worth loading for a first plan")
    cuts_gap: float = _number(0.0005, "share", "from what gap on cuts are worth their time")
    many_arcs: int = _number(
        12,
        "arcs a group",
        "from how many on a better plan is looked for first, by the cheapest of them",
    )
    cuts_closed: float = _number(
        0.25,
        "share of the gap",
        "that cuts must close to be worth their rows when arcs are looked at",
    )
    last_arcs: int = _number(25, "arcs an item", "up to how many are looked at where a good plan is enough")
    few_arcs: int = _number(3, "arcs a group", "that are tried first")
    more_arcs: int = _number(8, "arcs a group", "that are tried first after whole clusters did not settle it")
    swaps_within: float = _number(1.01, "factor", "medoids within so much of the best tried are improved by swaps")
    whole_step: float = _number(
        0.999,
        "cost",
        "taken from the cost of a plan where costs are whole: a better plan is cheaper by 1 at least",
    )
    first_width: float = _number(
        0.004,
        "share of the floor",
        "first width above the floor within which clusters are listed",
    )
    width_growth: float = _number(1.4, "factor", "by which the width grows")
    width_shrink: float = _number(0.95, "factor", "by which it shrinks where clusters are too many")
    most_columns: int = _number(150_000, "clusters", "most that are listed: what HiGHS chooses among in some seconds")
    cut_rounds: int = _number(40, "rounds", "of subset-row cuts")
    cuts_each: int = _number(40, "cuts", "added in one round, the most violated first")
    violated: float = _number(0.02, "share", "by which a cut must be violated to be added")
    met_nodes: int = _number(200, "nodes", "for the best plan of the clusters met on the way to the floor")
    met_gap: float = _number(0.001, "share", "gap at which that plan will do")
    first_arcs: int = _number(3, "arcs a group", "that are tried first")
    arcs_growth: float = _number(2.0, "factor", "by which the width above the floor grows where they were too few")
    few_fractional: float = _number(
        0.4,
        "share of the groups",
        "with fractional memberships up to which a model is nearly whole",
    )
    rough_gap: float = _number(0.005, "share", "gap at which a good plan will do")
    rounding_arcs: int = _number(6, "arcs a group", "that a rounded plan may use, the cheapest")
    rounding_growth: int = _number(2, "factor", "by which these grow where no plan is found on them")
    rounding_gap: float = _number(0.01, "share", "gap at which a rounded plan will do")
    rounding_turns: int = _number(3, "times", "how often the best medoids of a plan are rounded to again")
    worst_nodes: int = _number(2000, "nodes", "for one level of the least worst distance")
    crowded: float = _number(0.5, "share", "of the items that must share a site for sites to be counted in their place")
    most_sites: int = _number(300, "sites", "up to which they are counted")


@dataclass(frozen=True, kw_only=True)
class MedianParameters(_Parameters):
    """Branch and bound for the p-median, where sizes ask nothing."""

    tried_nodes: int = _number(40, "nodes", "nodes before the radius model is tried")
    polish_steps: int = _number(1000, "steps", "most steps of the ascent at the root")
    polish_patience: int = _number(30, "steps", "its steps without a better floor after which the step is halved")
    polish_memory: float = _number(0.9, "share", "of its last direction kept in the next one")
    polished: float = _number(0.02, "share of the gap", "that such an ascent must close to be tried again")
    steps: int = _number(15, "steps", "of the ascent at other nodes: it begins near the top")
    first_step: float = _number(0.8, "share", "first step there")
    patience: int = _number(9, "steps", "without a better floor after which that step is halved")
    memory: float = _number(0.6, "share", "of the last direction kept in the next one there")
    shrunk: float = _number(
        0.9,
        "share",
        "of undecided medoids left at which a node is looked at again before it is split",
    )
    terms_for_each: float = _number(
        0.75,
        "terms an item",
        "of the radius model up to which it is small enough to be solved whole",
    )


@dataclass(frozen=True, kw_only=True)
class FewParameters(_Parameters):
    """Few clusters of many items, where nothing but their number is asked."""

    items: int = _number(1000, "items", "from so many on; fewer are proved by branch and bound")
    each: int = _number(
        60, "items a cluster", "from so many on; smaller clusters have few arcs, which suits the search"
    )
    starts: int = _number(12, "starts", "on samples of the items")
    sample: int = _number(400, "items", "in a sample")
    sample_each: int = _number(20, "items a cluster", "in a sample at least")
    wholes: int = _number(24, "starts", "that are gone on with on all items, or the best one shaken, at most")
    pairs: float = _number(1e8, "pairs", "of items over all of these: the more items, the fewer")
    shaken: int = _number(3, "medoids", "that are exchanged by chance")
    near: int = _number(30, "items", "near a medoid that may take its place")
    spread: int = _number(150, "items", "from everywhere on which prices are found to begin with")
    stretch: int = _number(500, "items", "tried for an exchange between two looks at the clock")
    between: float = _number(0.5, "share", "of the way from nearest to second nearest medoid: the first price")
    swaps_within: float = _number(1.02, "times", "the best cost: medoids of a floor are improved up to that")
    gained: float = _number(1e-6, "share", "of the cost below which members and medoids are not fitted again")
    rounds: int = _number(8, "times", "that prices are tried on all medoids")
    steps: int = _number(150, "steps", "of an ascent on some medoids")
    later_step: float = _number(0.5, "share", "of what is left to the target: the first step of a later ascent")
    patience: int = _number(8, "steps", "without a better floor after which the step is halved")
    memory: float = _number(0.7, "share", "of the last direction kept in the next one")
    joining: int = _number(150, "medoids", "that join where they would lower the floor, each time")
    near_enough: float = _number(0.02, "share", "of a medoid's value within which another joins")
    closed: float = _number(1e-4, "share", "of the cost: a gap below it is left to branching")
    entries: float = _number(8e6, "entries", "of the costs of all items under some medoids: 64 MB")
    branched_entries: float = _number(3e6, "entries", "likewise where medoids are branched on, which holds several")
    branching: float = _number(1e-7, "work a pair", "that branching may do")


@dataclass(frozen=True, kw_only=True)
class AscentParameters(_Parameters):
    """Lagrangian relaxation: subgradient ascent where nothing else is said."""

    patience: int = _number(12, "steps", "without a better floor after which the step is halved")
    smallest_step: float = _number(2e-3, "share", "a step below which the ascent ends")
    memory: float = _number(0.6, "share", "of the last direction kept in the next one")
    reach: float = _number(0.02, "share of the floor", "that is aimed at above the best floor where no plan is known")
    asking: int = _number(15, "steps", "between two times that open medoids are handed to a heuristic")
    review: int = _number(40, "steps", "between two looks at whether the ascent has settled")
    usage: int = _number(40, "steps", "over which the mean choice of medoids is taken")
    settled: float = _number(0.02, "share of the gap", "a rise between two looks below which the ascent ends")


@dataclass(frozen=True, kw_only=True)
class ColumnParameters(_Parameters):
    """Column generation with stabilised prices."""

    states: int = _number(
        4000,
        "states",
        "of the pricing problem of one medoid, after which its floor is given as it stands",
    )
    rounds: int = _number(150, "rounds", "of pricing within one box")
    held: float = _number(0.6, "share", "of the best prices kept in the next ones (Wentges, 1997)")
    converged: float = _number(2e-4, "share", "between choice and floor at which generation ends")
    beyond: float = _number(
        1.0,
        "mean prices",
        "above the medoids that are open within which others are priced exactly",
    )
    box: float = _number(0.5, "mean prices", "width of the box that prices are kept in")
    boxes: int = _number(6, "boxes", "one after another, each about the best prices so far")
    initial_near: int = _number(
        24,
        "groups",
        "nearest to those that rewarded pairs connect, with each of which a column begins",
    )
    boxes_rewarded: int = _number(
        40,
        "boxes",
        "likewise where pairs are rewarded: prices of single memberships begin far off",
    )
    span: float = _number(
        0.03,
        "share of the floor",
        "above the floor within which reduced costs of arcs are worked out exactly",
    )
    listing_states: int = _number(20_000_000, "states", "most for listing the clusters of one medoid")
    listing_states_rewarded: int = _number(
        2_000_000,
        "states",
        "likewise where pairs are rewarded, which makes each state dearer",
    )


@dataclass(frozen=True, kw_only=True)
class CutParameters(_Parameters):
    """Rounding cuts: separation and what is kept of them."""

    rounds: int = _number(200, "rounds", "most of separation")
    set_size: int = _number(16, "items", "most medoids that a set grows to")
    tried: int = _number(6, "items", "tried for each step by which it grows")
    least_violated: float = _number(1e-3, "share", "by which a cut must be violated")
    overlap: int = _number(8, "cuts", "of one round that a group may be in")
    idle: int = _number(6, "rounds", "without a dual after which a cut is old")
    purged: int = _number(20, "cuts", "old ones at which they are taken out")
    shrunk: float = _number(0.8, "share", "of the arcs left at which the program is built anew")
    last: int = _number(5, "rounds", "over which progress is looked at")
    worthwhile: float = _number(0.03, "share of the gap", "that these must close, or separation ends")


@dataclass(frozen=True, kw_only=True)
class RelaxationParameters(_Parameters):
    """The linear relaxation of the assignment model, by sifting."""

    sifted_arcs: int = _number(5000, "arcs", "from which on sifting is faster than the whole relaxation")
    ascent_steps: int = _number(120, "steps", "of the ascent on all rows that says which arcs to begin with")
    patience: int = _number(20, "steps", "without a better floor after which its step is halved")
    memory: float = _number(0.95, "share", "of its last direction kept in the next one")
    reach: float = _number(0.2, "share of the floor", "that it aims at above its best floor")
    arcs: int = _number(12, "arcs a group", "that are begun with")
    growth: int = _number(4, "factor", "by which these grow where they leave no solution")
    steps_each: int = _number(1, "pivots a column", "after which the other simplex method is tried")
    retries: int = _number(10, "times", "that rounding to medoids steps back where it leads nowhere")


@dataclass(frozen=True, kw_only=True)
class GuaranteeParameters(_Parameters):
    """The floor that heeds guarantees, for thousands of items."""

    near: int = _number(24, "items", "nearest medoids whose rows a guarantee is priced at")
    step: float = _number(1.5, "share", "first step of the ascent: guarantees begin without a price")
    patience: int = _number(12, "steps", "without a better floor after which the step is halved")
    memory: float = _number(0.7, "share", "of the last direction kept in the next one")


@dataclass(frozen=True, kw_only=True)
class SolverParameters(_Parameters):
    """All of them, by the method that goes by them."""

    method: MethodParameters = field(default_factory=MethodParameters)
    search: SearchParameters = field(default_factory=SearchParameters)
    neighbourhood: NeighbourhoodParameters = field(default_factory=NeighbourhoodParameters)
    repair: RepairParameters = field(default_factory=RepairParameters)
    exact: ExactParameters = field(default_factory=ExactParameters)
    median: MedianParameters = field(default_factory=MedianParameters)
    few: FewParameters = field(default_factory=FewParameters)
    ascent: AscentParameters = field(default_factory=AscentParameters)
    column: ColumnParameters = field(default_factory=ColumnParameters)
    cut: CutParameters = field(default_factory=CutParameters)
    relaxation: RelaxationParameters = field(default_factory=RelaxationParameters)
    guarantee: GuaranteeParameters = field(default_factory=GuaranteeParameters)


PARAMETERS = SolverParameters()
