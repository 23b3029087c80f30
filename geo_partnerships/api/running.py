"""One run: read, plan, check, and publish the folder of a scenario."""

from __future__ import annotations

import contextlib
import dataclasses
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo_partnerships.checking import CheckReport, check
from geo_partnerships.comparing import compare, numbers_beside
from geo_partnerships.deciding import replay
from geo_partnerships.disclosing import disclosure_of
from geo_partnerships.documents import write_both, write_documents
from geo_partnerships.errors import BadDataError, NoPlanError, UsageError
from geo_partnerships.exports import write_exports
from geo_partnerships.exports.plan_json import write_plan_json
from geo_partnerships.intake import read_problem
from geo_partnerships.intake.distances.attach import placed_by_postcode, with_distances
from geo_partnerships.intake.plans import read_plan
from geo_partnerships.intake.problem import has_schools
from geo_partnerships.pages import Assets, write_comparison, write_pages
from geo_partnerships.planning import plan, plan_of_draft
from geo_partnerships.planning.advice import advice
from geo_partnerships.publishing import lock_folder, publish_folder
from geo_partnerships.scenarios.edit import parameters_from, resolved
from geo_partnerships.scenarios.origins import Origins
from geo_partnerships.scenarios.parameters import FIRST_PLAN, SCENARIO_FOLDER, Distance, usual_number, usual_size
from geo_partnerships.scenarios.read import (
    CHANGED,
    apply_change,
    available,
    read_origins,
    read_scenario,
    read_table,
    scenario_from,
    scenario_path,
)
from geo_partnerships.systems import exists, is_folder
from geo_partnerships.views.fill import view_of
from geo_partnerships.views.model import Audience

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from geo_partnerships.deciding import Decision
    from geo_partnerships.disclosing import Disclosure
    from geo_partnerships.documents import Block, LetterText
    from geo_partnerships.model import Problem
    from geo_partnerships.plans import Plan
    from geo_partnerships.scenarios.edit import Parameter
    from geo_partnerships.scenarios.parameters import Scenario
    from geo_partnerships.views.model import View

    Progress = Callable[[str], None]
    Read = Callable[[Path, Mapping[str, str | None], Distance], Problem]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A finished run.

    Parameters
    ----------
    name
        Name of the scenario, safe as a folder name.
    report
        The independent check of the plan.
    draft
        The letter's own plan measured the same way, with its check; None without a letter.
    output
        Folder that holds the pages and ``plan.csv``; None where nothing was published.
    folder
        Name of that folder, where it is not the scenario's.
    """

    name: str
    plan: Plan
    report: CheckReport
    draft: tuple[Plan, CheckReport] | None
    output: Path | None = None
    folder: str = ""

    @property
    def folder_name(self) -> str:
        """Name of the folder of output."""
        return self.folder or self.name


def shipped_data() -> Path:
    """Return the folder of Barnet's data that comes with the program, in its wheel or in its repository.

    Raises
    ------
    UsageError
        The program was installed without it.
    """
    package = Path(__file__).parents[1]
    for folder in (package / "barnet", package.parent / "data"):
        if (folder / "schools.geojson").is_file():
            return folder
    raise UsageError("Barnet's data is not beside the program. Give a data folder with --data.")


def data_folder(given: Path | None = None) -> Path:
    """Return the data folder: the one given, ``data`` here, this one where it has schools, or that of the program.

    Raises
    ------
    UsageError
        There is none.
    """
    if given is None:
        return next((here for here in (Path("data"), Path()) if has_schools(here)), None) or shipped_data()
    if is_folder(given):
        return given
    raise UsageError(f"There is no data folder {given}. Give one with --data.")


def scenario_name(name: str) -> str:
    """Return a scenario's name as a folder name: of its file name, only letters, digits and hyphens."""
    stem = Path(name).stem if name.endswith(".toml") else name
    plain = re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")[:60]
    return plain or "scenario"


def folder_of(name: str, data: Path) -> str:
    """Return the name of the folder of output of a scenario.

    That of a first plan has the data folder's name in it: every data folder may have a scenario of that name.
    """
    plain = scenario_name(name)
    return f"{scenario_name(data.resolve().name)}-{plain}" if plain == FIRST_PLAN else plain


