// A page and a server of which each answer can be set, for tests of assets/motion/sync.mjs.

import { createState } from "../../../assets/parts/state.mjs";
import { createSync } from "../../../assets/motion/sync.mjs";

export const RUN = { run_id: "r", state: "running", on_line: true, last_n: 2 };

export function stage(server = {}) {
  const told = { frames: [], errors: [], asked: [], flushed: 0, gone: 0, seqs: [] };
  let now = 0;
  let isHidden = false;
  const answers = { state: { digest: "d1", seq: 1, runs: [], ...server }, frames: { state: "running", frames: [] } };
  const api = {
    state: async (_, digest, seq) => { told.asked.push(["state", digest]); told.seqs.push(seq); return answers.state; },
    annotation: async (_, seq) => { told.asked.push(["annotation", seq]); return Int16Array.of(seq, -1).buffer; },
    frames: async (runId, after) => { told.asked.push(["frames", after]); return answers.frames; },
  };
  const state = createState({ projectId: "p", server: null, annotationSeq: -1, annotation: null, connection: "ok" });
  const outbox = { count: () => 0, flush: () => { told.flushed += 1; } };
  const wakers = new Set();
  const waking = { onDoubt: (fn) => { wakers.add(fn); return () => wakers.delete(fn); } };
  const sync = createSync({ waking, api, state, outbox, now: () => now, isHidden: () => isHidden, onError: (e) => told.errors.push(e), onGone: () => { told.gone += 1; }, onFrames: (id, list) => told.frames.push(...list) });
  return { sync, state, told, answers, api, outbox, pass: (ms) => { now += ms; }, hide: (isIt) => { isHidden = isIt; }, wake: () => wakers.forEach((fn) => fn()) };
}

export const asks = (told) => told.asked.filter(([what]) => what === "state").length;
