/**
 * Show some ground on a map, as soon as the map has a size.
 * @param {L.Map} map
 * @param {L.LatLngBoundsExpression} bounds
 */
export function fitWhenSeen(map, bounds) {
  const box = map.getContainer();
  const watcher = new ResizeObserver(look);
  function look() {
    if (!box.clientWidth || !box.clientHeight) return;
    watcher.disconnect();
    map.invalidateSize({ pan: false });
    map.fitBounds(bounds, { animate: false });
  }
  watcher.observe(box);
}
