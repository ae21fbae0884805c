/**
 * From places to pixels and back, seen by an eye in space. Pure; the form is that of `flat_projection.mjs`.
 *
 * With x, y, z along the eye's right, up and back from the target, w = 1 - k z and a pixel is (x, y) scale / w from the
 * middle. k is 0 in a parallel projection, so that flattening a cloud is a change of numbers, not of formula.
 * Depth is -z: 0 at the target, growing away from the eye.
 *
 * @typedef {import("./pose.mjs").Pose} Pose
 */
import { axesOf, dot, plus } from "./pose.mjs";

/** Tangent of half the angle of view, which is 35 degrees. */
export const TANGENT = Math.tan((35 / 2) * (Math.PI / 180));
/** Nearer than this share of the eye's distance nothing is drawn or hit. */
export const NEAREST = 0.05;

export class SpaceProjection {
  /**
   * @param {Pose} pose
   * @param {{width: number, height: number, originX: number, originY: number, plotHeight: number}} screen in CSS pixels:
   *   the canvas, its middle, and the plotting rectangle's height
   * @param {{radius?: number, sight?: number}} [scene] how far the cloud reaches from its centre; a number for this view
   */
  constructor(pose, screen, { radius = 1, sight = 0 } = {}) {
    const { right, up, back } = axesOf(pose.turn);
    this.pose = pose;
    this.right = right;
    this.up = up;
    this.back = back;
    this.sight = sight;
    this.center = pose.target;
    this.width = screen.width;
    this.height = screen.height;
    this.screen = screen;
    /** Pixels a data unit has at the target. */
    this.scale = screen.plotHeight / pose.span;
    /** How large a map unit is on the screen, at the target. */
    this.grain = { scaleX: this.scale, scaleY: -this.scale, centerX: pose.target[0], centerY: pose.target[1], width: screen.width, height: screen.height };
    this.k = (2 * TANGENT * pose.perspective) / pose.span;
    /** Turns a place less the centre into its depth, 0 nearest to 1 farthest, for what fades with it. */
    this.depthRow = [...back.map((value) => -value / (2 * radius)), 0.5];
    this.fade = pose.perspective;
  }

  /** @param {ArrayLike<number>} place @returns {[number, number]} pixels; not numbers when it is behind the eye */
  toPixel(place) {
    const from = plus(/** @type {any} */ (place), this.center, -1);
    const w = 1 - this.k * dot(this.back, from);
    const scale = w >= NEAREST ? this.scale / w : NaN;
    return [this.screen.originX + dot(this.right, from) * scale, this.screen.originY - dot(this.up, from) * scale];
  }

  /** @param {ArrayLike<number>} place @returns {number} data units behind the target */
  depth(place) {
    return -dot(this.back, plus(/** @type {any} */ (place), this.center, -1));
  }

  /** The place under a pixel at a depth: with that of a place, in the plane through it that is parallel to the screen. */
  toData(pixelX, pixelY, depth = 0) {
    const perPixel = (1 + this.k * depth) / this.scale;
    const across = plus(this.center, this.right, (pixelX - this.screen.originX) * perPixel);
    return plus(plus(across, this.up, (this.screen.originY - pixelY) * perPixel), this.back, -depth);
  }

  /** Column-major, from a place less the centre to clip space. Clip z only cuts off what is too near. */
  matrix(out) {
    const { right, up, back, k, screen } = this;
    const [sx, sy] = [(2 * this.scale) / this.width, (2 * this.scale) / this.height];
    const [ox, oy] = [(2 * screen.originX) / this.width - 1, 1 - (2 * screen.originY) / this.height];
    for (let axis = 0; axis < 3; axis++) {
      const w = -k * back[axis];
      out.set([sx * right[axis] + ox * w, sy * up[axis] + oy * w, -w, w], 4 * axis);
    }
    out.set([ox, oy, 2 * NEAREST - 1, 1], 12);
    return out;
  }

  /** A region drawn in space lies on the screen, and is gone once the view has turned. */
  outline(region) {
    return region.sight === this.sight ? region.path : [];
  }

  /**
   * All places at once, (1 - t) of the way from `from` to `to`.
   *
   * @param {Float32Array} from interleaved by sample, three values each
   * @param {Float32Array} to
   * @param {number} t
   * @param {Float32Array} out three values a sample: pixel x, pixel y, depth; not numbers when behind the eye
   * @returns {Float32Array}
   */
  projectAll(from, to, t, out) {
    const { scale, k, screen } = this;
    const [[rx, ry, rz], [ux, uy, uz], [bx, by, bz], [cx, cy, cz]] = [this.right, this.up, this.back, this.center];
    const s = 1 - t;
    for (let i = 0; i < to.length; i += 3) {
      const x = (t === 1 ? to[i] : from[i] * s + to[i] * t) - cx;
      const y = (t === 1 ? to[i + 1] : from[i + 1] * s + to[i + 1] * t) - cy;
      const z = (t === 1 ? to[i + 2] : from[i + 2] * s + to[i + 2] * t) - cz;
      const near = bx * x + by * y + bz * z;
      const w = 1 - k * near;
      const grown = w >= NEAREST ? scale / w : NaN;
      out[i] = screen.originX + (rx * x + ry * y + rz * z) * grown;
      out[i + 1] = screen.originY - (ux * x + uy * y + uz * z) * grown;
      out[i + 2] = -near;
    }
    return out;
  }
}
