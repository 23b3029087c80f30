"""The package as a Python user meets it: runs and frames."""
