// A map as small as a card or a row shows it: its frame is read, thinned and painted on a canvas.

import { MARGIN, fit } from "./fitting.mjs";
import { pause } from "./pausing.mjs";
import { NUM_COLORS } from "./theme.mjs";

const RADIUS = 1.3;
const MOST_POINTS = 4000;
const WAITS_MS = [1000, 4000, 16_000];
const NEVER = new AbortController().signal;

/** What is drawn of a frame: so many points at most, every so many-th. Pure. */
export function thinned({ embedding, latentDim, numSamples, prediction }, most = MOST_POINTS) {
  const stride = Math.max(1, Math.ceil(numSamples / most));
  const count = Math.ceil(numSamples / stride);
  const kept = { latentDim, embedding: new Float32Array(count * latentDim), prediction: prediction && new Int16Array(count) };
  for (let nth = 0, id = 0; nth < count; nth += 1, id += stride) {
    kept.embedding.set(embedding.subarray(id * latentDim, (id + 1) * latentDim), nth * latentDim);
    if (prediction) kept.prediction[nth] = prediction[id];
  }
  return kept;
}

/**
 * Draw points on a canvas, in the colours of the theme.
 * @param {HTMLCanvasElement} canvas
 * @param {ReturnType<typeof thinned>} points as `thinned` gives them
 * @param {(number | null)[]} colors slot of each class, null for one that is no more
 * @returns {boolean} whether there was a place to paint on
 */
export function paint(canvas, { embedding, latentDim, prediction }, colors) {
  const { width, height } = canvas.getBoundingClientRect();
  if (!width) return false;
  const ratio = Math.max(1, devicePixelRatio);
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  const style = getComputedStyle(document.documentElement);
  const color = (name) => style.getPropertyValue(name).trim();
  const g = canvas.getContext("2d");
  g.scale(ratio, ratio);
  // a thumbnail has no room to give away
  const placed = fit(embedding, latentDim, width, height, Math.min(MARGIN, width / 14, height / 10));
  const fills = colors.map((slot) => (slot === null ? null : color(`--class-${slot % NUM_COLORS}`)));
  const none = color("--ink3");
  for (let nth = 0; nth < placed.length / 2; nth += 1) {
    const fill = fills[prediction?.[nth] ?? -1];
    g.globalAlpha = fill ? 0.8 : 0.45;
    g.fillStyle = fill ?? none;
    g.beginPath();
    g.arc(placed[2 * nth], placed[2 * nth + 1], RADIUS, 0, 7);
    g.fill();
  }
  return true;
}

/** The bytes of a frame, null where there is none. A map that was lost on its way is asked for again, as long as it is wanted. */
export async function fetchFrame(address, isWanted, { fetch = globalThis.fetch, wait = pause } = {}) {
  for (let losses = 0; ; losses += 1) {
    try {
      const answer = await fetch(address);
      if (answer.ok) return await answer.arrayBuffer();
      if (answer.status < 500 && answer.status !== 429) return null;
    } catch {
      // no connection, or it broke in the middle
    }
    await wait(WAITS_MS[Math.min(losses, WAITS_MS.length - 1)], NEVER);
    if (!isWanted()) return null;
  }
}
