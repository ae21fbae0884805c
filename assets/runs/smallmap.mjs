// A small map with how its points spread along both edges, on one canvas.

import { fit } from "../parts/fitting.mjs";
import { NUM_COLORS } from "../parts/theme.mjs";
import { binsOf } from "./grid.mjs";

const EDGE = 30;
const NUM_BINS = 40;
const MOST_POINTS = 6000;

/** Colours of the theme: `of(slot)`, and that of no class. */
function paletteOf() {
  const style = getComputedStyle(document.documentElement);
  const token = (name) => style.getPropertyValue(name).trim();
  const colors = Array.from({ length: NUM_COLORS }, (_, slot) => token(`--class-${slot}`));
  return { of: (slot) => ((slot ?? null) === null ? token("--ink3") : colors[slot % NUM_COLORS]), line: token("--line") };
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {{embedding: Float32Array, latentDim: number, numSamples: number, prediction: ?Int16Array}} frame
 * @param {(number | null)[]} slotOf colour slot by class_index, null for one that is no more
 */
export function drawSmallMap(canvas, frame, slotOf) {
  const { width, height } = canvas.getBoundingClientRect();
  if (!width) return;
  const ratio = Math.max(1, devicePixelRatio);
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  const pen = canvas.getContext("2d");
  pen.scale(ratio, ratio);
  const inner = { width: width - EDGE, height: height - EDGE };
  const placed = fit(frame.embedding, frame.latentDim, inner.width, inner.height, 8);
  const classOf = frame.prediction ?? new Int16Array(frame.numSamples).fill(-1);
  const palette = paletteOf();
  const colorOf = (index) => palette.of(slotOf[index]);
  drawPoints(pen, placed, classOf, colorOf);
  drawBins(pen, binsOf(placed, 0, classOf, inner.width, NUM_BINS), colorOf, (nth, from, to) => [(nth * inner.width) / NUM_BINS, EDGE - EDGE * to, inner.width / NUM_BINS - 0.5, EDGE * (to - from)]);
  drawBins(pen, binsOf(placed, 1, classOf, inner.height, NUM_BINS), colorOf, (nth, from, to) => [inner.width + EDGE * from, EDGE + (nth * inner.height) / NUM_BINS, EDGE * (to - from), inner.height / NUM_BINS - 0.5]);
  pen.fillStyle = palette.line;
  pen.fillRect(0, EDGE, inner.width, 1);
  pen.fillRect(inner.width, EDGE, 1, inner.height);
}

function drawPoints(pen, placed, classOf, colorOf) {
  const stride = Math.ceil(classOf.length / MOST_POINTS);
  for (let id = 0; id < classOf.length; id += stride) {
    pen.globalAlpha = classOf[id] < 0 ? 0.45 : 0.8;
    pen.fillStyle = colorOf(classOf[id]);
    pen.beginPath();
    pen.arc(placed[2 * id], EDGE + placed[2 * id + 1], 1.3, 0, 7);
    pen.fill();
  }
  pen.globalAlpha = 1;
}

/** Bars, the classes stacked; `boxOf` says where a part of a bin lies, from 0 to 1 of the tallest. */
function drawBins(pen, bins, colorOf, boxOf) {
  const totals = bins.map((bin) => [...bin.values()].reduce((sum, count) => sum + count, 0));
  const most = Math.max(1, ...totals) * 1.1;
  pen.globalAlpha = 0.75;
  bins.forEach((bin, nth) => {
    let from = 0;
    for (const [index, count] of [...bin].sort((a, b) => a[0] - b[0])) {
      pen.fillStyle = colorOf(index);
      pen.fillRect(...boxOf(nth, from / most, (from + count) / most));
      from += count;
    }
  });
  pen.globalAlpha = 1;
}
