// A machine that has slept. Its connections look open, though the app gave them up meanwhile, and a question that was
// under way would wait for an answer that never comes until its time is over. The clock on the wall tells: it goes on
// while timers stand still.
//
//   createWaking({now?, isHidden?, timers?}) -> {signal(), onWake(fn) -> stop, look()}
//     signal()    is aborted once the machine has woken
//     onWake(fn)  hears of it after that
//   waking        the one of this page

const LOOK_MS = 500;
/** After a shorter sleep the app has not given up the page's connections yet: they go on. */
const SLEPT_MS = 10_000;
/** Where nobody sees the page, browsers let its timers run once a minute. */
const HIDDEN_MS = 90_000;

export function createWaking({ now = Date.now, isHidden = () => Boolean(globalThis.document?.hidden), timers = globalThis } = {}) {
  const listeners = new Set();
  let ending = new AbortController();
  let lookedAt = now();

  const tell = () => listeners.forEach((fn) => fn());

  function look() {
    const sleptMs = now() - lookedAt;
    lookedAt = now();
    if (sleptMs < (isHidden() ? HIDDEN_MS : SLEPT_MS)) return;
    const ended = ending;
    ending = new AbortController();
    ended.abort(new DOMException("The machine has slept.", "AbortError"));
    timers.setTimeout(tell, 0); // whoever was waiting hears first that it was in vain
  }

  timers.setInterval(look, LOOK_MS).unref?.(); // nothing stays open for it, outside a browser
  return {
    signal: () => ending.signal,
    onWake(fn) {
      listeners.add(fn);
      return () => listeners.delete(fn);
    },
    look,
  };
}

export const waking = createWaking();
