"""Fuzzers, one for each reader: what they are given is read or refused in words, and nothing else happens."""
