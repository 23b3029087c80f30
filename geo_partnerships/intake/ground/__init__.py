"""The ground of maps from open data: cut to an authority, in the layers that a data folder has."""
