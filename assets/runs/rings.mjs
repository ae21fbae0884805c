// Rings around the points that flipped, above a map: full where they became right, dashed where wrong.

import { el } from "../parts/elements.mjs";

/** @import {LodeMap} from "../records" */

const MOST = 200;

/** The flips to ring, as many of each kind as there is room for. Pure. */
export function ringed({ to_right: right, to_wrong: wrong }, most = MOST) {
  const half = Math.max(Math.floor(most / 2), most - right.length);
  const bad = wrong.slice(0, half);
  return [...right.slice(0, most - bad.length).map((id) => ({ id, isRight: true })), ...bad.map((id) => ({ id, isRight: false }))];
}

/**
 * @param {HTMLElement} pane around the map's graph
 * @param {Pick<LodeMap, "places" | "placeOf">} map
 */
export function mountRings(pane, map) {
  const host = el("div", { class: "rings", "aria-hidden": "true" });
  pane.append(host);
  let flips = [];

  function place() {
    const box = pane.getBoundingClientRect();
    // All are asked for before one is put: what was moved would have the page laid out anew for the next.
    const points = flips.map(({ id }) => map.placeOf(id)).map((where) => where && map.places.project(where));
    /** @type {HTMLElement[]} */ ([...host.children]).forEach((ring, nth) => {
      const at = points[nth];
      ring.hidden = !at;
      if (at) ring.style.transform = `translate(${(at.x - box.left).toFixed(1)}px, ${(at.y - box.top).toFixed(1)}px)`;
    });
  }

  return {
    show(list) {
      flips = list;
      host.replaceChildren(...list.map(({ isRight }) => el("i", { class: isRight ? "ring right" : "ring wrong" })));
      place();
    },
    place,
    destroy: () => host.remove(),
  };
}
