// The small maps on the projects page: [data-frame] holds a frame's address, [data-colors] the
// colour slot of each class.
//
//   startPreviews()                              call once; draws each map when it comes into view
//   fetchFrame(address, isWanted)                -> Promise<ArrayBuffer | null>, asked again a few times where it is lost
//   fit(embedding, latentDim, width, height)     -> Float32Array of pixel positions (pure);
//                                                   three axes are seen along the two main ones

import { decodeFrame } from "../motion/codec.mjs";
import { bulkOf } from "../map/bulk.mjs";
import { flattened } from "../map/space/main_axes.mjs";
import { pause } from "../parts/pausing.mjs";

const MARGIN = 14;
const RADIUS = 1.3;
const MOST_POINTS = 4000;
const WAITS_MS = [1000, 4000, 16_000];
const NEVER = new AbortController().signal;
const NOWHERE = { low: [0, 0], high: [0, 0] };

/** Place points in a box, both axes stretched by the same factor, y upwards; what stands far apart may lie outside. */
export function fit(embedding, latentDim, width, height, margin = MARGIN) {
  if (latentDim === 3) return fit(flattened(embedding), 2, width, height, margin);
  const { low, high } = bulkOf(embedding, latentDim) ?? NOWHERE;
  const span = [high[0] - low[0] || 1, high[1] - low[1] || 1];
  const scale = Math.min((width - 2 * margin) / span[0], (height - 2 * margin) / span[1]);
  const count = embedding.length / latentDim;
  const placed = new Float32Array(2 * count);
  for (let id = 0; id < count; id += 1) {
    placed[2 * id] = width / 2 + (embedding[id * latentDim] - (low[0] + high[0]) / 2) * scale;
    placed[2 * id + 1] = height / 2 - (embedding[id * latentDim + 1] - (low[1] + high[1]) / 2) * scale;
  }
  return placed;
}

function paint(canvas, frame, colors) {
  const { width, height } = canvas.getBoundingClientRect();
  if (!width) return;
  const ratio = Math.max(1, devicePixelRatio);
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  const style = getComputedStyle(document.documentElement);
  const color = (name) => style.getPropertyValue(name).trim();
  const g = canvas.getContext("2d");
  g.scale(ratio, ratio);
  // a thumbnail has no room to give away
  const placed = fit(frame.embedding, frame.latentDim, width, height, Math.min(MARGIN, width / 14, height / 10));
  const stride = Math.ceil(frame.numSamples / MOST_POINTS);
  const fills = colors.map((slot) => color(`--class-${slot % 12}`));
  const none = color("--ink3");
  for (let id = 0; id < frame.numSamples; id += stride) {
    const fill = fills[frame.prediction?.[id] ?? -1];
    g.globalAlpha = fill ? 0.8 : 0.45;
    g.fillStyle = fill ?? none;
    g.beginPath();
    g.arc(placed[2 * id], placed[2 * id + 1], RADIUS, 0, 7);
    g.fill();
  }
}

/** The bytes of a frame; null where there is none, or none came. A map that was lost on its way is asked for again. */
export async function fetchFrame(address, isWanted, { fetch = globalThis.fetch, wait = pause } = {}) {
  for (let losses = 0; ; losses += 1) {
    try {
      const answer = await fetch(address);
      if (answer.ok) return await answer.arrayBuffer();
      if (answer.status < 500 && answer.status !== 429) return null;
    } catch {
      // no connection, or it broke in the middle
    }
    if (losses === WAITS_MS.length) return null;
    await wait(WAITS_MS[losses], NEVER);
    if (!isWanted()) return null;
  }
}

async function draw(holder) {
  const canvas = holder.querySelector("canvas");
  const address = holder.dataset.frame;
  const isWanted = () => holder.isConnected && holder.dataset.frame === address; // else a newer one is on its way
  const bytes = canvas ? await fetchFrame(address, isWanted) : null;
  if (!bytes || !isWanted()) return;
  paint(canvas, decodeFrame(bytes), JSON.parse(holder.dataset.colors));
}

export function startPreviews() {
  const seen = new WeakMap();
  const inView = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) { inView.unobserve(entry.target); draw(entry.target); }
  });
  function look() {
    for (const holder of document.querySelectorAll("[data-frame]")) {
      if (seen.get(holder) === holder.dataset.frame) continue;
      seen.set(holder, holder.dataset.frame);
      inView.observe(holder);
    }
  }
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
  new MutationObserver(() => { for (const holder of document.querySelectorAll("[data-frame]")) draw(holder); })
    .observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
  look();
}
