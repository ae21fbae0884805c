// Frames by their immutable address: fetched once, decoded once, kept while memory allows.

import { decodeFrame } from "../parts/codec.mjs";

const BUDGET_BYTES = 128 * 1024 * 1024;

/** Return the name of a frame within the cache. */
export const frameKey = ({ runId, attempt, n }) => `${runId}/${attempt}-${n}`;

/** Read on in the list of a run's frames, by pages of whatever length, until its last is known or nothing more comes. */
export async function readToLast(run, cursor, pull) {
  while (cursor() < (run?.last_n ?? 0) && (await pull()) > 0);
}

/**
 * Load frames, or what else has a frame's address, through a cache that forgets the least recently used first.
 * @param {{fetchFrame: function(string, number, number): Promise<ArrayBuffer>, decode?: function(ArrayBuffer): object, budget?: number}} options
 */
export function createFrames({ fetchFrame, decode = decodeFrame, budget = BUDGET_BYTES }) {
  const kept = new Map();
  let bytes = 0;

  function forget() {
    for (const [key, entry] of kept) {
      if (bytes <= budget) return;
      if (!entry.bytes) continue;
      kept.delete(key);
      bytes -= entry.bytes;
    }
  }

  async function fetchAndDecode(at, entry, isPassing) {
    const buffer = await fetchFrame(at.runId, at.attempt, at.n);
    const frame = decode(buffer);
    const size = buffer.byteLength + (frame.embedding?.byteLength ?? 0);
    if (isPassing && bytes + size > budget) return kept.delete(frameKey(at)) && frame;
    Object.assign(entry, { frame, bytes: size });
    bytes += size;
    forget();
    return frame;
  }

  /** Return the decoded frame at `{runId, attempt, n}`; calls for the same one share a fetch. One in passing makes no other be forgotten. */
  function load(at, { isPassing = false } = {}) {
    const key = frameKey(at);
    const known = kept.get(key);
    if (known) {
      kept.delete(key);
      kept.set(key, known);
      return known.promise;
    }
    const entry = { bytes: 0, frame: null };
    kept.set(key, entry);
    entry.promise = fetchAndDecode(at, entry, isPassing).catch((error) => {
      kept.delete(key);
      throw error;
    });
    return entry.promise;
  }

  return { load, peek: (at) => kept.get(frameKey(at))?.frame ?? null };
}
