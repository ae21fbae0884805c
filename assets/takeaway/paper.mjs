// What stands in for Plotly in a page taken along: the ranges of two axes, moved by hand. The map asks it for no more.
//
//   layPaper(host) -> {zoom(factor), destroy()}   host becomes the element that createMap draws in

import { panned, zoomed } from "../map/frame_axes.mjs";
import { pinchOf, wheelFactor } from "../map/space/turning.mjs";

const HALF = 4;

const div = (className, ...children) => {
  const node = document.createElement("div");
  node.className = className;
  node.append(...children);
  return node;
};

export function layPaper(host) {
  const glass = div("nsewdrag");
  host.classList.add("js-plotly-plot", "map-graph");
  host.append(div("svg-container", div("gl-container"), glass));
  const listeners = new Map();
  const axis = () => ({ _offset: 0, _length: 0, range: [-HALF, HALF] });
  const layout = { xaxis: axis(), yaxis: axis(), dragmode: "pan" };
  const tell = (name) => (listeners.get(name) ?? []).forEach((listener) => listener());
  Object.assign(host, {
    _fullLayout: layout,
    on: (name, listener) => listeners.set(name, [...(listeners.get(name) ?? []), listener]),
    removeListener: (name, listener) => listeners.set(name, (listeners.get(name) ?? []).filter((each) => each !== listener)),
  });
  window.Plotly = {
    relayout(_plot, change) {
      if (change["xaxis.range"]) layout.xaxis.range = change["xaxis.range"];
      if (change["yaxis.range"]) layout.yaxis.range = change["yaxis.range"];
      tell("plotly_afterplot");
      return Promise.resolve();
    },
  };

  const ranges = () => ({ x: layout.xaxis.range, y: layout.yaxis.range });

  /** A hand moves the view: from now on it is the user's. */
  function take({ x, y }) {
    layout.xaxis.range = x;
    layout.yaxis.range = y;
    tell("plotly_relayouting");
  }

  /** @returns {[number, number]} */
  function shares({ x, y }) {
    const box = host.getBoundingClientRect();
    return [(x - box.left) / box.width, 1 - (y - box.top) / box.height];
  }

  const placeOf = ({ clientX, clientY }) => ({ x: clientX, y: clientY });
  const held = new Map();
  glass.addEventListener("pointerdown", (event) => {
    held.set(event.pointerId, placeOf(event));
    glass.setPointerCapture(event.pointerId);
  });
  glass.addEventListener("pointermove", (event) => {
    const last = held.get(event.pointerId);
    if (!last) return;
    const at = placeOf(event);
    held.set(event.pointerId, at);
    /** @type {[number, number]} */
    const delta = [(at.x - last.x) / held.size, (at.y - last.y) / held.size];
    if (!delta[0] && !delta[1]) return;
    const moved = panned(ranges(), delta, host.getBoundingClientRect());
    const other = [...held].find(([id]) => id !== event.pointerId)?.[1];
    const { factor, middle } = other ? pinchOf(last, at, other) : { factor: 1, middle: at };
    take(zoomed(moved, factor, shares(middle)));
  });
  for (const end of ["pointerup", "pointercancel"]) glass.addEventListener(end, (/** @type {PointerEvent} */ event) => held.delete(event.pointerId));
  glass.addEventListener("wheel", (event) => {
    event.preventDefault();
    take(zoomed(ranges(), wheelFactor(event), shares(placeOf(event))));
  }, { passive: false });

  function measure() {
    layout.xaxis._length = host.clientWidth;
    layout.yaxis._length = host.clientHeight;
    tell("plotly_afterplot");
  }
  const sizes = new ResizeObserver(measure);
  sizes.observe(host);
  measure();

  /** By a key: the glass of a map in space, which lies over this one, reads it itself. */
  function zoom(factor) {
    const space = host.querySelector(".map-glass");
    if (space) space.dispatchEvent(Object.assign(new Event("keydown", { cancelable: true }), { key: factor < 1 ? "+" : "-" }));
    else take(zoomed(ranges(), factor, [0.5, 0.5]));
  }
  return { zoom, destroy: () => sizes.disconnect() };
}
