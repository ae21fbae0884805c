/**
 * How a map of two axes is seen: Plotly draws its frame, pans and zooms; the camera moves Plotly's ranges; our own
 * hand outlines regions. `space/space_view.mjs` has the same form for maps of three axes.
 */
import { askedBy } from "./asking.mjs";
import { Camera } from "./camera.mjs";
import { FlatProjection } from "./flat_projection.mjs";
import { panned, readFrame, zoomed } from "./frame_axes.mjs";
import { Outlining } from "./outlining.mjs";
import { Picker } from "./picking.mjs";
import { prefersStillness } from "./stillness.mjs";

const NOTHING_ELSE = { lines: null, ticks: null, floor: null, order: null, selectedOrder: null };

export class FlatView {
  #stage;
  /** What has the focus of a map that is moved by keys; hands meet what lies below. */
  #focus = document.createElement("div");
  #camera;
  #picker = new Picker();
  #projection = null;
  #tool = "pan";
  #isFitWanted = true;
  /** Whether points far from all others were asked to be in sight too. */
  #isAll = false;

  #outlining;

  /**
   * @param {import("./stage.mjs").Stage} stage
   * @param {HTMLElement} host what takes the focus is laid into
   * @param {{onRegion: (region: import("./hands.mjs").Region, mode: import("./hands.mjs").Mode) => void, onDraft: (path: [number, number][] | null) => void}} tell
   */
  constructor(stage, host, { onRegion, onDraft }) {
    this.#stage = stage;
    Object.assign(this.#focus, { className: "map-focus", tabIndex: 0 });
    this.#focus.setAttribute("role", "application");
    this.#focus.setAttribute("aria-label", "Flat map. Arrow keys move it, plus and minus zoom.");
    this.#focus.addEventListener("keydown", this.#onKey);
    host.prepend(this.#focus);
    const onOutlined = ({ kind, path }, mode) => onRegion({ kind, path: path.map((at) => this.projection.toData(...at)) }, mode);
    const toCanvas = (at) => this.#stage.toCanvas(at);
    this.#outlining = new Outlining({ tool: () => this.#tool, projection: () => this.projection, toCanvas, onDraft, onRegion: onOutlined });
    this.#camera = new Camera((range) => this.#relayout({ "xaxis.range": range.x, "yaxis.range": range.y }));
  }

  /** @returns {FlatProjection | null} null before the first frame */
  get projection() {
    const { view } = this.#stage;
    if (view !== (this.#projection?.view ?? null)) this.#projection = new FlatProjection(view);
    return this.#projection;
  }

  /** What is in sight on each axis. */
  get range() {
    return this.#stage.frame.range;
  }

  /** How many times closer than the fitted view. */
  get zoom() {
    return this.#camera.zoomAt(this.#stage.frame?.range);
  }

  get tool() {
    return this.#tool;
  }

  set tool(tool) {
    this.#tool = tool;
    const { plot } = this.#stage;
    plot?.classList.toggle("tool-move", tool === "move");
    plot?.classList.toggle("tool-outline", tool === "lasso" || tool === "box");
    // What our hands leave to Plotly is for the view, with any tool.
    if (plot && plot._fullLayout.dragmode !== "pan") this.#relayout({ dragmode: "pan" });
  }

  /** There is no other way to see two axes. */
  get isFlat() {
    return true;
  }

  get isFollowing() {
    return this.#camera.isFollowing;
  }

  set isFollowing(isOn) {
    this.#camera.isFollowing = isOn;
  }

  attach(plot) {
    this.#outlining.attach(plot);
  }

  setFlat() {}

  destroy() {
    this.#outlining.destroy();
    this.#focus.remove();
    this.#stage.plot?.classList.remove("tool-outline");
  }

  /** Plotly draws the frame, and points cover each other in their own order. */
  drawing() {
    return NOTHING_ELSE;
  }

  /** @param {import("./points.mjs").Points} points the first frame of the plot is there */
  begin(points) {
    this.#camera.home ??= this.#stage.frame.range;
    this.tool = this.#tool;
    if (this.#isFitWanted) this.fit(points, false);
  }

  /** The first positions of new points have come. */
  greet(points) {
    if (this.#camera.isUsers) this.follow(points, 0);
    else this.fit(points, false);
  }

  /** @returns {boolean} whether the view is on its way */
  step(nowMs) {
    return this.#camera.step(nowMs);
  }

  fit(points, isAnimated, isAll = false) {
    const { frame } = this.#stage;
    this.#isAll = isAll;
    const extent = this.#extentOf(points);
    this.#camera.isUsers = false;
    this.#isFitWanted = frame === null || extent === null;
    if (this.#isFitWanted) return;
    const ms = isAnimated && !prefersStillness() ? undefined : 0;
    this.#camera.go(frame.range, this.#stage.room.fit(extent), performance.now(), ms);
  }

  /** @param {number} durationMs the time the points need; 0 for at once */
  follow(points, durationMs) {
    const { frame } = this.#stage;
    if (frame === null || !this.#camera.isFollowing || this.#camera.isUsers) return;
    const extent = this.#extentOf(points);
    if (extent) this.#camera.follow(frame.range, extent, this.#stage.room, performance.now(), durationMs);
  }

  setRange(range) {
    this.adopt({ of: range, isUsers: true });
  }

  /** What is in sight, and what counts as not zoomed: points are as large in another map that sees the same. */
  get stance() {
    return { ...this.range, home: this.#camera.home };
  }

  /** The same range with a place in its middle. @param {number[]} place @returns {import("../records").Stance} */
  stanceAt([x, y]) {
    /** @returns {[number, number]} */
    const around = (at, [low, high]) => [at - (high - low) / 2, at + (high - low) / 2];
    return { x: around(x, this.range.x), y: around(y, this.range.y) };
  }

  /** Whether the user has panned or zoomed since the last fit. */
  get isUsers() {
    return this.#camera.isUsers;
  }

  /** Where the stance tells of no home, the own one stays. */
  adopt({ of: { x, y, home }, isUsers }, ms = 0) {
    this.#camera.isUsers = isUsers;
    this.#isFitWanted = false;
    const { frame } = this.#stage;
    const range = { x, y };
    const nextHome = home ?? this.#camera.home ?? range;
    if (ms > 0 && frame) this.#camera.chase(frame.range, range, performance.now(), ms, nextHome);
    else this.#camera.go(frame?.range ?? range, range, performance.now(), 0, nextHome);
  }

  /** The user took hold of the view. */
  release() {
    this.#camera.release();
  }

  /** Other points are coming: the view is nobody's yet. */
  forget() {
    this.#camera.isUsers = false;
  }

  idAt(points, [x, y]) {
    return this.#picker.idAt(points, this.#stage.view, x, y);
  }

  idsIn(points, region) {
    return this.#picker.idsIn(points, region.path);
  }

  isQuick(points) {
    return this.#picker.isQuick(points);
  }

  /** Shift and an arrow are the timeline's, and with the Move tool arrows are the selection's. */
  #onKey = (event) => {
    const asked = askedBy(event);
    const frame = this.#stage.plot && readFrame(this.#stage.plot);
    if (!frame || asked === null || (asked.by && (event.shiftKey || this.#tool === "move"))) return;
    event.preventDefault();
    event.stopPropagation(); // the page's own arrows step through time
    this.#camera.take(frame.range, (range) => (asked.by ? panned(range, asked.by, frame.plot) : zoomed(range, asked.factor, [0.5, 0.5])));
  };

  #extentOf(points) {
    if (this.#isAll) return points.extent();
    const bulk = points.bulk();
    return bulk && { x: [bulk.low[0], bulk.high[0]], y: [bulk.low[1], bulk.high[1]] };
  }

  #relayout(change) {
    const { plot } = this.#stage;
    return plot ? window.Plotly.relayout(plot, change) : Promise.resolve();
  }
}
