// The small maps on the cards, each fetched and drawn when it comes into view.
//
//   createPreviews() -> {of(card): HTMLElement, redraw(), destroy()}
//   fetchFrame(address, isWanted)   -> Promise<ArrayBuffer | null>, asked again a few times where it is lost

import { decodeFrame } from "../motion/codec.mjs";
import { el } from "../parts/elements.mjs";
import { MARGIN, fit } from "../parts/fitting.mjs";
import { pause } from "../parts/pausing.mjs";

const RADIUS = 1.3;
const MOST_POINTS = 4000;
const WAITS_MS = [1000, 4000, 16_000];
const NEVER = new AbortController().signal;

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

export function createPreviews() {
  const maps = new WeakMap(); // by its holder: what draws it, as long as the card is there
  const inView = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) if (isIntersecting) { inView.unobserve(target); maps.get(target)(); }
  });

  /** @param {{frame_url: ?string, colors: number[]}} card */
  function of({ frame_url: address, colors }) {
    if (!address) return el("div", { class: "preview" }, el("span", { class: "cap" }, "The map is still to come"));
    const canvas = el("canvas", { class: "preview-map" });
    const holder = el("div", { class: "preview" }, canvas);
    let frame = null;
    maps.set(holder, async () => {
      const bytes = frame ? null : await fetchFrame(address, () => holder.isConnected);
      if (bytes) frame = decodeFrame(bytes);
      if (frame && holder.isConnected) paint(canvas, frame, colors);
    });
    inView.observe(holder);
    return holder;
  }

  return {
    of,
    /** In the colours of another theme; those out of view when they come into it. */
    redraw() { for (const holder of document.querySelectorAll(".preview")) if (maps.has(holder)) inView.observe(holder); },
    destroy() { inView.disconnect(); },
  };
}
