// Rings on the map around the samples that are worth a look, beside the map's own drawing.

import { placeAt } from "../parts/places.mjs";
import { el } from "../parts/elements.mjs";
import { settleToasts } from "../shell/toasts.mjs";

/** @import {Lead} from "../records" */

/** So long they stand still before messages make way for them. */
const STILL_MS = 150;

/**
 * @returns {{show: (leads: Lead[], atHand: Lead | null) => void, destroy: () => void}} show(leads, the one at hand)
 */
export function mountLeadRings({ state, map, root }) {
  const pane = root.querySelector("#main-pane");
  const host = el("div", { class: "lead-rings", "aria-hidden": "true" });
  pane.append(host);
  const rings = new Map(); // sample -> ring
  let frame = 0;
  let still = 0;

  /** Whether a point is still on its way to where the picture has it. */
  function isGoing(place, sample, { embedding, latentDim }) {
    const goal = placeAt(embedding, sample, latentDim);
    return place?.some((value, axis) => Math.abs(value - goal[axis]) > 0) ?? false;
  }

  /** Put each ring where its point is on the screen now, and go with it until it has arrived. */
  function place() {
    frame = 0;
    const { picture } = state.get();
    const box = host.getBoundingClientRect();
    const places = [...rings.keys()].map((sample) => (picture ? map.placeOf(sample) : null));
    // All are asked for before one is put: what was moved would have the page laid out anew for the next.
    const points = places.map((here) => (here ? map.places.of(here) : null));
    [...rings.values()].forEach((ring, nth) => {
      const at = points[nth];
      ring.hidden = !at;
      if (at) ring.style.transform = `translate(${(at.x - box.left).toFixed(1)}px, ${(at.y - box.top).toFixed(1)}px)`;
    });
    const isMoving = picture !== null && [...rings.keys()].some((sample, nth) => isGoing(places[nth], sample, picture));
    clearTimeout(still);
    if (isMoving) schedule();
    else still = setTimeout(settleToasts, STILL_MS);
  }

  const schedule = () => { if (rings.size > 0) frame ||= requestAnimationFrame(place); };

  function show(leads, current) {
    const wanted = new Set(leads.map((lead) => lead.sample));
    for (const [sample, ring] of rings) if (!wanted.has(sample)) { ring.remove(); rings.delete(sample); }
    for (const sample of wanted) {
      if (!rings.has(sample)) rings.set(sample, host.appendChild(el("i", { class: "lead-ring", "data-toast-free": "true", hidden: true })));
      rings.get(sample).classList.toggle("at", sample === current?.sample);
    }
    schedule();
  }

  const stop = state.subscribe(["view", "picture"], schedule);
  const resize = new ResizeObserver(schedule);
  resize.observe(host);
  return {
    show,
    destroy() {
      stop();
      resize.disconnect();
      cancelAnimationFrame(frame);
      clearTimeout(still);
      host.remove();
    },
  };
}
