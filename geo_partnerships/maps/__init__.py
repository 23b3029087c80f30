"""Plans on Folium maps: layers that add to any map, and a map with all of them.

>>> import folium
>>> import geo_partnerships as gp
>>> m = folium.Map([51.6, -0.2])
>>> gp.maps.Schools(plan).add_to(m)  # doctest: +SKIP
>>> folium.LayerControl().add_to(m)  # doctest: +SKIP
"""

from geo_partnerships.maps.exploring import explore
from geo_partnerships.maps.layers import Areas, Districts, Ground, Schools, Spokes

__all__ = ["Areas", "Districts", "Ground", "Schools", "Spokes", "explore"]
