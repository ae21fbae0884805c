// The line of a project as this page knows it: its runs, and the frames listed of each. A frame is laid in its place once,
// and again only where its run has another: whoever plays the line looks at all of it many times a second.

import { layFrames, layRuns, mergeFrames } from "./line.mjs";

/** @import {LaidFrame, ListedFrame, Run} from "../records" */

/** @type {ListedFrame[]} */
const NO_FRAMES = [];

export function createKnownLine() {
  /** @type {Map<string, ListedFrame[]>} */
  const tracks = new Map();
  const laid = new Map(); // of a run, {start, span, track, frames}
  let blocks = [];
  let all = null;

  const trackOf = (runId) => tracks.get(runId) ?? NO_FRAMES;

  function framesOf({ run, start, span }) {
    const track = trackOf(run.run_id);
    const known = laid.get(run.run_id);
    if (known && known.track === track && known.start === start && known.span === span) return known.frames;
    const frames = layFrames({ run, start, span }, track, known?.frames);
    laid.set(run.run_id, { start, span, track, frames });
    return frames;
  }

  return {
    /** @returns {{run: Run, start: number, span: number}[]} as `layRuns` lays them */
    blocks: () => blocks,
    /** @returns {ListedFrame[]} the frames listed of a run, as the server tells them; on the line or not */
    trackOf,
    /** @returns {LaidFrame[]} the frames of one block, as `layFrames` lays them */
    framesOf,
    /** @returns {LaidFrame[]} those of the whole line, by position; the same array until something changes */
    frames: () => (all ??= blocks.flatMap(framesOf)),
    /** @returns {?LaidFrame} the last one of the line */
    newest() {
      const last = blocks.findLast(({ run }) => trackOf(run.run_id).length > 0);
      return last ? framesOf(last).at(-1) : null;
    },
    /** Take in the runs of a new state. */
    setRuns(runs) {
      blocks = layRuns(runs);
      all = null;
    },
    /** Take in newly listed frames of one run. */
    add(runId, list) {
      tracks.set(runId, mergeFrames(trackOf(runId), list));
      all = null;
    },
  };
}
