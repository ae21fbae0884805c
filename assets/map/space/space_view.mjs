// How a map of three axes is seen: our own eye turns about the cloud, and our own hand draws lasso and box. It has the
// form of `flat_view.mjs`. Seen flat it looks along the cloud's third main axis in parallel projection: only the eye
// moves from one to the other, never the data.

/** @typedef {import("./lens.mjs").Lens} Lens */
import { Chase } from "../chase.mjs";
import { Outlining } from "../outlining.mjs";
import { NO_INSETS, Room } from "../room.mjs";
import { prefersStillness } from "../stillness.mjs";
import { DepthDrawing } from "./depth_drawing.mjs";
import { boundsOf, holdsSpan, MARGIN, placesWithin, spanFor } from "./fit.mjs";
import { boxHolds, lensAround, mixLenses, poseOf, zoomedLens } from "./lens.mjs";
import { flatTurn } from "./main_axes.mjs";
import { SpacePicker } from "./picking.mjs";
import { mixAngles, orbit, plus } from "./pose.mjs";
import { SpaceProjection } from "./projection.mjs";
import { Turning } from "./turning.mjs";

const MOVE_MS = 260;
/** Room around growing points, so that one move lasts for many frames; perspective already leaves some. */
const FOLLOW_MARGIN = 0.14;
const HOME_ANGLES = { yaw: -0.6, pitch: 0.38 };
/** @type {Lens["box"]} */ const BOX = { low: [-1, -1, -1], high: [1, 1, 1] };
/** @type {Lens} */ const NOWHERE = { target: [0, 0, 0], span: 2, home: 2, flatness: 0, flat: null, box: BOX };

export class SpaceView {
  #stage;
  #glass = document.createElement("div");
  #outlining;
  #picker = new SpacePicker();
  #drawing = new DepthDrawing();
  #onStir;
  #tool = "pan";
  #angles = HOME_ANGLES;
  #lens = NOWHERE;
  /** @type {{from: Lens, to: Lens, startMs: number, durationMs: number} | null} */
  #move = null;
  #chase = new Chase();
  #isUsers = false;
  #isHeld = false;
  #isFitWanted = true;
  /** Whether points far from all others were asked to be in sight too. */
  #isAll = false;
  /** The lens in space to come back to from a flat view, when it was the user's own. */
  #kept = null;
  /** What lay over the map at the last fit: the eye looks at the middle of what was free. */
  #insets = NO_INSETS;
  #radius = 1;
  #projection = null;
  #seen = { lens: null, angles: null, view: null, insets: null };
  isFollowing = false;
  /** Share of the depths under a region that it takes, the nearest first. */
  frontShare = 1;

