/** The place of the map inside a Plotly graph: finds the plot, puts the canvas and overlay over it, reads its view. */
import { isSameBox, isSameRange, isSameSize, readFrame, viewOf } from "./frame_axes.mjs";
import { clearHead } from "./frame_ticks.mjs";
import { pixelRatio } from "./layer.mjs";
import { Room } from "./room.mjs";

/** A graph out of the page for this long is not coming back. */
const GONE_MS = 2000;

export class Stage {
  /** @type {any} the element Plotly draws in */
  plot = null;
  /** @type {import("./frame_axes.mjs").Frame | null} */
  frame = null;
  /** @type {import("./frame_axes.mjs").View | null} */
  view = null;
  #graph;
  #layer;
  #overlay;
  #insets;
  #ratio = 0;
  #goneSinceMs = null;

  /**
   * @param {HTMLElement} graph a dcc.Graph's element, or the one Plotly draws in
   * @param {import("./layer.mjs").Layer} layer
   * @param {import("./overlay.mjs").Overlay} overlay
   * @param {() => import("./room.mjs").Insets} insets what lies over the map at the moment
   */
  constructor(graph, layer, overlay, insets) {
    this.#insets = insets;
    this.#graph = graph;
    this.#layer = layer;
    this.#overlay = overlay;
  }

  /**
   * @returns {{isFirst: boolean, isResized: boolean, hasChanged: boolean} | null} null while there is nothing to draw on
   */
  update() {
    const plot = this.#findPlot();
    const frame = plot && readFrame(plot);
    if (!frame) return null;
    const isFirst = this.frame === null;
    const isResized = !isFirst && !isSameSize(this.frame, frame);
    const isMoved = this.#mount(plot) || !isSameBox(this.frame, frame) || this.#ratio !== pixelRatio();
    const hasChanged = isMoved || !isSameRange(this.frame.range, frame.range);
    this.plot = plot;
    this.frame = frame;
    if (hasChanged) this.view = viewOf(frame);
    if (isMoved) this.#place(frame.canvas);
    clearHead(plot, this.view);
    return { isFirst, isResized, hasChanged };
  }

  /** The part of the plot that nothing lies over. */
  get room() {
    return new Room(this.frame.plot, this.#insets());
  }

  /** Whether the graph has left the page for good. */
  isGone(nowMs) {
    if (this.#graph.isConnected || this.frame === null) this.#goneSinceMs = null;
    else this.#goneSinceMs ??= nowMs;
    return this.#goneSinceMs !== null && nowMs - this.#goneSinceMs > GONE_MS;
  }

  /** @param {{x: number, y: number}} at client pixels @returns {[number, number]} canvas pixels */
  toCanvas({ x, y }) {
    const rect = this.#layer.canvas.getBoundingClientRect();
    const scale = this.frame.canvas.width / rect.width;
    return [(x - rect.left) * scale, (y - rect.top) * scale];
  }

  /** Whether a client pixel is on the plotting rectangle, and nothing but what floats above the map covers it. */
  holds = ({ x, y }) => {
    const { left, right, top, bottom } = this.#layer.canvas.getBoundingClientRect();
    if (x < left || x > right || y < top || y > bottom) return false;
    const room = this.plot.closest("[data-toast-place]") ?? this.plot;
    return room.contains(document.elementFromPoint(x, y));
  };

  /** @param {[number, number]} at canvas pixels @returns {{x: number, y: number}} client pixels */
  toClient([x, y]) {
    const rect = this.#layer.canvas.getBoundingClientRect();
    const scale = rect.width / this.frame.canvas.width;
    return { x: rect.left + x * scale, y: rect.top + y * scale };
  }

  #findPlot() {
    const graph = this.#graph;
    return graph.classList.contains("js-plotly-plot") ? graph : graph.querySelector(".js-plotly-plot");
  }

  /** Above Plotly's grid and under its drag layer's events; Plotly keeps this container when it draws anew. */
  #mount(plot) {
    const host = plot.querySelector(".svg-container");
    const { canvas } = this.#layer;
    if (canvas.parentNode === host) return false;
    host.querySelector(".gl-container").after(canvas);
    host.append(this.#overlay.root);
    plot.classList.add("map-graph");
    return true;
  }

  #place(box) {
    this.#ratio = pixelRatio();
    this.#layer.place(box);
    this.#overlay.place(box);
  }
}
