// The ways points went through the run on screen, drawn while Force is on: of the selection, else of the classes.

import { classTrails, movedMost, pathOf } from "./moved.mjs";
import { lineOf } from "../parts/runstates.mjs";
import { readTheme } from "../parts/theme.mjs";

/** Selected points whose ways are drawn; more would be a thicket. */
const MOST_POINTS = 40;

/**
 * @param {{snapshots: Float32Array[], latentDim: number, ids: Uint32Array, classOf: Int16Array, named: ?Int16Array}} of
 * @returns {{classIndex: number, path: Float32Array}[]} of the selected points, of the classes where none is selected
 */
export function waysOf({ snapshots, latentDim, ids, classOf, named }) {
  if (snapshots.length < 2) return [];
  if (ids.length === 0) return classTrails(snapshots, classOf, latentDim, named);
  return [...ids.slice(0, MOST_POINTS)].map((id) => ({ classIndex: classOf[id], path: pathOf(snapshots, id, latentDim) }));
}

export function mountWays({ state, map, player }) {
  let turn = 0;

  async function render({ isForceOn, shown, selection, classOf, named, latentDim, slotOf, colorMode }) {
    turn += 1;
    const mine = turn;
    if (!isForceOn || !shown || !classOf) return map.setTrails([]);
    const snapshots = await player.loadSnapshots(shown.runId).catch(() => []);
    if (mine !== turn) return undefined;
    const theme = readTheme();
    const colorOf = (index) => (index < 0 ? theme.none : theme.colors[(slotOf[index] ?? index) % theme.colors.length]);
    const ways = waysOf({ snapshots, latentDim, ids: selection.ids, classOf, named: colorMode === "label" ? null : named });
    return map.setTrails(ways.map(({ classIndex, path }) => ({ path, latentDim, color: colorOf(classIndex) })));
  }

  const stops = [
    state.subscribe(["isForceOn", "shown", "indexed", "selection", "classOf", "themeCount"], render),
    state.subscribe(["connection"], (value) => (value.connection === "lost" ? undefined : render(value))), // what was lost with it
  ];
  return () => {
    turn += 1;
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
