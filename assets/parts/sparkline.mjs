// A small line of numbers as SVG, with a dot at its end.

import { svg } from "./elements.mjs";

const WIDTH = 120;
const HEIGHT = 32;
const EDGE = 4;

/**
 * Return the points of a line through the values, in the SVG's own units; one that never changes runs at half height.
 * @param {number} least what the height stands for at least, so that noise is not drawn as news
 */
export function linePoints(values, span = values.length, least = 0) {
  const [lowest, highest] = [Math.min(...values), Math.max(...values)];
  const range = Math.max(highest - lowest, least) || 1;
  const low = (lowest + highest - range) / 2;
  const step = WIDTH / Math.max(1, span - 1);
  return values.map((value, i) => [i * step, HEIGHT - EDGE - ((value - low) / range) * (HEIGHT - 2 * EDGE)]);
}

/** What the height of a line of accuracies stands for at least. */
export const LEAST_ACCURACY = 0.1;

/** Draw `values` into `host`; `span` leaves room for those still to come, `least` is what the height stands for at least. */
export function drawSparkline(host, values, { span, words, least = 0 }) {
  if (values.length < 2) return host.replaceChildren();
  const points = linePoints(values, Math.max(span, values.length), least);
  const path = points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
  const [x, y] = points.at(-1);
  return host.replaceChildren(svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img", "aria-label": words },
    svg("path", { d: `M0 ${HEIGHT - 0.5}H${WIDTH}`, class: "base" }),
    svg("path", { d: path, class: "curve" }),
    svg("path", { d: `M${x} ${y}h0.01`, class: "end" })));
}
