/**
 * Return whether the reader wants no movement.
 * @returns {boolean}
 */
export function calm() {
  return window.matchMedia?.("(prefers-reduced-motion: reduce)").matches ?? false;
}

/**
 * Return what Leaflet is told about movement.
 * @returns {L.MapOptions}
 */
export function motion() {
  return calm() ? { zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, inertia: false } : {};
}
