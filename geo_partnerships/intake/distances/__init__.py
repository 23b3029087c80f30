"""Distances that stand in for straight lines."""
