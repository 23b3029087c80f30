"""The register of schools, and templates to fill in."""
