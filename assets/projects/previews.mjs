// The small maps on the cards, each fetched and drawn when it comes into view.
//
//   createPreviews() -> {of(card): HTMLElement, redraw(), destroy()}
//   thinned(frame, most?)           -> what is drawn of it (pure)
//   fetchFrame(address, isWanted)   -> Promise<ArrayBuffer | null>, asked again a few times where it is lost

import { decodeFrame } from "../parts/codec.mjs";
import { el } from "../parts/elements.mjs";
import { MARGIN, fit } from "../parts/fitting.mjs";
import { pause } from "../parts/pausing.mjs";
import { NUM_COLORS } from "../parts/theme.mjs";

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

/** @returns {boolean} whether there was a place to paint on */
function paint(canvas, { embedding, latentDim, prediction }, colors) {
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
  const fills = colors.map((slot) => color(`--class-${slot % NUM_COLORS}`));
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

export function createPreviews() {
  const maps = new WeakMap(); // by its holder: what draws it, as long as the card is there
  const inView = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) if (isIntersecting) { inView.unobserve(target); maps.get(target)(); }
  });

  /** @param {{frame_url: ?string, colors: number[]}} card */
  function of({ frame_url: address, colors }) {
    if (!address) return el("div", { class: "preview" }, el("span", { class: "cap" }, "The map is still to come"));
    const canvas = el("canvas", { class: "preview-map" });
    const note = el("span", { class: "cap unread" }, "Reading the map");
    const holder = el("div", { class: "preview" }, [canvas, note]);
    let points = null;
    maps.set(holder, async () => {
      const bytes = points ? null : await fetchFrame(address, () => holder.isConnected);
      if (bytes) points = thinned(decodeFrame(bytes));
      note.textContent = points ? "" : "The map could not be read";
      const isHidden = points && !paint(canvas, points, colors);
      if (isHidden) inView.observe(holder); // by the search, meanwhile
    });
    inView.observe(holder);
    return holder;
  }

  return {
    of,
    /** In the colours of another theme, and what is still to come; those out of view when they come into it. */
    redraw() { for (const holder of document.querySelectorAll(".preview")) if (maps.has(holder)) inView.observe(holder); },
    destroy() { inView.disconnect(); },
  };
}
