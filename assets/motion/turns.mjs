// One piece of work at a time, and the newest next: what came between is passed over.
//
//   createTurns({wait}) -> take(isWanted, work)
//     take   waits for the work under way, for LEFT_MS at most, ends it, and begins `work(signal)` if that `isWanted` still

/** How long what is not wanted any more may still be waited for. */
const LEFT_MS = 250;

export function createTurns({ wait }) {
  let underWay = null; // {done, ending}

  return async function take(isWanted, work) {
    const before = underWay;
    if (before) await Promise.race([before.done.catch(() => {}), wait(LEFT_MS)]);
    if (!isWanted()) return;
    before?.ending.abort();
    const ending = new AbortController();
    const mine = { ending, done: work(ending.signal) };
    underWay = mine;
    try {
      await mine.done;
    } catch (error) {
      if (!ending.signal.aborted) throw error;
    } finally {
      if (underWay === mine) underWay = null;
    }
  };
}
