// Sends a file piece by piece, and goes on by itself when the connection comes back.
//
//   send({source, importId, received, api, signal, onProgress, wait?, now?}) -> Promise<the import>
//     source      {size, read(at, length)}
//     api         {piece(importId, at, bytes, signal), look(importId)}
//     onProgress  hears {sent, size, rate, left, isLost}; rate in bytes/s, left in s, both null at first
//     rejects with an AbortError after signal's abort, with the refusal when the server refuses

import { pause } from "../parts/pausing.mjs";

const FIRST = 256 * 1024;
const LEAST = FIRST / 4;
export const MOST = 8_000_000; // bytes of a piece
const GOAL_S = 0.8; // pieces take about this long: often enough for the eye, and for Cancel
const WAITS_MS = [500, 1000, 2000, 4000, 8000];
const MEMORY_S = 6;

/** How long the next piece should be, from what the last one took. */
export function nextLength(length, seconds) {
  const fitting = (length * GOAL_S) / Math.max(seconds, 0.001);
  return Math.round(Math.min(MOST, Math.max(LEAST, Math.min(fitting, length * 4))));
}

/** Bytes a second over the last seconds; null until there is something to go by. */
export function createRate(now) {
  const seen = []; // {at, bytes}
  return {
    add(bytes) {
      seen.push({ at: now(), bytes });
      while (seen.length > 2 && seen.at(-1).at - seen[0].at > MEMORY_S * 1000) seen.shift();
    },
    forget: () => seen.splice(0),
    value() {
      if (seen.length < 2) return null;
      const seconds = (seen.at(-1).at - seen[0].at) / 1000;
      return seconds > 0 ? (seen.at(-1).bytes - seen[0].bytes) / seconds : null;
    },
  };
}

export async function send({ source, importId, received, api, signal, onProgress, wait = pause, now = () => performance.now() }) {
  const rate = createRate(now);
  let at = received;
  let length = FIRST;
  let losses = 0;

  function tell(isLost = false) {
    const perSecond = rate.value();
    onProgress({ sent: at, size: source.size, rate: perSecond, left: perSecond ? (source.size - at) / perSecond : null, isLost });
  }

  /** Ask how much arrived; false where there is no answer. */
  async function lookUp() {
    const there = await api.look(importId).catch((error) => { if (!error.isLost) throw error; });
    if (there) at = there.received;
    return Boolean(there);
  }

  /** Wait longer after each loss in a row, then ask how much arrived. */
  async function comeBack() {
    tell(true);
    rate.forget();
    await wait(WAITS_MS[Math.min(losses, WAITS_MS.length - 1)], signal);
    losses += 1;
    await lookUp();
  }

  tell();
  rate.add(at);
  for (;;) {
    signal.throwIfAborted();
    const bytes = await source.read(at, length);
    const began = now();
    try {
      const there = await api.piece(importId, at, bytes, signal);
      at = there.received;
      losses = 0;
      if (bytes.length === length) length = nextLength(length, (now() - began) / 1000);
      rate.add(at);
      tell();
      if (at >= source.size) return there;
    } catch (error) {
      signal.throwIfAborted();
      if (!error.isLost && error.code !== "other_place") throw error;
      // lost may mean that the network turned slow: a piece of before would never again arrive in its time
      if (error.isLost) length = Math.max(LEAST, Math.round(length / 4));
      if (error.isLost || !(await lookUp())) await comeBack();
    }
  }
}
