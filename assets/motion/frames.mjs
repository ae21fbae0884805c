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
 * @param {{fetchFrame: (runId: string, attempt: number, n: number, signal: AbortSignal) => Promise<ArrayBuffer>, decode?: (buffer: ArrayBuffer) => any, budget?: number}} options
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
    const buffer = await fetchFrame(at.runId, at.attempt, at.n, entry.ending.signal);
    const frame = decode(buffer);
    const size = buffer.byteLength + (frame.embedding?.byteLength ?? 0);
    if (isPassing && bytes + size > budget) return kept.delete(frameKey(at)) && frame;
    Object.assign(entry, { frame, bytes: size });
    bytes += size;
    forget();
    return frame;
  }

  function leave(key, entry) {
    if (kept.get(key) === entry) kept.delete(key);
  }

  function begin(at, key, isPassing) {
    const entry = { bytes: 0, frame: null, numWaiting: 0, ending: new AbortController() };
    entry.promise = fetchAndDecode(at, entry, isPassing).catch((error) => {
      leave(key, entry);
      throw error;
    });
    return entry;
  }

  /** Once nobody waits for it any more, what is on its way is ended. */
  function letGo(key, entry) {
    entry.numWaiting -= 1;
    if (entry.numWaiting > 0 || entry.frame) return;
    leave(key, entry);
    entry.ending.abort(new DOMException("Nobody waits for this frame.", "AbortError"));
  }

  /**
   * Return the decoded frame at `{runId, attempt, n}`; calls for the same one share a fetch.
   * @param {{runId: string, attempt: number, n: number}} at
   * @param {{signal?: ?AbortSignal, isPassing?: boolean}} options signal: who asked waits no longer; isPassing: no other is forgotten for it
   */
  function load(at, { signal = null, isPassing = false } = {}) {
    const key = frameKey(at);
    const entry = kept.get(key) ?? begin(at, key, isPassing);
    kept.delete(key);
    kept.set(key, entry);
    entry.numWaiting += 1;
    signal?.addEventListener("abort", () => letGo(key, entry), { once: true });
    return entry.promise;
  }

  return { load, peek: (at) => kept.get(frameKey(at))?.frame ?? null };
}
