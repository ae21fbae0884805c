// What a presenter's view means on a screen of another size. Pure.
//
// All that the presenter sees is in sight, with the same middle and the same proportions: a wider window shows more
// to the sides, never less.

/** @import {Stance} from "../records" */

/** How many times more pixels of the map a unit of the presenter's must give way for, so that all of it fits. */
const reach = (from, to) => Math.max(from[0] / to[0], from[1] / to[1]);

/** @returns {[number, number]} */
const around = ([low, high], factor) => {
  const [middle, half] = [(low + high) / 2, ((high - low) / 2) * factor];
  return [middle - half, middle + half];
};

/**
 * @param {Stance} of a stance of the map: {x, y, home} flat, home where it is told, {angles, lens} in space
 * @param {[number, number]} from width and height of the presenter's map, pixels
 * @param {[number, number]} to of this one
 * @returns {Stance} the stance that shows the same
 */
export function fitStance(of, from, to) {
  const usable = [from, to].every((size) => size?.every((side) => side > 0));
  if (!usable) return of;
  const more = reach(from, to);
  const [wide, high] = [(to[0] / from[0]) * more, (to[1] / from[1]) * more];
  /** @param {Pick<Stance, "x" | "y">} of @returns {{x: [number, number], y: [number, number]}} */
  const flat = ({ x, y }) => ({ x: around(x, wide), y: around(y, high) });
  if (!of.lens) return of.home ? { ...flat(of), home: flat(of.home) } : flat(of);
  return { angles: of.angles, lens: { ...of.lens, span: of.lens.span * high, home: of.lens.home * high } };
}

/** Whether a stance is one this map can take: two axes are never seen in space. */
export const isOfKind = (of, latentDim) => Boolean(of) && (latentDim === 3 ? Boolean(of.lens) : Boolean(of.x && of.y));

/** Width and height of a page's map in whole pixels, as a view tells them; zeros before it is drawn. @type {(view: ?{box: {width: number, height: number}}) => [number, number]} */
export const sizeOf = (view) => (view?.box ? [Math.round(view.box.width), Math.round(view.box.height)] : [0, 0]);

/**
 * Run something at most once in a while; what is asked for in between is done at the end, once.
 * @returns {{ask: () => void, stop: () => void}}
 */
export function createPace(ms, run, timers = globalThis) {
  let timer = 0;
  let isAsked = false;
  function go() {
    isAsked = false;
    timer = timers.setTimeout(() => { timer = 0; if (isAsked) go(); }, ms);
    run();
  }
  return {
    ask() { if (timer) isAsked = true; else go(); },
    stop() { timers.clearTimeout(timer); timer = 0; isAsked = false; },
  };
}
