// A machine that has slept. Its connections look open, though the app gave them up meanwhile, and a question that was
// under way would wait for an answer that never comes until its time is over. The clock on the wall tells: it goes on
// while timers stand still. And a network that came or went, as the browser says: the server may be there all the same,
// on this machine, so nothing is ended for it.
//
//   createWaking({now?, isHidden?, timers?, network?}) -> {signal(), onWake(fn) -> stop, onDoubt(fn) -> stop, look()}
//     signal()     is aborted once the machine has woken
//     onWake(fn)   hears of it after that
//     onDoubt(fn)  hears of it, too, and of the network: what this page knows may be old, and its connections dead
//   waking         the one of this page

const LOOK_MS = 500;
/** After a shorter sleep the app has not given up the page's connections yet: they go on. */
const SLEPT_MS = 10_000;
/** Where nobody sees the page, browsers let its timers run once a minute. */
const HIDDEN_MS = 90_000;

export function createWaking({ now = Date.now, isHidden = () => Boolean(globalThis.document?.hidden), timers = globalThis, network = globalThis } = {}) {
  const listeners = new Set();
  const doubting = new Set();
  let ending = new AbortController();
  let lookedAt = now();
  let wasHidden = isHidden();

  const tell = (hearing) => hearing.forEach((fn) => fn());
  const onOf = (hearing) => (fn) => {
    hearing.add(fn);
    return () => hearing.delete(fn);
  };

  function look() {
    const sleptMs = now() - lookedAt;
    const limit = wasHidden || isHidden() ? HIDDEN_MS : SLEPT_MS; // who comes back finds the timers of a page that nobody saw
    [lookedAt, wasHidden] = [now(), isHidden()];
    if (sleptMs < limit) return;
    const ended = ending;
    ending = new AbortController();
    ended.abort(new DOMException("The machine has slept.", "AbortError"));
    timers.setTimeout(() => [listeners, doubting].forEach(tell), 0); // whoever was waiting hears first that it was in vain
  }

  timers.setInterval(look, LOOK_MS).unref?.(); // nothing stays open for it, outside a browser
  for (const name of ["online", "offline"]) network.addEventListener?.(name, () => tell(doubting));
  return { signal: () => ending.signal, onWake: onOf(listeners), onDoubt: onOf(doubting), look };
}

export const waking = createWaking();
