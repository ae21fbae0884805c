// Live: the map goes where the project's newest is.

import { isLive } from "../parts/runstates.mjs";
import { TWEEN_MS, tweenMs } from "./pace.mjs";

/** @import {FrameAt, KnownLine} from "../records" */

/** The newest frame of a run that moves; a map that is forming is first shown as it began. */
function newestOf(frames, { run }, isFirst) {
  const isBeginning = isFirst && run.kind === "pretrain" && frames.length > 1;
  return { at: isBeginning ? frames[0] : frames.at(-1), isBeginning, ease: "linear" };
}

/**
 * The frame that leads: of the run that moves, else the head. Pure.
 * @param {KnownLine} line what `createKnownLine` returned
 * @param {?{run_id: string, attempt: number, n: number, epoch: number}} head of the state
 * @param {boolean} isFirst whether nothing is on screen yet
 * @returns {?{at: FrameAt & {epoch: number, pos: number}, ease: string, isBeginning: boolean}} null where nothing is known
 */
export function leadOf(line, head, isFirst) {
  // Not simply the last run: one that waits behind the moving one has no frames yet.
  const moving = line.blocks().findLast(({ run }) => isLive(run) && line.trackOf(run.run_id).length > 0);
  if (moving) return newestOf(line.framesOf(moving), moving, isFirst);
  const newest = line.newest();
  if (!head) return newest && { at: newest, isBeginning: false, ease: "out" };
  const { run_id: runId, attempt, n, epoch } = head;
  const start = line.blocks().find(({ run }) => run.run_id === runId)?.start ?? 0;
  return { at: { runId, attempt, n, epoch, pos: start + epoch }, isBeginning: false, ease: "out" };
}

export function createFollowing({ line, playhead, screen, onError }) {
  let head = null;
  let held = null; // what leads elsewhere and is on its way: until then no newer frame is shown
  let isUnderWay = false;

  /** What leads and is not on screen. */
  function next() {
    const lead = held === null ? leadOf(line, head, screen.runId() === null) : null;
    return lead && !screen.isShown(lead.at) ? lead : null;
  }

  /** Go where the newest is; while a frame is being fetched the next call finds the newest again. */
  async function follow() {
    if (playhead.mode() !== "live" || isUnderWay) return;
    isUnderWay = true;
    try {
      for (let lead = next(); lead && playhead.mode() === "live"; lead = next()) {
        await screen.show(lead.at, lead.ease === "out" ? TWEEN_MS.most : tweenMs(screen.age()), lead.ease);
        if (lead.isBeginning) screen.setOld();
      }
    } catch (error) {
      onError(error);
    } finally {
      isUnderWay = false;
    }
  }

  /** Be led by the newest again; until `ready`, which leads elsewhere, what is on screen stays, and where it comes to false, until the next line. */
  async function goLive(ready = null) {
    playhead.command("live");
    held = ready;
    if ((await ready) === false) return undefined;
    if (held === ready) held = null;
    return follow();
  }

  /** Take in the head of a new line: nothing else is on its way any more. */
  function setHead(newHead) {
    head = newHead;
    held = null;
  }

  return { follow, goLive, setHead };
}
