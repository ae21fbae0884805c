// The snapshots of a project's line: which one counts where, and what the map was before a run, in it and after it.

import { isLive } from "../parts/runstates.mjs";
import { snapshotAt } from "./line.mjs";

/** @import {Frames, KnownLine} from "../records" */

const MOST_SNAPSHOTS = 24;

/**
 * Find and load snapshots; the frame list of a run that ended is asked for where it is not known yet.
 * @param {object} options
 * @param {Frames} options.frames
 * @param {(runId: string) => Promise<void>} options.needIndex asks for the frame list of an older run
 * @param {KnownLine} options.line what `createKnownLine` returned
 */
export function createSnapshots({ frames, needIndex, line }) {
  /** The newest one in these runs at or before `pos`, or null: lists are asked for only as far back as it takes. */
  async function newestIn(some, pos = Infinity) {
    for (const block of [...some].reverse()) {
      if (!isLive(block.run)) await needIndex(block.run.run_id); // those of a live one come by themselves
      const found = snapshotAt(line.framesOf(block), pos);
      if (found) return found;
    }
    return null;
  }

  /** The newest snapshot of the line at or before `pos`, also one of an earlier run: whose predictions count there. */
  const newestAt = (pos) => newestIn(line.blocks().filter(({ start }) => start <= pos + 1e-6), pos);

  async function loadAt(at) {
    const { embedding, epoch, prediction, confidence, uncertainty } = await frames.load(at);
    return { embedding, prediction, confidence, uncertainty, runId: at.runId, n: at.n, epoch };
  }

  function newestBefore(runId) {
    const number = line.blocks().findIndex(({ run }) => run.run_id === runId);
    return newestIn(line.blocks().slice(0, Math.max(0, number)));
  }

  /** Load the newest snapshot before a run: {embedding, prediction, confidence, uncertainty, runId, n, epoch}, or null. */
  async function loadBefore(runId) {
    const at = await newestBefore(runId);
    return at && loadAt(at);
  }

  async function snapshotsOf(runId) {
    await needIndex(runId);
    return line.trackOf(runId).filter((frame) => frame.is_snapshot).map((frame) => ({ ...frame, runId }));
  }

  /** Load a run's newest snapshot in the same form, or null. */
  async function loadLast(runId) {
    const at = (await snapshotsOf(runId)).at(-1);
    return at ? loadAt(at) : null;
  }

  /** Load a run's first snapshot, or null. */
  async function loadFirst(runId) {
    const [at] = await snapshotsOf(runId);
    return at ? loadAt(at) : null;
  }

  /** Find the snapshots before a run and after its epochs: the newest, and at most some of the others, evenly spread. */
  async function stopsOf(runId) {
    const all = await snapshotsOf(runId);
    const stride = Math.max(1, Math.ceil(all.length / MOST_SNAPSHOTS));
    const some = all.filter((_, nth) => nth % stride === 0 || nth === all.length - 1);
    const before = await newestBefore(runId);
    return [...(before ? [before] : []), ...some];
  }

  /** Load where the points were at one of them; frames that are watched keep their place in memory. */
  const loadEmbedding = async (at) => (await frames.load(at, { isPassing: true })).embedding;

  return { newestAt, loadBefore, loadFirst, loadLast, stopsOf, loadEmbedding };
}
