/**
 * Have two maps move together.
 * @param {L.Map} one
 * @param {L.Map} other
 */
export function together(one, other) {
  let busy = false;
  /**
   * @param {L.Map} from
   * @param {L.Map} to
   */
  function tie(from, to) {
    from.on("move", () => {
      if (busy) return;
      busy = true;
      to.setView(from.getCenter(), from.getZoom(), { animate: false });
      busy = false;
    });
  }
  tie(one, other);
  tie(other, one);
}
