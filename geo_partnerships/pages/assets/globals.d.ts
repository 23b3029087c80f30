import type { Api } from "./map/draw.js";

declare global {
  interface Window {
    /** What the script that Folium writes calls. */
    geoPartnerships: {
      maps: Record<string, Api>;
      draw(map: L.Map, id: string): Api;
      motion(): L.MapOptions;
    };
    /** What the scripts of a plan's layers on any map call. */
    geoPartnershipsLayers: typeof import("./layers/kinds.js") & {
      fitWhenSeen(map: L.Map, bounds: L.LatLngBoundsExpression): void;
      motion(): L.MapOptions;
    };
    /** What can be found, in packed form, where pages share it. */
    geoIndex?: unknown;
  }
}
