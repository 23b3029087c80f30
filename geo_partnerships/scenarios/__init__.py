"""Scenarios: parameters, files, and where each was written."""