def load(name: str, data: Path, changes: Sequence[str] = (), *, seed: int | None = None) -> tuple[Problem, Scenario]:
    """Read a scenario and the data it speaks of; a folder without scenarios gets a first plan by place."""
    if not is_first_plan(name, data):
        scenario = read_scenario(name, data / SCENARIO_FOLDER, changes, seed=seed)
        return _advised(read_files(data, scenario.data.model_dump(), scenario.distance), scenario)
    problem, table = _first_plan(data, changes, read_files)
    if seed is not None:
        table["seed"] = seed
    return _advised(problem, scenario_from(table, FIRST_PLAN, origins_of(name, data, changes)))


def _advised(problem: Problem, scenario: Scenario) -> tuple[Problem, Scenario]:
    """Return both, the problem with what it has that changes nothing under the scenario."""
    return dataclasses.replace(problem, findings=(*problem.findings, *advice(problem, scenario))), scenario


def is_first_plan(name: str, data: Path) -> bool:
    """Say whether the name is that of the first plan of a folder whose scenarios have none of that name."""
    return name == FIRST_PLAN and FIRST_PLAN not in available(data / SCENARIO_FOLDER)


def table_of(name: str, data: Path, changes: Sequence[str] = (), read: Read | None = None) -> dict[str, Any]:
    """Return the parameters of a scenario, changed; those of a first plan follow from its schools.

    Parameters
    ----------
    read
        Reads the schools of a first plan, as `read_files` does, which is the default.

    Raises
    ------
    UsageError, BadDataError
        As `load`.
    """
    if is_first_plan(name, data):
        return _first_plan(data, changes, read or read_files)[1]
    table = read_table(scenario_path(name, data / SCENARIO_FOLDER), data / SCENARIO_FOLDER)
    for change in changes:
        apply_change(table, change)
    return table


def scenario_of(name: str, data: Path, changes: Sequence[str] = (), read: Read | None = None) -> Scenario:
    """Return a scenario, as `load` does, without the data that it speaks of; `read` as in `table_of`."""
    return scenario_from(table_of(name, data, changes, read), file_of(name, data), origins_of(name, data, changes))


def file_of(name: str, data: Path) -> str:
    """Return the name of a scenario's file; that of the first plan where it has none."""
    return FIRST_PLAN if is_first_plan(name, data) else scenario_path(name, data / SCENARIO_FOLDER).name


def parameters_of(name: str, data: Path, changes: Sequence[str] = ()) -> tuple[Parameter, ...]:
    """Return every parameter of a scenario and where it comes from, as `resolved` does; a first plan has no file."""
    if not is_first_plan(name, data):
        return resolved(name, data / SCENARIO_FOLDER, changes)
    table = table_of(name, data, changes)
    scenario = scenario_from(table, FIRST_PLAN, origins_of(name, data, changes))
    return parameters_from(scenario, [(FIRST_PLAN, table)], changes)


def origins_of(name: str, data: Path, changes: Sequence[str] = ()) -> Origins:
    """Return where the parameters of a scenario were written; a first plan has no file."""
    if is_first_plan(name, data):
        return Origins(changes=tuple((CHANGED, change) for change in changes))
    return read_origins(name, data / SCENARIO_FOLDER, changes)


@contextlib.contextmanager
def placing(origins: Origins) -> Iterator[None]:
    """Have whatever is wrong with a scenario say where it was written: file and line."""
    try:
        yield
    except NoPlanError as error:
        raise origins.told(error) from None
    except BadDataError as error:
        raise BadDataError(map(origins.placed, error.findings)) from None


