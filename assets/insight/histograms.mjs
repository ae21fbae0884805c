// Where the points are along each axis, on demand (Kath et al., fig. 2): per class when they are few.

import { svg } from "../parts/elements.mjs";
import { wornOf } from "../motion/panes.mjs";

const NUM_BINS = 64;
const MAX_CLASSES = 12;
/** A class is an int16; of none and unsure are the two below 0. */
const MOST_INDICES = 1 << 15;
const BELOW_NONE = 2;

/**
 * Count points along one axis, one row of bins a group.
 * @param {Float32Array} embedding interleaved by sample
 * @param {number} latentDim
 * @param {number} axis
 * @param {[number, number]} range what is in sight; points outside are not counted
 * @param {(n: number) => number} groupOf row of a sample, or -1 to leave it out
 * @param {number} numGroups
 * @returns {Uint32Array[]}
 */
export function countBins(embedding, latentDim, axis, range, groupOf, numGroups) {
  const rows = Array.from({ length: numGroups }, () => new Uint32Array(NUM_BINS));
  const scale = NUM_BINS / (range[1] - range[0]);
  for (let id = 0, at = axis; at < embedding.length; id += 1, at += latentDim) {
    const bin = Math.floor((embedding[at] - range[0]) * scale);
    const group = bin >= 0 && bin < NUM_BINS ? groupOf(id) : -1;
    if (group >= 0) rows[group][bin] += 1;
  }
  return rows;
}

/**
 * Return which row a sample counts in: that of its class, else the one after those of all classes; -1 where it is hidden.
 * @param {Int16Array} classOf
 * @param {number[]} classes that have a row each
 * @param {Iterable<number>} hidden
 */
export function rowsOf(classOf, classes, hidden) {
  const rows = new Int16Array(BELOW_NONE + MOST_INDICES).fill(classes.length);
  classes.forEach((index, row) => { rows[BELOW_NONE + index] = row; });
  for (const index of hidden) rows[BELOW_NONE + index] = -1;
  return (id) => rows[BELOW_NONE + classOf[id]];
}

/** Return an SVG path over the bins, smoothed a little, in a box of NUM_BINS by 1. */
export function binPath(bins, most, isVertical) {
  const height = (i) => ((bins[i - 1] ?? bins[i]) + 2 * bins[i] + (bins[i + 1] ?? bins[i])) / 4 / Math.max(1, most);
  const point = (i, h) => (isVertical ? `${(1 - h).toFixed(4)} ${NUM_BINS - i - 0.5}` : `${i + 0.5} ${(1 - h).toFixed(4)}`);
  const top = Array.from(bins, (_, i) => point(i, height(i))).join("L");
  return `M${point(0, 0)}L${top}L${point(NUM_BINS - 1, 0)}Z`;
}

function draw(host, rows, slots, isVertical) {
  const most = Math.max(...rows.map((row) => Math.max(...row)));
  const paths = rows.map((row, i) => svg("path", { d: binPath(row, most, isVertical), class: slots[i] === null ? "none" : `slot-${slots[i]}` }));
  const viewBox = isVertical ? `0 0 1 ${NUM_BINS}` : `0 0 ${NUM_BINS} 1`;
  host.replaceChildren(svg("svg", { viewBox, preserveAspectRatio: "none", "aria-hidden": "true" }, ...paths));
}

export function mountHistograms({ state, keys, root, signal }) {
  const button = root.querySelector("#toggle-histograms");
  const [top, right] = [root.querySelector("#histogram-x"), root.querySelector("#histogram-y")];
  let isOn = false;
  let request = 0;

  function groups({ classOf, slotOf, hidden, counts }) {
    const present = [...counts.keys()].filter((index) => index >= 0 && !hidden.has(index)).sort((a, b) => a - b);
    const isPerClass = present.length > 0 && present.length <= MAX_CLASSES;
    const shown = isPerClass ? present : [];
    return { groupOf: rowsOf(classOf, shown, hidden), slots: [...shown.map((index) => slotOf[index]), null] };
  }

  function render() {
    request = 0;
    const value = state.get();
    const { picture, view } = value;
    const worn = wornOf(value);
    top.hidden = right.hidden = !isOn;
    if (!isOn || !picture || !view?.range || !worn.classOf) return;
    const { groupOf, slots } = groups({ ...value, ...worn });
    [[top, "x", 0], [right, "y", 1]].forEach(([host, axis, nth]) => {
      const rows = countBins(picture.embedding, picture.latentDim, nth, view.range[axis], groupOf, slots.length);
      draw(host, rows, slots, axis === "y");
    });
  }

  const schedule = () => { if (isOn) request ||= requestAnimationFrame(render); };

  function toggle() {
    isOn = !isOn;
    button.setAttribute("aria-pressed", String(isOn));
    render();
  }

  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", toggle, { signal });
  // Edges of a map of three axes are along none of them.
  const unregister = state.get().latentDim === 3 ? () => {} : keys.register("g", { label: "Histograms along the edges", group: "See", run: toggle });
  const stop = state.subscribe(["picture", "view", "editLook", "hidden"], schedule);
  return () => {
    stop();
    unregister();
    cancelAnimationFrame(request);
  };
}
