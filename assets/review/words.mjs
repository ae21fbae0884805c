// The sentences of the Review page. Pure.

import { num, samples } from "../parts/counting.mjs";
import { isForgone, titleOf, wordOf } from "../parts/runstates.mjs";
import { VERBS } from "../parts/verbs.mjs";

/** The time of day; with the date where it was another day. */
export function when(seconds, now = new Date()) {
  if (seconds === null || seconds === undefined) return "";
  const at = new Date(seconds * 1000);
  const time = at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  if (at.toDateString() === now.toDateString()) return time;
  const day = at.toLocaleDateString("en-GB", { day: "numeric", month: "short", ...(at.getFullYear() === now.getFullYear() ? {} : { year: "numeric" }) });
  return `${day}, ${time}`;
}

/** "you", else the display name. */
export const who = ({ author, is_mine: isMine }) => (isMine ? "you" : author);

const upper = (text) => text.slice(0, 1).toUpperCase() + text.slice(1);

/** "213 names, 24 moves": what was said, most first. */
export function summary(counts) {
  const parts = Object.entries(counts).filter(([verb]) => verb in VERBS).sort((a, b) => b[1] - a[1]);
  return parts.map(([verb, count]) => `${num(count)} ${VERBS[verb].nouns[count === 1 ? 0 : 1]}`).join(", ");
}

/** What a step is called where nobody gave it a name. */
export function plainTitle(step) {
  if (step.kind === "run" && step.run) return titleOf(step.run);
  if (step.kind === "start") return step.run ? titleOf(step.run) : "The beginning";
  return upper(step.text || summary(step.counts) || "nothing that stands");
}

export const stepTitle = (step) => step.name || plainTitle(step);

/** The second line of a step: what else is to say of it. */
export function stepNote(step) {
  const parts = [];
  if (step.branch) parts.push(`branch ${step.branch}`);
  if (step.name) parts.push(plainTitle(step));
  if (step.run && step.run.state !== "finished") parts.push(isForgone(step.run) ? "stopped before its first epoch" : wordOf(step.run.state));
  if (step.kind !== "gestures" || parts.length === 0) parts.push(step.num_named === 0 ? "no names" : `${num(step.num_named)} named`);
  return parts.join(", ");
}

/** "you, 14:32" */
export const stepBy = (step, now) => [step.author ? who(step) : "", when(step.at ?? step.run?.at, now)].filter(Boolean).join(", ");

/** The small line below a log entry: from what, on which map. */
export function lineNote({ from, run, epoch, is_end: isEnd, verb, stands, settles, remarks, num_changed: numChanged, count }) {
  const parts = [];
  if (!stands) parts.push("taken back");
  if (settles) parts.push("settles a disagreement");
  const isSaid = ["annotate", "move", "clear", "mark_unsure"].includes(verb);
  if (isSaid && from.length > 0) parts.push(`from ${from.map(([name, n]) => (from.length > 1 ? `${name} (${num(n)})` : name)).join(", ")}`);
  if (isSaid && verb !== "move" && numChanged < count) parts.push(numChanged === 0 ? "nothing changed" : `${num(count - numChanged)} were like that already`);
  if (!isSaid && numChanged > 0) parts.push(`${samples(numChanged)} changed`);
  if (run !== null && run !== undefined) parts.push(`on ${run === 0 ? "the pretraining" : `run ${run}`}${epoch === null || isEnd ? "" : `, epoch ${Number.isInteger(epoch) ? num(epoch) : epoch.toFixed(1)}`}`);
  return [parts.join(", "), ...remarks].filter(Boolean).join(". ");
}

/** A measure of agreement: two digits, or what stands for none. */
export const figure = (value) => (value === null || value === undefined ? "–" : value.toFixed(2));
