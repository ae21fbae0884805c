// Comments as threads, what each is about, and where on the map. Pure.

import { num, samples } from "../parts/counting.mjs";

/** Threads with their replies, open ones first, numbered in the order they were begun; what was deleted stays only where it is answered. */
export function threadsOf(comments) {
  const repliesTo = new Map();
  for (const each of comments) if (each.reply_to !== null && !each.is_deleted) (repliesTo.get(each.reply_to) ?? repliesTo.set(each.reply_to, []).get(each.reply_to)).push(each);
  const heads = comments.filter((each) => each.reply_to === null && (!each.is_deleted || repliesTo.has(each.comment_id)));
  const threads = heads.map((head, nth) => ({ head, number: nth + 1, replies: repliesTo.get(head.comment_id) ?? [] }));
  return threads.sort((a, b) => Number(a.head.resolved_by !== null) - Number(b.head.resolved_by !== null) || b.number - a.number);
}

/** Some of the samples a comment is about, ascending: enough to say where it is. */
export const someOf = ({ some = [] }) => Uint32Array.from(some);

/** What a comment is about, in a few words. @param {{kind: string, run_id?: string}} about @param {number} count @param {import("../records").Run[]} runs @param {?number} sample */
export function aboutWords({ kind, run_id: runId }, count, runs, sample = null) {
  if (kind === "run") {
    const run = runs.find((each) => each.run_id === runId);
    return !run ? "a run" : run.kind === "pretrain" ? "pretraining" : `run ${run.number}`;
  }
  if (kind === "point") return `sample ${Number.isInteger(sample) ? num(sample) : ""}`.trim();
  return kind === "region" ? `region, ${samples(count)}` : samples(count);
}

const median = (values) => Float64Array.from(values).sort()[values.length >> 1];

/** Where a comment's marker stands in map units, by the places of its samples: null where it has no place. */
export function placeOf(comment, ids, { placeOf: placeOfSample, latentDim }) {
  if (comment.kind === "region" && latentDim === 2 && comment.path?.length) {
    const sum = comment.path.reduce(([a, b], [x, y]) => [a + x, b + y], [0, 0]);
    return sum.map((each) => each / comment.path.length);
  }
  const places = Array.from(ids, placeOfSample).filter(Boolean);
  return places.length === 0 ? null : Array.from({ length: latentDim }, (_, axis) => median(places.map((place) => place[axis])));
}

/** What a new comment would be about: the selection, on the map it was drawn on, else the run that is looked at. */
export function targetOf({ selection, latentDim, shown }, step, wantsRegion) {
  const drawnOn = selection.snapshot ?? shown;
  const snapshot = drawnOn ? { run_id: drawnOn.runId, n: drawnOn.n } : undefined;
  const count = selection.ids.length;
  if (count > 0) {
    const isFrame = !drawnOn?.part; // between two of them a path is of a picture that is not kept
    const path = selection.region && latentDim === 2 && isFrame ? selection.region.path : null;
    if (path && path.length >= 3 && wantsRegion) return { kind: "region", ids: selection.ids, path: thinned(path), snapshot };
    return { kind: count === 1 ? "point" : "selection", ids: selection.ids, path: null, snapshot, couldBeRegion: Boolean(path && path.length >= 3) };
  }
  return step?.run ? { kind: "run", ids: new Uint32Array(0), path: null, run_id: step.run.run_id } : null;
}

/** At most 400 corners of an outline. */
function thinned(path) {
  const stride = Math.ceil(path.length / 400);
  return path.filter((_, nth) => nth % stride === 0).map(([x, y]) => [x, y]);
}
