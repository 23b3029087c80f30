"""How good and how fast the clustering is, beside its peers."""
