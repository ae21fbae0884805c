/**
 * Where the eye is: which way the cloud is turned, what is in the middle, how much is in sight. Pure.
 *
 * Axes of the eye are right, up and back (towards the eye). A turn is a unit quaternion (x, y, z, w) that takes a
 * direction of the data to the eye's axes. Maths: Shoemake, Animating rotation with quaternion curves, 1985.
 *
 * @typedef {[number, number, number]} Vector
 * @typedef {[number, number, number, number]} Turn
 * @typedef {{turn: Turn, target: Vector, span: number, perspective: number}} Pose target: the place in the middle;
 *   span: data units from the window's top to its bottom at the target's depth; perspective: 1, or down to 0 for a
 *   parallel projection
 */

const UPRIGHT = Math.PI / 2;

export const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

/** @returns {Vector} */
export const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];

/** @returns {Vector} a + k b */
export const plus = (a, b, k = 1) => [a[0] + k * b[0], a[1] + k * b[1], a[2] + k * b[2]];

/** Turned about the upright axis by `yaw`, then tipped by `pitch`: a positive one shows the cloud from above. @returns {Turn} */
export function turnOf({ yaw, pitch }) {
  const [sy, cy, sp, cp] = [Math.sin(yaw / 2), Math.cos(yaw / 2), Math.sin(pitch / 2), Math.cos(pitch / 2)];
  return [sp * cy, cp * sy, sp * sy, cp * cy];
}

/**
 * Turn on as a hand drags: points in front follow it. The pitch ends at straight up and straight down, so the cloud
 * never stands on its head.
 *
 * @param {{yaw: number, pitch: number}} angles in radians
 */
export function orbit({ yaw, pitch }, deltaYaw, deltaPitch) {
  return { yaw: yaw + deltaYaw, pitch: Math.min(UPRIGHT, Math.max(-UPRIGHT, pitch + deltaPitch)) };
}

/** The angles a share `t` of the way from `a` to `b`. A hand turns on and on, so the way is not cut short. */
export const mixAngles = (a, b, t) => ({ yaw: a.yaw + (b.yaw - a.yaw) * t, pitch: a.pitch + (b.pitch - a.pitch) * t });

/** @param {Turn} turn @returns {{right: Vector, up: Vector, back: Vector}} the eye's axes in data directions */
export function axesOf([x, y, z, w]) {
  return {
    right: [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
    up: [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
    back: [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
  };
}

/** The turn with these axes, which are orthonormal and right-handed; the inverse of `axesOf`. */
export function turnWith({ right, up, back }) {
  const four = [
    [1 + right[0] - up[1] - back[2], up[0] + right[1], right[2] + back[0], back[1] - up[2]],
    [up[0] + right[1], 1 - right[0] + up[1] - back[2], back[1] + up[2], right[2] - back[0]],
    [right[2] + back[0], back[1] + up[2], 1 - right[0] - up[1] + back[2], up[0] - right[1]],
    [back[1] - up[2], right[2] - back[0], up[0] - right[1], 1 + right[0] + up[1] + back[2]],
  ];
  const longest = [0, 1, 2, 3].reduce((best, i) => (four[i][i] > four[best][best] ? i : best));
  const length = Math.hypot(...four[longest]);
  return /** @type {Turn} */ (four[longest].map((value) => value / length));
}

/** How alike two turns are: 1 when they are the same. */
export const likeness = (a, b) => Math.abs(a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3]);

/** The turn a share `t` of the shortest way from `a` to `b`. @returns {Turn} */
export function mixTurns(a, b, t) {
  const along = a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3];
  const angle = Math.acos(Math.min(1, Math.abs(along)));
  const sine = Math.sin(angle);
  const share = (u) => (sine > 1e-6 ? Math.sin(u * angle) / sine : u);
  const [p, q] = [share(1 - t), share(t) * (along < 0 ? -1 : 1)];
  const mixed = a.map((value, i) => p * value + q * b[i]);
  const length = Math.hypot(...mixed);
  return /** @type {Turn} */ (mixed.map((value) => value / length));
}