  /**
   * @param {import("../stage.mjs").Stage} stage
   * @param {HTMLElement} host what the glass that takes the hands is laid into
   * @param {{onRegion: (region: import("../hands.mjs").Region, mode: import("../hands.mjs").Mode) => void, onDraft: (path: [number, number][] | null) => void, onStir: () => void}} tell
   */
  constructor(stage, host, { onRegion, onDraft, onStir }) {
    this.#stage = stage;
    this.#onStir = onStir;
    Object.assign(this.#glass, { className: "map-glass", tabIndex: 0 });
    this.#glass.setAttribute("role", "application");
    this.#glass.setAttribute("aria-label", "Map in space. Arrow keys turn it, plus and minus zoom.");
    host.prepend(this.#glass);
    new Turning(this.#glass, {
      isTurning: () => this.#tool === "pan" || this.#tool === "move",
      onOrbit: (dx, dy) => this.#orbit(dx, dy),
      onSlide: (dx, dy) => this.#slide(dx, dy),
      onZoom: (factor, at) => this.#zoom(factor, at),
      onHold: (isHeld) => { this.#isHeld = isHeld; },
    });
    const toCanvas = (at) => this.#stage.toCanvas(at);
    const onOutlined = (region, mode) => onRegion({ ...region, sight: this.projection.sight }, mode);
    this.#outlining = new Outlining({ tool: () => this.#tool, projection: () => this.projection, toCanvas, onDraft, onRegion: onOutlined });
    this.#outlining.attach(this.#glass);
  }

  /** @returns {SpaceProjection | null} null before the first frame */
  get projection() {
    const { frame, view } = this.#stage;
    if (view === null) return null;
    const seen = { lens: this.#lens, angles: this.#angles, view, insets: this.#insets };
    if (Object.keys(seen).some((part) => seen[part] !== this.#seen[part])) {
      const scene = { radius: this.#radius, sight: (this.#projection?.sight ?? 0) + 1 };
      const { shift, height } = new Room(frame.plot, this.#insets);
      const screen = { ...view, originX: view.originX + shift.x, originY: view.originY + shift.y, plotHeight: height };
      this.#projection = new SpaceProjection(poseOf(this.#angles, this.#lens), screen, scene);
      this.#seen = seen;
    }
    return this.#projection;
  }

  /** There are no ranges of two axes in space. */
  range = null;

  get zoom() {
    return this.#lens.home / this.#lens.span;
  }

  get tool() {
    return this.#tool;
  }

  set tool(tool) {
    this.#tool = this.#glass.dataset.hand = tool;
    this.#stage.plot?.classList.toggle("tool-move", tool === "move");
  }

  get isFlat() {
    return this.#goal.flatness === 1;
  }

  /** Where the eye is, or is on its way to. */
  get #goal() {
    return this.#move?.to ?? this.#chase.goal?.lens ?? this.#lens;
  }

  /** Which way the eye looks, or is turning to. */
  get #facing() {
    return this.#chase.goal?.angles ?? this.#angles;
  }

  get #aspect() {
    const { width, height } = new Room(this.#stage.frame.plot, this.#insets);
    return width / height;
  }

  /** The plot is the frame of flat maps: in space it only says where the map is. */
  attach(plot) {
    plot.classList.add("is-space");
  }

  begin(points) {
    this.tool = this.#tool;
    if (this.#isFitWanted) this.fit(points, false);
  }

  greet(points) {
    if (this.#isUsers) this.follow(points, 0);
    else this.fit(points, false);
  }

  step(nowMs) {
    const chase = this.#chase.step(nowMs);
    if (chase) {
      this.#lens = mixLenses(this.#lens, chase.goal.lens, chase.share);
      if (chase.goal.angles) this.#angles = mixAngles(this.#angles, chase.goal.angles, chase.share);
    }
    if (this.#move === null) return chase !== null;
    const { from, to, startMs, durationMs } = this.#move;
    const u = Math.min(1, Math.max(0, (nowMs - startMs) / durationMs));
    this.#lens = mixLenses(from, to, u * u * (3 - 2 * u));
    if (u === 1) this.#move = null;
    return true;
  }

  fit(points, isAnimated, isAll = false) {
    this.#isUsers = false;
    this.#isAll = isAll;
    const cloud = this.#cloudOf(points);
    this.#isFitWanted = cloud === null || this.#stage.frame === null;
    if (this.#isFitWanted) return;
    this.#insets = this.#stage.room.insets;
    const goal = this.isFlat ? { ...this.#goal, flat: flatTurn(cloud.positions, this.#goal.flat) } : this.#goal;
    this.#go(lensAround(goal, this.#facing, cloud, this.#aspect, MARGIN), isAnimated ? MOVE_MS : 0);
  }

  /** @param {number} durationMs the time the points need; 0 for at once */
  follow(points, durationMs) {
    if (this.#stage.frame === null || !this.isFollowing || this.#isHeld || this.#isFitWanted) return;
    const cloud = this.#cloudOf(points);
    if (cloud === null) return;
    const goal = this.#goal;
    const needed = spanFor(cloud.positions, poseOf(this.#facing, goal), this.#aspect);
    if (boxHolds(goal.box, cloud.bounds) && (this.#isUsers || holdsSpan(goal.span, needed))) return;
    const lens = lensAround(goal, this.#facing, cloud, this.#aspect, FOLLOW_MARGIN);
    this.#pursue(this.#isUsers ? { ...goal, box: lens.box } : lens, durationMs);
  }

  /** Pictures follow each other faster than a move lasts: this goes on from where it is (camera.mjs). */
  #pursue(lens, durationMs) {
    if (!(durationMs > 0) || prefersStillness()) return void this.#go(lens, 0);
    this.#move = null;
    this.#chase.aim({ lens, angles: this.#chase.goal?.angles }, performance.now(), Math.max(MOVE_MS, durationMs));
    this.#onStir();
  }

  /** From space to the plane of the two main axes, or back. */
  setFlat(points, isFlat) {
    if (isFlat === this.isFlat) return;
    const cloud = this.#cloudOf(points);
    // Without a picture yet the first fit finds the axes.
    if (cloud === null || this.#stage.frame === null) return void (this.#lens = { ...this.#lens, flatness: Number(isFlat) });
    const kept = this.#kept;
    this.#kept = isFlat && this.#isUsers ? this.#goal : null;
    const flat = isFlat ? flatTurn(cloud.positions, this.#goal.flat) : this.#lens.flat;
    const goal = { ...this.#goal, flat, flatness: Number(isFlat) };
    const around = lensAround(goal, this.#angles, cloud, this.#aspect, MARGIN);
    this.#isUsers = !isFlat && kept !== null;
    const { target, span } = this.#isUsers ? kept : around;
    if (this.#lens.flatness === 0) this.#lens = { ...this.#lens, flat }; // nothing of it is seen yet
    this.#go({ ...around, target, span }, MOVE_MS);
  }

  /** A map in space has no ranges to set. */
  setRange() {}

  get stance() {
    return { angles: this.#angles, lens: this.#lens };
  }

  stanceAt = (place) => ({ angles: this.#angles, lens: { ...this.#lens, target: /** @type {Lens["target"]} */ ([...place]) } });

  get isUsers() {
    return this.#isUsers;
  }

  adopt({ of: { angles, lens }, isUsers }, ms = 0) {
    [this.#isUsers, this.#isFitWanted, this.#move] = [isUsers, false, null];
    if (ms > 0) return void this.#chase.aim({ angles, lens }, performance.now(), ms);
    this.#chase.stop();
    [this.#angles, this.#lens] = [angles, lens];
  }

  /** The user took hold of the view. */
  release() {
    [this.#isUsers, this.#move] = [true, null];
    this.#chase.stop();
    this.#onStir();
  }

  forget() {
    [this.#isUsers, this.#isFitWanted] = [false, true];
  }

  idAt(points, at) {
    return this.#picker.idAt(points, this.projection, at);
  }

  idsIn(points, region) {
    return this.#picker.idsIn(points, this.projection, region.path, this.isFlat ? 1 : this.frontShare);
  }

  isQuick(points) {
    return this.#picker.isQuick(points, this.projection);
  }

  /** What is drawn besides the points, and in which order they are drawn. */
  drawing(points) {
    const { projection } = this;
    return this.#drawing.of(points, projection, this.#lens);
  }

  destroy() {
    this.#outlining.destroy();
    this.#glass.remove();
    this.#stage.plot?.classList.remove("is-space");
  }

  #cloudOf(points) {
    const bulk = this.#isAll ? null : points.bulk();
    const positions = bulk?.numOutside > 0 ? placesWithin(points.target.array, bulk) : points.target.array;
    const bounds = points.hasPositions ? boundsOf(positions) : null;
    if (bounds === null) return null;
    this.#radius = bounds.radius;
    return { positions, bounds };
  }

  #go(lens, durationMs) {
    const ms = prefersStillness() ? 0 : durationMs;
    this.#angles = this.#facing;
    this.#chase.stop();
    this.#move = ms > 0 ? { from: this.#lens, to: lens, startMs: performance.now(), durationMs: ms } : null;
    if (ms === 0) this.#lens = lens;
    this.#onStir();
  }

  /** Half a turn for a drag from the window's top to its bottom. */
  #orbit(dx, dy) {
    if (this.isFlat) return this.#slide(dx, dy);
    const perPixel = Math.PI / this.#stage.frame.plot.height;
    this.#angles = orbit(this.#angles, dx * perPixel, dy * perPixel);
    return this.#onStir();
  }

  #slide(dx, dy) {
    const { right, up, scale } = this.projection;
    const target = plus(plus(this.#lens.target, right, -dx / scale), up, dy / scale);
    this.#lens = { ...this.#lens, target };
    this.release();
  }

  /** What is under the pointer, at the target's depth, stays there. */
  #zoom(factor, at) {
    this.#lens = zoomedLens(this.#lens, factor, this.projection.toData(...this.#stage.toCanvas(at)));
    this.release();
  }
}
