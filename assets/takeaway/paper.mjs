// What stands in for Plotly in a page taken along: the ranges of two axes, moved by hand. The map asks it for no more.
//
//   layPaper(host) -> {zoom(factor), destroy()}   host becomes the element that createMap draws in

import { wheelFactor } from "../map/space/turning.mjs";

const HALF = 4;

/** Ranges of which `share` of the span at a place (0 to 1 from the left, from the bottom) stays where it is. */
export function zoomed({ x, y }, factor, [atX, atY]) {
  const around = ([low, high], share) => {
    const middle = low + share * (high - low);
    return [middle - (middle - low) * factor, middle + (high - middle) * factor];
  };
  return { x: around(x, atX), y: around(y, atY) };
}

/** Ranges moved along by pixels. */
export function panned({ x, y }, [dx, dy], { width, height }) {
  const [perX, perY] = [(x[1] - x[0]) / width, (y[1] - y[0]) / height];
  return { x: x.map((value) => value - dx * perX), y: y.map((value) => value + dy * perY) };
}

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

  function shares(event) {
    const box = host.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, 1 - (event.clientY - box.top) / box.height];
  }

  const held = new Map();
  glass.addEventListener("pointerdown", (event) => {
    held.set(event.pointerId, [event.clientX, event.clientY]);
    glass.setPointerCapture(event.pointerId);
  });
  glass.addEventListener("pointermove", (event) => {
    const last = held.get(event.pointerId);
    if (!last) return;
    const delta = [(event.clientX - last[0]) / held.size, (event.clientY - last[1]) / held.size];
    held.set(event.pointerId, [event.clientX, event.clientY]);
    if (delta[0] || delta[1]) take(panned(ranges(), delta, host.getBoundingClientRect()));
  });
  for (const end of ["pointerup", "pointercancel"]) glass.addEventListener(end, (event) => held.delete(event.pointerId));
  glass.addEventListener("wheel", (event) => {
    event.preventDefault();
    take(zoomed(ranges(), wheelFactor(event), shares(event)));
  }, { passive: false });

  function measure() {
    layout.xaxis._length = host.clientWidth;
    layout.yaxis._length = host.clientHeight;
    tell("plotly_afterplot");
  }
  const sizes = new ResizeObserver(measure);
  sizes.observe(host);
  measure();
  return { zoom: (factor) => take(zoomed(ranges(), factor, [0.5, 0.5])), destroy: () => sizes.disconnect() };
}
