/**
 * What the pages of the benchmarks share: one plot, points that move, and a count of what frames cost.
 * Work is what runs on the main thread inside animation frames; frames are those the browser asked for.
 */
export const COLORS = ["#0C90F0", "#B4300C", "#FC8400", "#9C78A8", "#246C54", "#7854CC", "#CC90C0", "#CC600C", "#90B478", "#309060"];
/** Frames left out at the start: shaders compile, buffers fill. */
export const WARM_FRAMES = 2;
/** Counted at least, however slow a contender is. */
const MIN_FRAMES = 4;

export const graph = document.getElementById("graph");
const plainRequest = window.requestAnimationFrame.bind(window);
export const nextFrame = () => new Promise((resolve) => plainRequest(resolve));
export const median = (values) => values.sort((a, b) => a - b)[values.length >> 1] ?? null;

/** Milliseconds of work in callbacks asked for through the window's function, since last set to 0. */
let workMs = 0;
window.requestAnimationFrame = (callback) =>
  plainRequest((time) => {
    const startMs = performance.now();
    callback(time);
    workMs += performance.now() - startMs;
  });

/** Ten clusters that move; the generator has a seed, so every contender gets the same. */
export function embeddings(numSamples, latentDim = 2) {
  let state = 1;
  const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const spread = () => (random() + random() + random() - 1.5) * 0.8;
  const along = [Math.cos, Math.sin, (angle) => Math.sin(2 * angle)];
  const make = (turn) =>
    Float32Array.from({ length: latentDim * numSamples }, (_, i) => {
      const angle = (Math.floor(i / latentDim) % 10) * 0.628 + turn;
      return along[i % latentDim](angle) * 2 + spread();
    });
  return [make(0), make(0.8)];
}

export async function plot(trace, more = {}) {
  Plotly.purge(graph);
  const axis = { range: [-3.4, 3.4], autorange: false };
  const layout = { margin: { l: 30, r: 10, t: 10, b: 30 }, xaxis: { ...axis }, yaxis: { ...axis }, hovermode: false, dragmode: "pan", ...more };
  await Plotly.newPlot(graph, [trace], layout, { displayModeBar: false });
}

/** The figure our map stands in. */
export const ANCHOR = { type: "scatter", mode: "markers", x: [0], y: [0], marker: { opacity: 0 }, hoverinfo: "skip" };

/** Counts frames and work while `step(u)` is asked for each frame, u running from 0 to 1. */
export async function watch(durationMs, step) {
  for (let k = 0; k < WARM_FRAMES; k++) await step(0);
  const startMs = performance.now();
  const work = [];
  do {
    workMs = 0;
    await step(Math.min(1, (performance.now() - startMs) / durationMs));
    work.push(workMs);
  } while (performance.now() - startMs < durationMs || work.length < MIN_FRAMES);
  const frames = work.length;
  return { fps: (1000 * frames) / (performance.now() - startMs), workMs: median(work), frames };
}

export function colorBytes(numSamples) {
  const table = COLORS.flatMap((hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)).concat(255));
  return Uint8Array.from({ length: 4 * numSamples }, (_, i) => table[4 * ((i >> 2) % 10) + (i % 4)]);
}

/** Positions as Plotly wants them: an array an axis. */
export function split(positions) {
  const [x, y] = [0, 1].map(() => new Float32Array(positions.length / 2));
  for (let i = 0; i < x.length; i++) {
    x[i] = positions[2 * i];
    y[i] = positions[2 * i + 1];
  }
  return { x, y };
}