def _first_plan(data: Path, changes: Sequence[str], read: Read) -> tuple[Problem, dict[str, Any]]:
    """Read a data folder that has no scenario: all its schools by place, about eight in a partnership."""
    table: dict[str, Any] = {"title": "First plan", "area": {}}
    for change in changes:
        apply_change(table, change)
    origins = origins_of(FIRST_PLAN, data, changes)
    given = scenario_from({key: table[key] for key in ("data", "distance") if key in table}, FIRST_PLAN, origins)
    problem = read(data, given.data.model_dump(), given.distance)
    placed = sum(school.has_point for school in problem.schools.values())
    if isinstance(table["area"], dict):  # else it is told with the other faults of the scenario
        table["area"] = {"partnerships": usual_number(placed), "size": list(usual_size(placed)), **table["area"]}
    return problem, table


def read_files(data: Path, files: Mapping[str, str | None], distance: Distance | None = None) -> Problem:
    """Read a data folder, with other files in the place of some of its own.

    Parameters
    ----------
    data
        The folder.
    files
        By the keys of ``data`` in a scenario.
    distance
        How a matrix or road network is read.
    """
    found = {key: locate(value, data) if value else value for key, value in files.items() if value is not None}
    postcodes, matrix, roads = (found.pop(key, None) or None for key in ("postcodes", "distances", "roads"))
    problem = read_problem(data, **found)
    if postcodes is not None:
        problem = placed_by_postcode(problem, postcodes)
    if matrix is not None and roads is not None:
        raise UsageError("Give data.distances or data.roads, not both.")
    if matrix is None and roads is None:
        return problem
    how = distance or Distance()
    return with_distances(
        problem,
        matrix=matrix,
        roads=roads,
        unit=how.unit,
        metres_per_minute=how.metres_per_minute,
        weight=how.weight,
        symmetrise=how.symmetrise,
    )


def make_plan(
    name: str,
    problem: Problem,
    scenario: Scenario,
    progress: Progress | None = None,
    so_far: Progress | None = None,
) -> Run:
    """Plan and check one scenario; tell of its strands, and of the plans so far, as `plan` does."""
    made = plan(problem, scenario, progress=progress, so_far=so_far)
    drafted = plan_of_draft(problem, scenario)
    return Run(
        name=scenario_name(name),
        plan=made,
        report=check(made),
        draft=(drafted, check(drafted)) if drafted else None,
    )


def publish(
    run: Run,
    root: Path,
    audience: Audience = Audience.PUBLIC,
    assets: Assets = Assets.INLINE,
    *,
    parquet: bool = False,
    tell: Progress | None = None,
) -> Path:
    """Write pages and exports of a run into ``root``, in one step, and return the folder.

    Parameters
    ----------
    parquet
        Write ``plan.parquet`` (GeoParquet), too, which needs the extra ``parquet``.
    tell
        Called with a sentence for each folder that is kept under another name, since it held files of the user's.

    Raises
    ------
    UsageError
        What stands there was not published by this program, another run is writing there, the disk refuses, or the
        name of a public edition is one of officers' editions.
    """
    target = root / f"{run.folder_name}{_suffix(audience)}"
    if audience is Audience.PUBLIC and run.folder_name.endswith(_suffix(Audience.OFFICERS)):
        raise UsageError(
            f"The public edition of {run.folder_name} would be written where the officers' edition of "
            f"{run.folder_name.removesuffix(_suffix(Audience.OFFICERS))} belongs. Give the scenario another name."
        )
    view = view_of_run(run, audience, disclosure_in(run, root) if audience is Audience.OFFICERS else None)

    _publish(target, lambda folder: _write_edition(view, folder, assets, parquet=parquet), audience, tell)
    return target


def publish_comparison(a: Run, b: Run, root: Path, *, tell: Progress | None = None) -> Path:
    """Write the page of two plans side by side into a folder of ``root`` and return its path; `tell` as `publish`.

    It is for officers: what two plans of one survey differ in tells what single schools answered.
    """
    audience = Audience.OFFICERS
    moved = compare(a.plan, b.plan).moved
    target = root / f"compare-{a.name}--{b.name}{_suffix(audience)}"  # no name has two hyphens in a row
    written: list[Path] = []

    def write(folder: Path) -> None:
        views = (view_of_run(a, audience), view_of_run(b, audience))
        written.append(write_comparison(*views, moved, folder, numbers=numbers_beside(a.plan, b.plan)))

    _publish(target, write, audience, tell)
    return target / written[0].name


