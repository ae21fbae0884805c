/**
 * Colours of the map, read from the page's custom properties.
 *
 * @typedef {[number, number, number]} Rgb each from 0 to 1
 * @typedef {{map: Rgb, accent: Rgb, line: Rgb, ink: Rgb, ink3: Rgb, unnamed: Rgb, warn: Rgb, opacity: number,
 *   dimmed: number, faint: number, atlas: number}} Theme opacity of a point, of one that is not selected while others
 *   are, of one without a class, and of the atlas below them
 */

/** What a page without the properties gets: the light theme. */
const FALLBACK = { map: "#FCFCFB", accent: "#0B6570", line: "#E2E6E9", ink: "#14191D", ink3: "#5F6973", unnamed: "#747E88", warn: "#7F4D00", dot: "0.78", "dot-dimmed": "0.38", "dot-unnamed": "0.86", atlas: "0.4" };

/**
 * @param {Element} element
 * @returns {Theme}
 */
export function readTheme(element) {
  const style = getComputedStyle(element);
  const value = (name) => style.getPropertyValue(`--${name}`).trim() || FALLBACK[name];
  const [map, accent, line, ink, ink3, unnamed, warn] = ["map", "accent", "line", "ink", "ink3", "unnamed", "warn"].map((name) =>
    parseColor(value(name), FALLBACK[name]),
  );
  const [opacity, dimmed, faint, atlas] = ["dot", "dot-dimmed", "dot-unnamed", "atlas"].map((name) => shareOf(value(name), FALLBACK[name]));
  return { map, accent, line, ink, ink3, unnamed, warn, opacity, dimmed, faint, atlas };
}

/** @param {string} text @param {string} fallback @returns {number} above 0, at most 1 */
function shareOf(text, fallback) {
  const share = Number(text);
  return share > 0 && share <= 1 ? share : Number(fallback);
}

/**
 * Any colour CSS knows, through the browser's own parser.
 *
 * @param {string} text
 * @param {string} fallback
 * @returns {Rgb}
 */
function parseColor(text, fallback) {
  const paper = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  paper.fillStyle = fallback;
  paper.fillStyle = text;
  paper.fillRect(0, 0, 1, 1);
  const [r, g, b] = paper.getImageData(0, 0, 1, 1).data;
  return [r / 255, g / 255, b / 255];
}
