"""The two kinds of job: a plan, and the pages of a plan."""

from __future__ import annotations

import hashlib
import json
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from geo_partnerships.atlas import authority_site
from geo_partnerships.batching.keeping import Delivery, finished, is_owner, keep
from geo_partnerships.batching.work import plain_outcome, plan_task, view_again

if TYPE_CHECKING:
    from pathlib import Path

    from geo_partnerships.batching.tasks import Task

AUTHORITIES = "authorities"
SITE = "site"
PLAN, PAGES = "plan", "pages"
_ONE_AT_A_TIME = threading.Lock()
"""The pages' maps count their parts in one counter for the process; a cluster's worker may have several threads."""


class Job(Protocol):
    """Something a worker can do, anywhere, and that gives the same files each time."""

    @property
    def stage(self) -> str:
        """What kind of job it is."""

    @property
    def key(self) -> str:
        """Which one of its kind."""

    @property
    def name(self) -> str:
        """Whom it is for."""

    @property
    def weight(self) -> int:
        """How much work it is, roughly."""

    @property
    def digest(self) -> str:
        """By which a finished job is known again."""

    def work(self) -> Delivery:
        """Do it."""


@dataclass(frozen=True, slots=True)
class _AuthorityJob:
    """A job for one authority's task."""

    task: Task

    @property
    def key(self) -> str:
        """Key of the authority."""
        return self.task.key

    @property
    def name(self) -> str:
        """Name of the authority."""
        return self.task.name

    @property
    def weight(self) -> int:
        """Grows with the number of schools."""
        return self.task.weight


@dataclass(frozen=True, slots=True)
class PlanJob(_AuthorityJob):
    """Plan one authority."""

    stage: str = PLAN

    @property
    def digest(self) -> str:
        """SHA-256 over everything the plan follows from."""
        return self.task.digest

    def work(self) -> Delivery:
        """Plan, check, and write the plan's own files."""
        outcome = plan_task(self.task)
        folder = f"{AUTHORITIES}/{self.key}"
        note = plain_outcome(outcome)
        return Delivery(stage=self.stage, key=self.key, folder=folder, note=note, files=outcome.files)


@dataclass(frozen=True, slots=True)
class PagesJob(_AuthorityJob):
    """Make the pages of one authority's plan for a site of many.

    Parameters
    ----------
    kept
        The plan as plain data.
    """

    kept: dict[str, Any]
    stage: str = PAGES

    @property
    def digest(self) -> str:
        """SHA-256 over the task and its plan."""
        plan = json.dumps(self.kept, sort_keys=True)
        return hashlib.sha256(f"{self.task.digest}\0{plan}".encode()).hexdigest()

    def work(self) -> Delivery:
        """Write every page, and what the site's overview and search need to know."""
        with _ONE_AT_A_TIME:
            site = authority_site(view_again(self.task, self.kept), self.key, self.name)
        note = {"digest": self.digest, "key": self.key, "status": "made", "record": site.record}
        return Delivery(stage=self.stage, key=self.key, folder=f"{SITE}/{self.key}", note=note, files=site.files)


def work_off(job: Job, output: Path, token: str) -> Delivery | None:
    """Do a job and keep what it made, unless that was done already.

    Returns
    -------
    Delivery or None
        What was made, where the output cannot be seen from here; None where it is kept already.
    """
    seen = is_owner(output, token)
    if seen and finished(output, job.stage, job.key, job.digest) is not None:
        return None
    delivery = job.work()
    if not seen:
        return delivery
    if is_owner(output, token):
        keep(delivery, output)
    return None
