"""Exact methods, by mixed-integer programming and branch and bound."""
