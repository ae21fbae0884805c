/**
 * The bits of a point's mark, one byte a sample: the page says what each point is (parts/look.mjs), map and figure
 * draw it. The shaders have the same numbers.
 */

/** 0 disc, 1 square, 2 triangle. */
export const SHAPE = 3;
/** Held out: an open ring. */
export const RING = 4;
/** Somebody looked at it and could not decide. */
export const HATCHED = 8;
/** Switched off in the legend: neither drawn nor found. */
export const HIDDEN = 16;
/** Without a class. */
export const FAINT = 32;
/** A person said so, the network did not guess it. */
export const NAMED = 64;
