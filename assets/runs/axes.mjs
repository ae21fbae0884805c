// Where the lines of a plot lie: scales, ticks and paths. Pure.

const LEAST = 3;

/** Round steps that divide a span into about `wanted` parts: at least three of them, where it is a span. */
export function ticksOf(low, high, wanted = 4) {
  const rough = (high - low) / wanted || 1;
  const base = 10 ** Math.floor(Math.log10(rough));
  const steps = [10, 5, 2, 1, 0.5].map((each) => each * base);
  const count = (step) => Math.floor(high / step + 1e-9) - Math.ceil(low / step - 1e-9) + 1;
  const widest = steps.findLastIndex((each) => each >= rough * 0.999);
  const step = high > low ? steps.find((each, nth) => nth >= widest && count(each) >= LEAST) ?? steps.at(-1) : steps[widest];
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, nth) => Number(((first + nth) * step).toPrecision(12)));
}

/** The range of some values, a little wider; one value alone gets room on both sides. @param {number[]} values @returns {[number, number]} */
export function rangeOf(values, least = 0) {
  const finite = values.filter(Number.isFinite);
  if (!finite.length) return [0, 1];
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const room = Math.max((high - low) * 0.08, (least - (high - low)) / 2, 1e-9);
  return [low - room, high + room];
}

/** A linear scale from values to pixels. @param {number[]} range @param {[number, number]} pixels */
export const scaleOf = ([low, high], [from, to]) => (value) => from + ((value - low) / (high - low || 1)) * (to - from);

/** An SVG path through points; a gap where a value is missing. */
export function pathOf(pairs, x, y) {
  let isDrawing = false;
  return pairs.map(([at, value]) => {
    if (!Number.isFinite(value)) { isDrawing = false; return ""; }
    const piece = `${isDrawing ? "L" : "M"}${x(at).toFixed(1)} ${y(value).toFixed(1)}`;
    isDrawing = true;
    return piece;
  }).join("");
}

/** An SVG path around the band between two series. @param {[number, number, number][]} triples x, low, high */
export function bandOf(triples, x, y) {
  const known = triples.filter(([, low, high]) => Number.isFinite(low) && Number.isFinite(high));
  if (known.length < 2) return "";
  const forth = known.map(([at, , high]) => `${x(at).toFixed(1)} ${y(high).toFixed(1)}`);
  const back = known.toReversed().map(([at, low]) => `${x(at).toFixed(1)} ${y(low).toFixed(1)}`);
  return `M${[...forth, ...back].join("L")}Z`;
}

/** Heights of words beside the ends of lines, moved apart so that none covers another. */
export function apart(heights, gap) {
  const order = heights.map((height, nth) => ({ height, nth })).sort((a, b) => a.height - b.height);
  order.forEach((each, k) => { if (k) each.height = Math.max(each.height, order[k - 1].height + gap); });
  return order.sort((a, b) => a.nth - b.nth).map((each) => each.height);
}
