"""Boundaries and places for maps."""
