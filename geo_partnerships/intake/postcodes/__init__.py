"""Postcodes, and points from them."""