def publish_documents(
    run: Run,
    root: Path,
    audience: Audience = Audience.OFFICERS,
    *,
    text: LetterText | None = None,
    address: str = "",
    decisions: Sequence[Decision] = (),
    tell: Progress | None = None,
) -> Path:
    """Write the documents of a run into a folder of ``root`` and return it; `tell` as `publish`.

    Parameters
    ----------
    text, address
        See `write_documents`.
    decisions
        What was decided on the desk, replies included.
    """
    target = root / f"documents-{run.folder_name}{_suffix(audience)}"
    view = view_of_run(run, audience)
    moved = compare(run.draft[0], run.plan).moved if run.draft else None
    replies = replay(decisions).replies

    def write(folder: Path) -> None:
        write_documents(view, folder, text=text, address=address, moved=moved, decisions=decisions, replies=replies)

    _publish(target, write, audience, tell)
    return target


def publish_update(run: Run, note: list[Block], root: Path, *, tell: Progress | None = None) -> Path:
    """Write pages, exports and the note of an update into a folder of ``root`` and return it; `tell` as `publish`."""
    audience = Audience.OFFICERS
    target = root / f"update-{run.folder_name}{_suffix(audience)}"
    view = view_of_run(run, audience)

    def write(folder: Path) -> None:
        _write_edition(view, folder, Assets.INLINE)
        write_both(note, view, folder, "update-note", f"{view.title}: what next year's list changes")

    _publish(target, write, audience, tell)
    return target


def _write_edition(view: View, folder: Path, assets: Assets, *, parquet: bool = False) -> None:
    """Write the pages and the files of one edition."""
    write_pages(view, folder, assets=assets)
    write_exports(view, folder, parquet=parquet)
    write_plan_json(view, folder / "plan.json")


def _publish(target: Path, write: Callable[[Path], None], audience: Audience, tell: Progress | None) -> None:
    private = audience is not Audience.PUBLIC
    with lock_folder(target.parent) as recovered:
        kept = (*recovered, *publish_folder(target, write, private=private))
    if tell is not None:
        for path in kept:
            tell(words_of_kept(path))


def words_of_kept(path: Path) -> str:
    """Say that something of the user's is kept under another name."""
    return f"Files that this program did not write, or that were changed since, are kept in {path}."


def refuse_one_folder(names: Sequence[str]) -> None:
    """Refuse scenarios that would be written into one folder, each over the one before.

    Raises
    ------
    UsageError
        Two of them would.
    """
    known: dict[str, str] = {}
    for name in names:
        folder = scenario_name(name)
        if folder in known:
            raise UsageError(
                f"{known[folder][:80]} and {name[:80]} would both be written to the folder {folder}, the second over "
                f"the first. Rename one, or run them apart with another --output."
            )
        known[folder] = name


def _suffix(audience: Audience) -> str:
    return "" if audience is Audience.PUBLIC else f"-{audience.value}"


def view_of_run(run: Run, audience: Audience = Audience.PUBLIC, disclosure: Disclosure | None = None) -> View:
    """Return what an audience may see of a run, its draft beside it."""
    draft = run.draft[0] if run.draft else None
    return view_of(run.plan, audience, scenario=run.name, draft=draft, disclosure=disclosure)


def disclosure_in(run: Run, root: Path) -> Disclosure:
    """Return what the public edition of a run gives away, also against the one that stands in ``root`` now.

    An earlier edition that cannot be read, or has schools that the data have not, is none to compare with.
    """
    published = root / f"{run.folder_name}{_suffix(Audience.PUBLIC)}" / "plan.csv"
    earlier = None
    if published.is_file():
        with contextlib.suppress(BadDataError):
            earlier = read_plan(published, run.plan.problem, run.plan.scenario)
    return disclosure_of(run.plan, earlier)


def locate(value: str, data: Path) -> Path:
    """Return a file named in a scenario: as given from here, else within the data folder."""
    given = Path(value)
    return given if exists(given) or given.is_absolute() else data / given
