// The small maps on the cards, each fetched and drawn when it comes into view.
//
//   createPreviews() -> {of(card): HTMLElement, redraw(), destroy()}

import { decodeFrame } from "../parts/codec.mjs";
import { el } from "../parts/elements.mjs";
import { fetchFrame, paint, thinned } from "../parts/smallmaps.mjs";

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
    let isReading = false;
    maps.set(holder, async () => {
      if (isReading) return;
      if (!points) {
        isReading = true;
        const bytes = await fetchFrame(address, () => holder.isConnected);
        isReading = false;
        if (bytes) points = thinned(decodeFrame(bytes));
      }
      note.textContent = points ? "" : "The map could not be read";
      const isHidden = points && !paint(canvas, points, colors);
      if (isHidden) inView.observe(holder); // by the search, meanwhile
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
