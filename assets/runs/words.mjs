// What the Runs page says, from values. Nothing here touches the page.

import { epochOf, hasFailed, isLive, lossOf, titleOf, wordOf } from "../parts/runstates.mjs";
import { byHandTip, isOfHand } from "../parts/byhand.mjs";
import { byLabelOf, byLabelTip } from "../parts/bylabel.mjs";
import { classAt, livingClass } from "../parts/classes.mjs";
import { many, num, points } from "../parts/counting.mjs";
import { progressOf } from "../teaching/runpanel.mjs";
import { placed } from "../teaching/gestures.mjs";

/** "84.6 %", or "–" where it is withheld. */
export const percent = (share) => (Number.isFinite(share) ? `${(100 * share).toFixed(1)} %` : "–");

/** "6 s", "2 min", "1.5 h". */
export function timeOf(seconds) {
  if (!Number.isFinite(seconds)) return "–";
  if (seconds < 90) return `${seconds < 10 ? Number(seconds.toFixed(1)) : Math.round(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${Number((seconds / 3600).toFixed(1))} h`;
}

/** Seconds a run took so far; null before it started. */
export function tookOf({ started_at: from, ended_at: to }, now = Date.now()) {
  if (!from) return null;
  return Math.max(0, ((to ? Date.parse(to) : now) - Date.parse(from)) / 1000);
}

/** "213 names, 24 moves"; a pretraining learns from none. */
export function learnedOf(run, record) {
  if (run.kind === "pretrain") return "the samples alone";
  const { num_named: named, num_moved: moved } = record ?? {};
  const parts = [named ? many(named, "name") : "", moved ? many(moved, "move") : ""].filter(Boolean);
  return parts.join(", ") || (record ? "places alone" : "–");
}

/** The knobs of a run that are not where they usually stand, "Pull 3, Epochs 12"; "usual" else. */
export function settingsOf(run, knobs) {
  if (run.kind === "pretrain") return run.config.preset;
  const table = knobs[run.config.preset] ?? [];
  const turned = table.filter(({ name, default: usual }) => run.config[name] !== usual);
  return turned.map(({ name, label }) => `${label} ${lossOf(run.config[name])}`).join(", ") || "usual";
}

/** "7 of 12" while it learns or where it ended early, "12" else. */
export function epochsOf(run) {
  const done = isLive(run) ? epochOf(run) : Math.max(0, run.last_epoch);
  return done === run.num_epochs && !isLive(run) ? String(done) : `${done} of ${run.num_epochs}`;
}

/** "Pretraining" or "run 9". */
export const nameOf = (run) => (run.kind === "pretrain" ? "pretraining" : `run ${run.number}`);

/** Why a run has no epoch, as a sentence; "" where one is on its way. */
export function whyNoEpoch({ state }) {
  if (state === "queued") return "It has not begun.";
  if (hasFailed(state)) return "It failed before its first epoch.";
  if (state === "stopped") return "It was stopped before its first epoch.";
  return "";
}

/** Short for the end of a line: "12", "pre". */
export const shortOf = (run) => (run.kind === "pretrain" ? "pre" : String(run.number));

/** "Compare 9 and 12", "Compare pretraining and 1": the older first. */
export const compareWords = (older, newer) => `Compare ${[older, newer].map((run) => (run.kind === "pretrain" ? nameOf(run) : shortOf(run))).join(" and ")}`;

/** The row of a run in the table. */
export function rowOf(run, record, knobs, { now = Date.now() } = {}) {
  return {
    run_id: run.run_id, number: run.number, title: titleOf(run), is_live: isLive(run),
    state: run.state, who: run.is_mine ? "you" : run.author,
    learned: learnedOf(run, record), settings: settingsOf(run, knobs), epochs: epochsOf(run),
    seconds: tookOf(run, now), took: timeOf(tookOf(run, now)),
    loss: run.metrics.loss ?? null, accuracy: run.metrics.held_out_accuracy ?? null, by_label: byLabelOf(run.metrics), by_hand: isOfHand(run.metrics), accuracy_tip: byLabelTip(run.metrics) || byHandTip(run.metrics),
    curve: record?.accuracy ?? [], num_epochs: run.num_epochs, note: run.error ?? (run.state === "queued" ? progressOf(run) : ""), on_line: run.on_line,
  };
}

/** Whether a row is looked for. Pure. @param {ReturnType<typeof rowOf>} row @param {{text: string, who: string, state: string}} wanted "" takes all */
export function isWanted(row, { text, who, state }) {
  if (who && row.who !== who) return false;
  if (state && wordOf(row.state) !== state) return false;
  const words = `${row.title} ${row.who} ${wordOf(row.state)} ${row.learned} ${row.settings}`.toLowerCase();
  return text.toLowerCase().split(/\s+/).every((part) => words.includes(part));
}

/** What the interval of a gain means, as a sentence in pieces: [text, strong]. */
export function gainWords({ mean, low, high, verdict, reason }) {
  if (verdict === null || verdict === undefined) return [reason || "Withheld.", ""];
  const end = { "real gain": "A real gain.", "may be chance": "It may be chance.", "no effect": "No effect.", harm: "It does harm." }[verdict];
  return [`Change ${points(mean)} points, 95 % interval ${points(low)} to ${points(high)}.`, end];
}

/** What a class that a run learned is called now, "dog (was hound)" where it was merged since: a run learned them as two. Null where it was taken back. */
export function calledNow(classes, index) {
  const own = classAt(classes, index);
  const into = own && classAt(classes, livingClass(placed(classes), index));
  return into && into !== own ? `${into.name} (was ${own.name})` : own?.name ?? null;
}

/** "9 samples of cookie taken for donut". */
export function cellWords(number, trueName, saidName, isRight) {
  if (isRight) return [many(number, "sample"), ` of ${trueName}, all told rightly`];
  return [many(number, "sample"), ` of ${trueName} taken for ${saidName}`];
}

/** Why there is no confusion matrix, "" where there is one. */
export function noConfusion({ num_known: known, num_held_out: held, is_predicted: isPredicted }) {
  if (held === 0) return "This data set has no held-out samples, so nothing measures the network. Bring it in again with a share held out.";
  if (!isPredicted) return "Nothing is predicted yet. Name samples of at least two classes, then Update.";
  if (known === 0) return `Of ${num(held)} held-out samples none has a known class. Name some of them, or bring labels on the Data page.`;
  return "";
}
