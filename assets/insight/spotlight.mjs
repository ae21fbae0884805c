// One sample on the map, ringed for a moment: where is what was just chosen elsewhere?

import { placeAt } from "../parts/places.mjs";
import { el } from "../parts/elements.mjs";

const SHOWN_MS = 2200;

/** @returns {{show: (shown: number) => void, destroy: () => void}} show(sample) brings it into sight, too */
export function mountSpotlight({ state, map, root }) {
  const pane = root.querySelector("#main-pane");
  let ring = null;
  let until = 0;
  let frame = 0;

  const placeOf = (id) => {
    const { embedding, latentDim } = state.get().picture;
    return [...placeAt(embedding, id, latentDim)];
  };

  function follow(id) {
    frame = 0;
    const here = performance.now() < until && state.get().picture ? map.placeOf(id) : null;
    const at = here ? map.places.of(here) : null;
    if (!at) return hide();
    const box = pane.getBoundingClientRect();
    ring.style.transform = `translate(${(at.x - box.left).toFixed(1)}px, ${(at.y - box.top).toFixed(1)}px)`;
    frame = requestAnimationFrame(() => follow(id));
    return undefined;
  }

  function hide() {
    cancelAnimationFrame(frame);
    ring?.remove();
    ring = null;
  }

  function show(id) {
    hide();
    if (!state.get().picture) return;
    map.main.lookAt(placeOf(id));
    ring = pane.appendChild(el("div", { class: "spotlight", "aria-hidden": "true" }, el("i")));
    until = performance.now() + SHOWN_MS;
    follow(id);
  }

  return { show, destroy: hide };
}
