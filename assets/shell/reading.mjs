// How a page asks the server for what it shows, one question of a kind at a time.
//
//   createReading({onError, wait?}) -> {ask(key, read, use), isAsking(), stop()}
//     ask    read(signal) fetches, use(found) shows it. The same key again is the same question: it is asked once, and
//            anew only after a refusal; null is a new one each time. A newer question ends the one before, whose answer
//            and error are dropped. -> Promise<boolean>, after the first try: whether it is shown
//     onError  hears refusals of the newest question, and what breaks in `use`
//
// A lost connection is no error of a question: it is asked again, after longer and longer pauses, until there is an
// answer or nobody wants one. That the connection is lost, the page's bar says (`onConnection` of api.mjs).

import { pause } from "../parts/pausing.mjs";

const PAUSES_MS = [500, 1000, 2000, 4000];

export function createReading({ onError, wait = pause }) {
  let newest = null;

  function end() {
    newest?.controller.abort(new DOMException("A newer question was asked.", "AbortError"));
    newest = null;
  }

  function ask(key, read, use) {
    if (newest && key !== null && newest.key === key) return newest.tried;
    end();
    const mine = { key, read, use, controller: new AbortController(), isAnswered: false, tried: null };
    newest = mine;
    mine.tried = attempt(mine, 0);
    return mine.tried;
  }

  async function attempt(mine, losses) {
    const { signal } = mine.controller;
    try {
      const found = await mine.read(signal);
      if (signal.aborted) return false;
      await mine.use(found);
      mine.isAnswered = true;
      return !signal.aborted;
    } catch (error) {
      if (signal.aborted) return false;
      if (error.isLost) askAgain(mine, losses);
      else refuse(mine, error);
      return false;
    }
  }

  async function askAgain(mine, losses) {
    const { signal } = mine.controller;
    await wait(PAUSES_MS[Math.min(losses, PAUSES_MS.length - 1)], signal).catch(() => {});
    if (!signal.aborted) mine.tried = attempt(mine, losses + 1);
  }

  function refuse(mine, error) {
    if (newest === mine) newest = null;
    onError(error);
  }

  return { ask, isAsking: () => newest !== null && !newest.isAnswered, stop: end };
}
