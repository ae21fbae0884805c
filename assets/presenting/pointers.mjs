// Where people point: a coloured dot with a name at a place of the map, in each of its windows, the same on every screen;
// it fades when it rests.

import { el } from "../parts/elements.mjs";
import { holds } from "./pointing.mjs";

/** @import {Pane} from "../records" */

const REST_MS = 1600;
const GONE_MS = 2400;
/** Share of the way a dot goes to its place in one frame: places come twenty times a second. */
const GLIDE = 0.35;

/** Where a dot is after a frame: on its way, or there. Pure. */
export function towards(from, to, share = GLIDE) {
  return to.map((value, axis) => (from?.length === to.length ? from[axis] + (value - from[axis]) * share : value));
}

/** @returns {"shown" | "resting" | "gone"} of a dot whose last word is so many ms old. Pure. */
export const stageOf = (ageMs) => (ageMs < REST_MS ? "shown" : ageMs < GONE_MS ? "resting" : "gone");

/**
 * @param {{frame: HTMLElement, windows: () => Pane[], now?: () => number}} options what the windows are in,
 *   and each with its map
 * @returns {{point: (pointer: {by: string, place: ?number[], name: string, color: number}) => void, destroy: () => void}}
 */
export function createPointers({ frame, windows, now = () => performance.now() }) {
  const host = el("div", { class: "pointers", "aria-hidden": "true" });
  frame.append(host);
  const dots = new Map();
  let timer = 0;

  function point({ by, place, name, color }) {
    const dot = dots.get(by) ?? create(by, name, color);
    dot.at = place === null ? now() - REST_MS : now();
    if (place !== null) dot.to = place;
    timer ||= requestAnimationFrame(step);
  }

  function create(by, name, color) {
    const dot = { name, color, nodes: [], from: null, to: null, at: 0 };
    dots.set(by, dot);
    return dot;
  }

  /** The mark of a dot in one of the windows. */
  function nodeOf(dot, nth) {
    if (dot.nodes[nth]) return dot.nodes[nth];
    const node = el("div", { class: "pointer" }, [el("i", {}), el("span", { class: "clip" }, dot.name)]);
    node.style.setProperty("--of", `var(--class-${dot.color})`);
    host.append(node);
    dot.nodes[nth] = node;
    return node;
  }

  function step() {
    timer = 0;
    const box = frame.getBoundingClientRect();
    for (const [by, dot] of dots) {
      const stage = stageOf(now() - dot.at);
      if (stage === "gone" || dot.to === null) {
        dot.nodes.forEach((node) => node.remove());
        dots.delete(by);
      } else draw(dot, stage, box);
    }
    if (dots.size > 0) timer = requestAnimationFrame(step);
  }

  function draw(dot, stage, box) {
    dot.from = towards(dot.from, dot.to);
    const shown = windows();
    shown.forEach(({ pane, map }, nth) => {
      const node = nodeOf(dot, nth);
      const at = map.places.of(dot.from);
      node.hidden = !at || !holds(pane.getBoundingClientRect(), at); // beside its window it would be in the other
      node.classList.toggle("resting", stage === "resting");
      if (!node.hidden) node.style.transform = `translate(${(at.x - box.left).toFixed(1)}px, ${(at.y - box.top).toFixed(1)}px)`;
    });
    dot.nodes.splice(shown.length).forEach((node) => node.remove());
  }

  return {
    point,
    destroy() {
      cancelAnimationFrame(timer);
      host.remove();
    },
  };
}
