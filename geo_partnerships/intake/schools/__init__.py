"""Files of schools."""
