/**
 * Have the ground of a map lie under tiles once some have come; where none come it stays in sight.
 * @param {L.Map} map
 */
export function giveWayToTiles(map) {
  /** @type {Set<L.Layer>} */
  const covering = new Set();
  const look = () => map.getContainer().classList.toggle("tiled", covering.size > 0);
  /** @param {L.Layer} layer */
  function watch(layer) {
    if (!(layer instanceof L.GridLayer)) return;
    const cover = () => {
      covering.add(layer);
      look();
    };
    if (layer.getContainer()?.querySelector(".leaflet-tile-loaded")) cover();
    layer.on("tileload", cover);
  }
  map.eachLayer(watch);
  map.on("layeradd", ({ layer }) => watch(layer));
  map.on("layerremove", ({ layer }) => {
    covering.delete(layer);
    look();
  });
}
