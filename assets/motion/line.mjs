// The line of a project as one stretch of time: runs laid end to end, measured in epochs. Pure.

import { isLive, lineOf } from "../parts/runstates.mjs";

/** @import {LaidFrame, ListedFrame, Run} from "../records" */

/** How many epochs of room a run takes on the line: what it did, or means to do. */
export function spanOf(run) {
  return Math.max(1, isLive(run) ? run.num_epochs : run.last_epoch);
}

/**
 * Lay the runs of the line end to end.
 * @param {Run[]} runs as in the state's answer
 * @returns {{run: Run, start: number, span: number}[]} oldest first; runs that left nothing are skipped
 */
export function layRuns(runs) {
  let start = 0;
  return lineOf(runs)
    .filter((run) => isLive(run) || run.last_epoch >= 0)
    .map((run) => {
      const block = { run, start, span: spanOf(run) };
      start += block.span;
      return block;
    });
}

/** Return where the line ends, in epochs. */
export function lengthOf(blocks) {
  const last = blocks.at(-1);
  return last ? last.start + last.span : 0;
}

/**
 * Return where on the line that is which came after a run: at the run's end, or at that of the last before it where it left nothing.
 * @param {{run: Run, start: number, span: number}[]} blocks
 * @param {Run[]} runs as in the state's answer, those without a block too
 * @param {?string} runId null before any run
 */
export function placeAfter(blocks, runs, runId) {
  const place = runs.find((run) => run.run_id === runId)?.line_place ?? -1;
  const block = blocks.findLast(({ run }) => run.line_place <= place);
  return block ? block.start + block.span : 0;
}

/** Whether `frame` does again what `known` did. The frame a stopped run ends with repeats its last snapshot, and leaves it. */
function replaces(frame, known) {
  if (known.epoch !== frame.epoch) return known.epoch > frame.epoch;
  return frame.is_snapshot || !known.is_snapshot;
}

/** Take newly listed frames into a run's track; what a later attempt did again replaces the older. */
export function mergeFrames(track, frames) {
  const merged = [...track];
  for (const frame of frames) {
    if (merged.length > 0 && merged.at(-1).n >= frame.n) continue;
    while (merged.length > 0 && replaces(frame, merged.at(-1))) merged.pop();
    merged.push(frame);
  }
  return merged;
}

/**
 * Return the frames of a run in their places on the line.
 * @param {{run: Run, start: number, span: number}} block
 * @param {ListedFrame[]} track frames of that run
 * @param {LaidFrame[]} [known] what was returned before: those that have the same place still are taken over as they are
 * @returns {LaidFrame[]} by position
 */
export function layFrames({ run, start, span }, track, known = []) {
  return track.map((frame, nth) => {
    const pos = start + Math.min(frame.epoch, span);
    const before = known[nth];
    return before?.n === frame.n && before.pos === pos ? before : { ...frame, runId: run.run_id, pos };
  });
}

/** Return the index of the last frame at or before `pos`, or -1. */
export function indexAt(frames, pos) {
  let low = 0;
  let high = frames.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (frames[middle].pos <= pos + 1e-6) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/**
 * Return the two frames that a place lies between: the same one twice at the end of the line.
 * @param {LaidFrame[]} frames by position, at least one
 * @param {number} pos
 * @returns {{from: LaidFrame, to: LaidFrame, part: number}} part: of the way from one to the other, 0 to 1
 */
export function betweenAt(frames, pos) {
  const i = Math.max(0, indexAt(frames, pos));
  const [from, to] = [frames[i], frames[i + 1] ?? frames[i]];
  const part = to === from ? 0 : Math.min(1, Math.max(0, (pos - from.pos) / (to.pos - from.pos)));
  return { from, to, part };
}

/** Return the frame before or after `pos` by whole epochs, or null at the end of the line. */
export function stepFrom(frames, pos, direction) {
  const stops = frames.filter((frame) => frame.is_snapshot);
  const candidates =
    direction > 0
      ? stops.filter((frame) => frame.pos > pos + 1e-3)
      : stops.filter((frame) => frame.pos < pos - 1e-3).reverse();
  return candidates[0] ?? null;
}

/** Return the newest snapshot at or before `pos`: whose predictions count there. */
export function snapshotAt(frames, pos) {
  for (let i = indexAt(frames, pos); i >= 0; i -= 1) if (frames[i].is_snapshot) return frames[i];
  return null;
}

/** Return the block that holds `pos`. */
export function blockAt(blocks, pos) {
  return blocks.find(({ start, span }) => pos <= start + span + 1e-6) ?? blocks.at(-1) ?? null;
}
