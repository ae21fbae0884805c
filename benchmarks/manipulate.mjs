/** What hands on the map cost: drags, lassos, tweens on two and three axes, scrubbing; Plotly's own lasso beside ours. */
import { createFrames } from "/assets/motion/frames.mjs";
import { createMap } from "/assets/map/index.mjs";
import { diameterOf } from "/assets/map/size.mjs";
import { createPlayer } from "/assets/motion/player.mjs";
import { mapRadius } from "/assets/teaching/moved.mjs";
import { createReader } from "/assets/teaching/territory.mjs";
import { ANCHOR, COLORS, colorBytes, embeddings, graph, median, nextFrame, plot, split, WARM_FRAMES, watch } from "/benchmarks/bare_plot.mjs";

const CLASSES = 10;

async function mounted(numSamples, latentDim, options = {}) {
  const [from, to] = embeddings(numSamples, latentDim);
  await plot(ANCHOR);
  const map = createMap({ graph, ...options });
  map.setPoints(numSamples, latentDim);
  map.setLook(colorBytes(numSamples), new Uint8Array(numSamples));
  map.cut(from);
  for (let k = 0; k < WARM_FRAMES; k++) await nextFrame();
  return { map, from, to };
}

/** A tween on two or three axes. */
async function tween(numSamples, latentDim, durationMs) {
  const { map, to } = await mounted(numSamples, latentDim);
  map.tweenTo(to, durationMs * 10, "linear");
  const result = await watch(durationMs, nextFrame);
  const { state } = map.stats();
  map.destroy();
  return { ...result, state };
}

/** One frame of a drag: what the pointer's event costs, verdict and all, and what drawing costs. */
async function drag(numSamples, numDragged, durationMs) {
  const ids = Uint32Array.from({ length: numDragged }, (_, i) => i * Math.floor(numSamples / numDragged));
  const classOf = Int16Array.from({ length: numSamples }, (_, id) => id % CLASSES);
  const isOut = new Uint8Array(numSamples);
  for (const id of ids) isOut[id] = 1;
  let verdicts = 0;
  const options = {
    onGrab: () => ({ kind: "points", ids }),
    onDrag: ({ drag: held }) => {
      const place = held.centre.map((value, axis) => value + held.offset[axis]);
      verdicts += Number(read(place, false).meaning.kind !== "");
    },
  };
  const { map, from } = await mounted(numSamples, 2, options);
  const ground = { embedding: from, latentDim: 2, classOf, radius: mapRadius(from, 2), isOut };
  const read = createReader({ ids, named: classOf, ground });
  map.setTool("move");
  const at = map.places.of([from[0], from[1]]);
  const surface = graph.querySelector(".nsewdrag");
  const tell = (type, x, y) => surface.dispatchEvent(new PointerEvent(type, { bubbles: true, cancelable: true, pointerId: 1, isPrimary: true, button: 0, buttons: 1, clientX: x, clientY: y }));
  tell("pointerdown", at.x, at.y);
  const events = [];
  const result = await watch(durationMs, (u) => {
    const startMs = performance.now();
    tell("pointermove", at.x + 20 + 200 * u, at.y - 100 * u);
    events.push(performance.now() - startMs);
    return nextFrame();
  });
  tell("pointercancel", at.x, at.y);
  map.destroy();
  if (verdicts < events.length - 2) throw new Error("The drag did not take hold.");
  return { ...result, jsMs: median(events.slice(WARM_FRAMES)) + result.workMs };
}

/** Sets the stage for a lasso by a real mouse; `released` then says how long the selection took. */
let lasso = null;

async function prepareOurs(numSamples, latentDim) {
  lasso = { count: 0, ms: null, destroy: () => {} };
  const onSelect = ({ ids }) => settle(ids.length);
  const { map } = await mounted(numSamples, latentDim, { onSelect });
  map.setTool("lasso");
  for (let k = 0; k < WARM_FRAMES; k++) await nextFrame();
  lasso.destroy = () => map.destroy();
}

async function preparePlotly(numSamples) {
  lasso = { count: 0, ms: null, destroy: () => Plotly.purge(graph) };
  const [from] = embeddings(numSamples);
  const color = Array.from({ length: numSamples }, (_, i) => COLORS[i % COLORS.length]);
  await plot({ type: "scattergl", mode: "markers", ...split(from), marker: { color, size: diameterOf(numSamples, 1), opacity: 0.78 }, hoverinfo: "skip" }, { dragmode: "lasso" });
  graph.on("plotly_selected", (event) => { if (event) settle(event.points.length); });
}

let releasedMs = 0;
window.addEventListener("pointerup", () => { releasedMs = performance.now(); }, true);

function settle(count) {
  if (lasso.ms !== null) return;
  lasso.ms = performance.now() - releasedMs;
  lasso.count = count;
}

/** @returns {Promise<{ms: number, count: number}>} from the mouse's release to the selection */
async function released(withinMs) {
  const endMs = performance.now() + withinMs;
  while (lasso.ms === null && performance.now() < endMs) await nextFrame();
  const { ms, count } = lasso;
  lasso.destroy();
  return { ms, count };
}

/** Scrubbing through recorded frames, a seek a frame, by the page's own player. */
async function scrub(numSamples, numFrames, durationMs) {
  const { map, from, to } = await mounted(numSamples, 2);
  const buffers = Array.from({ length: numFrames }, (_, n) => frameOf(from, to, n / (numFrames - 1)));
  const frames = createFrames({ fetchFrame: async (_run, _attempt, n) => buffers[n - 1] });
  const player = createPlayer({
    frames, draw: (embedding, ms, ease) => (ms > 0 ? map.tweenTo(embedding, ms, ease) : map.cut(embedding)),
    onShown: () => {}, onPlayback: () => {}, needIndex: async () => {}, onError: (error) => { throw error; },
  });
  const run = { run_id: "run", number: 0, kind: "pretrain", state: "finished", on_line: true, num_epochs: numFrames - 1, last_epoch: numFrames - 1 };
  player.setLine([run], { run_id: "run", epoch: numFrames - 1, attempt: 1, n: numFrames });
  player.addFrames("run", buffers.map((_, n) => ({ n: n + 1, attempt: 1, epoch: n, is_snapshot: false, metrics: {} })));
  for (let n = 0; n < numFrames; n++) await frames.load({ runId: "run", attempt: 1, n: n + 1 }); // fetched ahead, as the page does
  let eventMs = [];
  const result = await watch(durationMs, (u) => {
    const startMs = performance.now();
    player.seek(u * (numFrames - 1));
    eventMs.push(performance.now() - startMs);
    return nextFrame();
  });
  player.stop();
  map.destroy();
  return { ...result, jsMs: median(eventMs) + result.workMs };
}

/** The bytes of a frame (ml/maps/codec.py), quantised over the range of its own positions. */
function frameOf(from, to, t) {
  const numSamples = from.length / 2;
  const buffer = new ArrayBuffer(64 + 4 * numSamples);
  const view = new DataView(buffer);
  view.setUint32(0, 0x31464d4c, true);
  view.setUint16(6, 2, true);
  view.setUint32(8, numSamples, true);
  for (const axis of [0, 1]) {
    view.setFloat32(20 + 4 * axis, -5, true);
    view.setFloat32(32 + 4 * axis, 5, true);
  }
  const steps = new Uint16Array(buffer, 64);
  for (let i = 0; i < steps.length; i++) steps[i] = Math.round(((from[i] * (1 - t) + to[i] * t + 5) / 10) * 65535);
  return buffer;
}

window.manipulate = { tween, drag, prepareOurs, preparePlotly, released, scrub };
