"""Many authorities at once: each a plan of its own, made by whoever has time, kept and never made twice."""

from geo_partnerships.batching.batch import run_batch
from geo_partnerships.batching.project import Project, Together, read_project
from geo_partnerships.batching.shards import Shard
from geo_partnerships.batching.summary import BatchReport
from geo_partnerships.batching.tidy import write_tidy

__all__ = ["BatchReport", "Project", "Shard", "Together", "read_project", "run_batch", "write_tidy"]
