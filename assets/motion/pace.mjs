// How long a picture takes to become the next one. Pure.

export const TWEEN_MS = { least: 120, most: 600 };

/** Bound the length of a tween to what the eye follows. */
export const tweenMs = (gap) => Math.min(TWEEN_MS.most, Math.max(TWEEN_MS.least, gap));
