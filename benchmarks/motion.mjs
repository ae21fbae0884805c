/** One tween of the same points, drawn by the map and by Plotly's own means, in the same page and plot. */
import { createMap } from "/assets/map/index.mjs";
import { diameterOf } from "/assets/map/size.mjs";
import { mixInto } from "/assets/map/tween.mjs";
import { ANCHOR, COLORS, colorBytes, embeddings, graph, median, nextFrame, plot, split, WARM_FRAMES, watch } from "/benchmarks/bare_plot.mjs";

const NUM_RETARGETS = 7;

async function ours(numSamples, durationMs) {
  const [from, to] = embeddings(numSamples);
  await plot(ANCHOR);
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
