"""File formats, read strictly and within limits."""
