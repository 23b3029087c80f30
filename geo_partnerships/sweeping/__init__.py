"""Sweeps: the same scenario planned over a grid of parameters, on every core, and resumable."""

from geo_partnerships.sweeping.axes import Axis, grid, parse_axis
from geo_partnerships.sweeping.page import write_sweep
from geo_partnerships.sweeping.points import Point, Sweep, sweep

__all__ = ["Axis", "Point", "Sweep", "grid", "parse_axis", "sweep", "write_sweep"]
