// A server that an import talks to, for tests.

import { createImporting, EMPTY } from "../../../assets/data/importing.mjs";
import { createState } from "../../../assets/parts/state.mjs";
import { ApiError } from "../../../assets/shell/api.mjs";
import { storageOf } from "../storage.mjs";

export const OUTLINE = { kind: "image", sample_shape: [1, 2, 2], columns: [], treatment: [], chosen: {} };
export const look = (state, more = {}) => ({ import_id: "i1", name: "a.zip", size: 4, received: 4, state, options: {}, outline: null, summary: null, ...more });
export const READY = look("ready", { outline: OUTLINE, summary: { num_samples: 1, classes: [] } });
export const source = { name: "a.zip", size: 4, imprint: [1, 2, 3], read: async (at, length) => new Uint8Array(Math.min(length, 4 - at)) };

/** A server that answers looks in turn, and notes what it was asked. */
export function setup(looks, more = {}) {
  const asked = [];
  const told = { refused: [], kept: [], there: [], fetched: [] };
  const answer = (name, value) => async (...args) => { asked.push([name, ...args].filter((each) => typeof each !== "object")); if (value instanceof Error) throw value; return value; };
  const api = {
    begin: answer("begin", look("receiving", { received: 0 })), piece: answer("piece", look("reading")),
    look: async () => looks.shift() ?? READY, samples: answer("samples", new Uint8Array([0, 0, 1]).buffer),
    cancel: answer("cancel", {}), keep: answer("keep", look("kept", { project_id: "p1" })), read: answer("read", look("reading")), sample: answer("sample", READY), ...more,
  };
  const state = createState(EMPTY);
  const imprints = storageOf();
  const importing = createImporting({ api, state, storage: storageOf(), imprints, onRefused: (sentence, there, isFetched) => { told.refused.push(sentence); told.there.push(there?.import_id ?? null); told.fetched.push(isFetched); }, onKept: (id) => told.kept.push(id) });
  return { importing, state, asked, told, imprints, names: () => asked.map((each) => each[0]) };
}

/** Fails so often, then answers. */
export const lostFirst = (times, value) => async () => { if (times-- > 0) throw new ApiError({ message: "Connection lost." }); return value; };
