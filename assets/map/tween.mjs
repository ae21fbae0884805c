/**
 * Clock and easing of a tween. Pure: the time is always handed in.
 *
 * @typedef {"linear" | "out"} Ease
 * @typedef {{startMs: number, durationMs: number, ease: Ease}} Tween
 */

/** A tween asked for this soon after the last one ended carries on from that end, so that a chain never stutters. */
const CHAIN_GAP_MS = 50;

/** @type {Record<Ease, (u: number) => number>} */
const EASES = {
  linear: (u) => u,
  out: (u) => 1 - (1 - u) ** 3,
};

/**
 * @param {number} nowMs
 * @param {number} durationMs
 * @param {Ease} ease
 * @param {number | null} lastEndMs when the tween before ended, or null if none did
 * @returns {Tween}
 */
export function startTween(nowMs, durationMs, ease, lastEndMs = null) {
  if (!(ease in EASES)) throw new RangeError(`There is no ease '${ease}'; use "linear" or "out".`);
  const isChained =
    ease === "linear" && lastEndMs !== null && nowMs - lastEndMs >= 0 && nowMs - lastEndMs < CHAIN_GAP_MS;
  return { startMs: isChained ? lastEndMs : nowMs, durationMs, ease };
}

/**
 * @param {Tween} tween
 * @param {number} nowMs
 * @returns {{t: number, hasArrived: boolean}} t in [0, 1], exactly 1 on arrival
 */
export function progressOf(tween, nowMs) {
  const u = tween.durationMs > 0 ? (nowMs - tween.startMs) / tween.durationMs : 1;
  if (!(u < 1)) return { t: 1, hasArrived: true };
  return { t: EASES[tween.ease](Math.max(0, u)), hasArrived: false };
}

/**
 * @param {Tween} tween
 * @returns {number} the time it is due to arrive
 */
export function endOf(tween) {
  return tween.startMs + tween.durationMs;
}

/**
 * The same mix as in the vertex shader: `from * (1 - t) + to * t`, exact at both ends.
 *
 * @template {Float32Array | number[]} T
 * @param {ArrayLike<number>} from
 * @param {ArrayLike<number>} to
 * @param {number} t
 * @param {T} [out] may be `from` itself
 * @returns {T}
 */
export function mixInto(from, to, t, out = /** @type {T} */ (new Float32Array(from.length))) {
  const s = 1 - t;
  for (let i = 0; i < from.length; i++) out[i] = from[i] * s + to[i] * t;
  return out;
}
