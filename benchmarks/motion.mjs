/**
 * One tween of the same points, drawn by the map and by Plotly's own means, in the same page and plot.
 * Work is what runs on the main thread inside animation frames; frames are those the browser asked for.
 */
import { createMap } from "/assets/map/index.mjs";
import { diameterOf } from "/assets/map/size.mjs";
import { mixInto } from "/assets/map/tween.mjs";

const COLORS = ["#0C90F0", "#B4300C", "#FC8400", "#9C78A8", "#246C54", "#7854CC", "#CC90C0", "#CC600C", "#90B478", "#309060"];
/** Frames left out at the start: shaders compile, buffers fill. */
const WARM_FRAMES = 2;
/** Counted at least, however slow a contender is. */
const MIN_FRAMES = 4;
const NUM_RETARGETS = 7;

const graph = document.getElementById("graph");
const plainRequest = window.requestAnimationFrame.bind(window);
const nextFrame = () => new Promise((resolve) => plainRequest(resolve));
const median = (values) => values.sort((a, b) => a - b)[values.length >> 1] ?? null;

/** Milliseconds of work in callbacks asked for through the window's function, since last set to 0. */
let workMs = 0;
window.requestAnimationFrame = (callback) =>
  plainRequest((time) => {
    const startMs = performance.now();
    callback(time);
    workMs += performance.now() - startMs;
  });

/** Ten clusters that move; the generator has a seed, so every contender gets the same. */
function embeddings(numSamples) {
  let state = 1;
  const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const spread = () => (random() + random() + random() - 1.5) * 0.8;
  const make = (turn) =>
    Float32Array.from({ length: 2 * numSamples }, (_, i) => {
      const angle = ((i >> 1) % 10) * 0.628 + turn;
      return (i % 2 ? Math.sin(angle) : Math.cos(angle)) * 2 + spread();
    });
  return [make(0), make(0.8)];
}

async function plot(trace) {
  Plotly.purge(graph);
  const axis = { range: [-3.4, 3.4], autorange: false };
  const layout = { margin: { l: 30, r: 10, t: 10, b: 30 }, xaxis: { ...axis }, yaxis: { ...axis }, hovermode: false, dragmode: "pan" };
  await Plotly.newPlot(graph, [trace], layout, { displayModeBar: false });
}

/** Counts frames and work while `step(u)` is asked for each frame, u running from 0 to 1. */
async function watch(durationMs, step) {
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

async function ours(numSamples, durationMs) {
  const [from, to] = embeddings(numSamples);
  await plot({ type: "scatter", mode: "markers", x: [0], y: [0], marker: { opacity: 0 }, hoverinfo: "skip" });
  const map = createMap({ graph });
  map.setPoints(numSamples, 2);
  map.setLook(colorBytes(numSamples), new Uint8Array(numSamples));
  map.cut(from);
  for (let k = 0; k < WARM_FRAMES; k++) await nextFrame();
  map.tweenTo(to, durationMs * 10, "linear");
  const result = await watch(durationMs, nextFrame);
  const { state } = map.stats();
  const turns = await retargets(map, [from, to]);
  map.destroy();
  return { ...result, ...turns, state };
}

/** What it costs to turn to a new embedding half way: the mixing, and the upload in the frame after. */
async function retargets(map, targets) {
  const mixes = [];
  const uploads = [];
  for (let k = 0; k < NUM_RETARGETS; k++) {
    const before = map.stats();
    map.tweenTo(targets[k % 2], 60_000, "linear");
    await nextFrame();
    await nextFrame();
    mixes.push(map.stats().retargetMs - before.retargetMs);
    uploads.push(map.stats().uploadMs - before.uploadMs);
  }
  return { retargetMs: median(mixes), uploadMs: median(uploads) };
}

function colorBytes(numSamples) {
  const table = COLORS.flatMap((hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)).concat(255));
  return Uint8Array.from({ length: 4 * numSamples }, (_, i) => table[4 * ((i >> 2) % 10) + (i % 4)]);
}

/** Positions as Plotly wants them: an array an axis. */
function split(positions) {
  const [x, y] = [0, 1].map(() => new Float32Array(positions.length / 2));
  for (let i = 0; i < x.length; i++) {
    x[i] = positions[2 * i];
    y[i] = positions[2 * i + 1];
  }
  return { x, y };
}

/** @param {"restyle" | "animate"} means @param {boolean} isOneColor */
async function plotly(means, isOneColor, numSamples, durationMs) {
  const [from, to] = embeddings(numSamples);
  const color = isOneColor ? COLORS[0] : Array.from({ length: numSamples }, (_, i) => COLORS[i % 10]);
  const marker = { color, size: diameterOf(numSamples, 1), opacity: 0.78 };
  await plot({ type: "scattergl", mode: "markers", ...split(from), marker, hoverinfo: "skip" });
  const mixed = new Float32Array(from.length);
  const draw = {
    restyle: ({ x, y }) => Plotly.restyle(graph, { x: [x], y: [y] }, [0]),
    animate: ({ x, y }) =>
      Plotly.animate(graph, { data: [{ x, y }], traces: [0] }, { transition: { duration: 0 }, frame: { duration: 0 }, mode: "immediate" }),
  }[means];
  const step = (u) =>
    new Promise((resolve, reject) => {
      window.requestAnimationFrame(() => draw(split(mixInto(from, to, u, mixed))).then(resolve, reject));
    });
  const result = await watch(durationMs, step);
  Plotly.purge(graph);
  return result;
}

window.motion = { ours, plotly };
