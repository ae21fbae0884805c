// What each of the two windows shows: Edit, where people work, and Result, what the network makes of it. Pure.
//
// While an Update learns, Edit holds still on the map before it and Result moves. When it has ended Edit is held there,
// so that before and after can be compared, until somebody gestures or asks for the newest. Otherwise Edit stands on the
// newest map, and moves that wait for an Update are shown in it where people put them. One window shows either of the two.

import { hasBegun, isLive } from "../parts/runstates.mjs";

/** @import {Look, Opinion, PageValues, Run, Shown, Worn} from "../records" */

/** The run that is teaching the map right now, beside pretraining: while it does, Edit holds still. */
export function teachingRun(runs) {
  return (runs ?? []).find((run) => run.kind === "fine_tune" && isMoving(run)) ?? null;
}

/** The run that Edit is held before: the one that teaches, then until its map is not the newest any more; else null. */
export function nextHeld({ held, shown, server }) {
  const teaching = teachingRun(server?.runs);
  if (teaching) return teaching.run_id === shown?.runId || teaching.run_id === held ? teaching.run_id : null;
  return held && server?.head?.run_id === held ? held : null;
}

/**
 * The map that Edit stands on next.
 * @param {{base: ?Shown, shown: ?Shown, playback: {mode: string}, server: ?{runs: Run[]}, held: ?string}} of
 *   base: what it stands on now; shown: what the player shows, {embedding, runId, n, epoch, latentDim}; held: what
 *   `nextHeld` said
 * @returns {?Shown} the same value when it stays; null when only what lies before the teaching run would do
 */
export function nextBase({ base, shown, playback, server, held = null }) {
  if (!shown || playback.mode !== "live") return base;
  const teaching = teachingRun(server?.runs);
  if (!teaching && held !== null && base && base.runId !== held) return base;
  if (!teaching || shown.runId !== teaching.run_id) return shown;
  return base?.runId === teaching.run_id ? null : base;
}

/** Whether Edit shows the map before an Update that has ended. */
export const isHeld = ({ held, base, server }) => Boolean(held && base && base.runId !== held && !teachingRun(server?.runs));

const isMoving = (run) => run.on_line && isLive(run) && run.state !== "queued";

/**
 * What the points of the map that a window shows wear, and what the network says of them: where the first window shows
 * another moment than the player, that of its own.
 * @param {Worn & Pick<PageValues, "picture" | "shown" | "editLook">} value of the page's state
 * @param {boolean} [isAside] of the window beside the first, which always has what the player shows
 * @returns {{look: ?Look, mark: ?Uint8Array, classOf: ?Int16Array, slotOf: number[], counts: ?Map<number, number>,
 *   prediction: ?Int16Array, opinion: ?Opinion}} counts: of the points by what `classOf` says
 */
export function wornOf({ picture, shown, editLook, ...of }, isAside = false) {
  const { look, mark, classOf, slotOf, counts, prediction, opinion } = !isAside && picture !== shown && editLook ? editLook : of;
  return { look, mark, classOf, slotOf, counts, prediction, opinion };
}

/** What one window shows when nobody chose: the moving, scrubbed or just taught map, else the one people work on. */
export function paneOf({ playback, server, held = null }) {
  return held || playback.mode !== "live" || (server?.runs ?? []).some(isMoving) ? "result" : "edit";
}

/** Journal position that the run of a map has learned from; a pretraining hears nothing, as before any run. */
export function learnedSeq(runs, runId) {
  const run = (runs ?? []).find((each) => each.run_id === runId && each.kind !== "pretrain");
  return run?.seq ?? 0;
}

/** Whether two windows would say more than one: once an Update has begun. */
export const hasResult = (runs) => (runs ?? []).some((run) => run.kind === "fine_tune" && run.on_line && hasBegun(run));
