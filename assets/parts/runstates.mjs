// A run as people read it, on every page, and which run of a project is meant. Pure.

import { num } from "./counting.mjs";

const STATES = {
  queued: ["waits", "line"], running: ["learning", "accent"], stopping: ["stopping", "accent"],
  finished: ["done", "ok"], stopped: ["stopped", "warn"], failed: ["failed", "error"], quarantined: ["set aside", "error"],
};

const LIVE = new Set(["queued", "running", "stopping"]);

/** Whether a run may still bring frames. */
export const isLive = (run) => LIVE.has(run.state);

/** Whether a run has begun: it learns, or has an epoch. */
export const hasBegun = (run) => run.last_epoch >= 0 || (isLive(run) && run.state !== "queued");

/** Whether an Update was taken back before it began, or stopped before its first epoch: there is nothing of it to see. */
export const isForgone = (run) => run.kind === "fine_tune" && run.state === "stopped" && !hasBegun(run);

/** Whether an Update on the line has taught the map, or is about to; one that never came to an epoch has not. */
export const hasTaught = (run) => run.kind === "fine_tune" && run.on_line && (isLive(run) || hasBegun(run));

/** "Pretraining" or "Run 12". */
export const titleOf = (run) => (run.kind === "pretrain" ? "Pretraining" : `Run ${run.number}`);

/** "set aside" */
export const wordOf = (state) => STATES[state][0];

/** The kind of chip it is shown in. */
export const kindOf = (state) => STATES[state][1];

/** Whether a run ended without doing what was asked, by no one's wish. */
export const hasFailed = (state) => state === "failed" || state === "quarantined";

/** The epoch a run is in: while it learns, the one it has not finished yet. */
export function epochOf({ state, last_epoch: last, num_epochs: total }) {
  const isUnderWay = state === "running" || state === "stopping";
  return Math.min(total, Math.max(0, last) + (isUnderWay ? 1 : 0));
}

/** Why a loss is withheld: while the map is arranged alone, one part of the total is not worked out. */
export const LOSS_WITHHELD = "Not comparable while the map is arranged";

/** A loss in three digits that matter. */
export function lossOf(value) {
  if (value === null || value === undefined) return "–";
  return value >= 1000 ? num(Math.round(value)) : String(Number(value.toPrecision(3)));
}

/** Return the run whose frames matter now: the one being trained, else the first that waits. */
export function runToWatch(runs) {
  const live = (runs ?? []).filter((run) => run.on_line !== false && isLive(run));
  return live.find((run) => run.state !== "queued") ?? live[0] ?? null;
}

/** The runs of the line in its order: one that was taken back and is the map again comes after what was taught meanwhile. */
export const lineOf = (runs) => (runs ?? []).filter((run) => run.on_line).sort((a, b) => a.line_place - b.line_place);

/** The run the panel speaks of: the live one, else the last on the line, else the last of all. */
export function runToShow(runs) {
  const byNumber = runs.filter((run) => !isForgone(run)).sort((a, b) => a.number - b.number);
  const live = byNumber.filter(isLive);
  return live.find((run) => run.state !== "queued") ?? live[0] ?? lineOf(byNumber).at(-1) ?? byNumber.at(-1) ?? null;
}

/** The first run that waits while another is shown, else null. */
export function runWaiting(runs) {
  const shown = runToShow(runs);
  const waiting = runs.filter((run) => run.state === "queued" && run.run_id !== shown?.run_id);
  return waiting.sort((a, b) => a.number - b.number)[0] ?? null;
}
