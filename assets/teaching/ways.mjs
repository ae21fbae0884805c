// The ways points went through the run on screen, drawn while Force is on: of the selection, else of the classes.

import { movedMost, placesIn, trailsOf } from "./moved.mjs";
import { frameKey } from "../motion/frames.mjs";
import { speakersOf } from "../parts/look.mjs";
import { onceAgain } from "../parts/onceagain.mjs";
import { lineOf } from "../parts/runstates.mjs";
import { readTheme } from "../parts/theme.mjs";

/** @import {FrameAt, PageValues} from "../records" */

/** Selected points whose ways are drawn; more would be a thicket. */
const MOST_POINTS = 40;

/**
 * Whose ways are drawn: of the selected points each, without any the classes, by the points that speak for their names.
 * @param {{ids: Uint32Array, classOf: Int16Array, named: ?Int16Array}} of
 * @returns {{classIndex: number, ids: ArrayLike<number>}[]}
 */
export function walkersOf({ ids, classOf, named }) {
  if (ids.length === 0) return speakersOf(classOf, named);
  return [...ids.slice(0, MOST_POINTS)].map((id) => ({ classIndex: classOf[id], ids: [id] }));
}

const isSame = (one, other) => other !== null && Object.keys(one).every((part) => one[part] === other[part]);

/**
 * Ways through snapshots, each of which is read once for as long as the same walk.
 * @param {(snapshot: FrameAt) => Promise<Float32Array>} loadEmbedding of a snapshot
 * @returns {(stops: FrameAt[], now: Parameters<typeof walkersOf>[0] & {latentDim: number}, isWanted?: () => boolean) => Promise<?ReturnType<typeof trailsOf>>} takes snapshots in order, what `walkersOf` takes
 *   with `latentDim`, and whether that is still wanted; null once it is not
 */
export function createWays(loadEmbedding) {
  let [of, walkers, read] = [null, [], new Map()];
  return async (stops, now, isWanted = () => true) => {
    if (!isSame(now, of)) [of, walkers, read] = [now, walkersOf(now), new Map()];
    for (const at of stops) {
      if (!isWanted()) return null;
      if (!read.has(frameKey(at))) read.set(frameKey(at), placesIn(await loadEmbedding(at), walkers, now.latentDim));
    }
    return stops.length < 2 ? [] : trailsOf(walkers, stops.map((at) => read.get(frameKey(at))));
  };
}

/** @param {Pick<PageValues, "selection" | "classOf" | "named" | "latentDim" | "colorMode">} value */
const walkOf = ({ selection, classOf, named, latentDim, colorMode }) => ({ ids: selection.ids, classOf, named: colorMode === "label" ? null : named, latentDim });

export function mountWays({ state, map, player }) {
  const waysThrough = createWays(player.loadEmbedding);
  let isGone = false;
  const follow = onceAgain(() => render(state.get()), () => !isGone);

  /** @param {PageValues} value */
  async function render({ isForceOn, shown, slotOf, ...rest }) {
    if (!isForceOn || !shown || !rest.classOf) return void map.setTrails([]);
    const now = walkOf(rest);
    const isWanted = () => !isGone && state.get().isForceOn && isSame(now, walkOf(state.get()));
    const ways = await player.stopsOf(shown.runId).then((stops) => waysThrough(stops, now, isWanted)).catch(() => []);
    if (!isWanted()) return void follow();
    const theme = readTheme();
    const colorOf = (index) => (index < 0 ? theme.none : theme.colors[(slotOf[index] ?? index) % theme.colors.length]);
    map.setTrails(ways.map(({ classIndex, path }) => ({ path, latentDim: rest.latentDim, color: colorOf(classIndex) })));
  }

  const stops = [
    state.subscribe(["isForceOn", "shown", "indexed", "selection", "classOf", "themeCount"], follow),
    state.subscribe(["connection"], (value) => (value.connection === "lost" ? undefined : follow())), // what was lost with it
  ];
  return () => {
    isGone = true;
    stops.forEach((stop) => stop());
  };
}

/** The samples that the last run carried furthest, the furthest first. */
export async function movedByLastRun({ server, latentDim }, player) {
  const last = lineOf(server?.runs).findLast((run) => run.last_epoch >= 0);
  if (!last) return new Uint32Array(0);
  const [before, after] = await Promise.all([player.loadBefore(last.run_id), player.loadLast(last.run_id)]);
  const first = before ?? (await player.loadFirst(last.run_id));
  return first && after ? movedMost(first.embedding, after.embedding, latentDim).ids : new Uint32Array(0);
}
