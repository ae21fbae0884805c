// How a page looks again and again whether something is new, never twice at once.
//
//   createPolling({look, everyMs, onError, isHidden?, timers?}) -> {again(), ring(), cut(), stop()}
//     look() -> Promise<boolean>  whether there was news
//     everyMs(isRung)             how long until the next look; rung pages need to look by themselves seldom only
//     again()                     look at once: something was just asked for -> Promise, once that look is done
//     ring(), cut()               the server says that there is news; nobody will say so for a while
//     onError                     hears each refusal once, until a look goes well; a lost connection the page's bar tells
//
// A bell is trusted from when it was first heard until a look finds news that nobody rang for: a dead connection looks
// open, and not everything is rung for.

import { waking as here } from "./waking.mjs";

const LOST_MS = 2000;
const HIDDEN_MS = 1000;

export function createPolling({ look, everyMs, onError, isHidden = () => document.hidden, timers = globalThis, waking = here }) {
  let timer = 0;
  let underWay = null;
  let isWanted = false; // asked for while a look was under way: what that one brings may be older
  let isTrusted = false;
  let isAwaited = false;
  let told = "";
  let isStopped = false;

  async function attempt() {
    const wasAwaited = isAwaited;
    isAwaited = false;
    try {
      const isNew = await look();
      told = "";
      if (isNew && !wasAwaited && !isAwaited) isTrusted = false;
      return everyMs(isTrusted);
    } catch (error) {
      isTrusted = false; // a ring was heard and not answered
      const isSaid = error.isLost || isStopped || error.message === told;
      told = error.isLost ? told : error.message;
      if (!isSaid) onError(error);
      return LOST_MS;
    }
  }

  async function run() {
    let ms = 0;
    do {
      isWanted = false;
      ms = await attempt();
    } while (isWanted && !isStopped);
    underWay = null;
    if (!isStopped) timer = timers.setTimeout(due, ms);
  }

  /** Nobody sees the page: it looks once somebody does. */
  function due() {
    if (isStopped) return;
    if (isHidden()) timer = timers.setTimeout(due, HIDDEN_MS);
    else start();
  }

  function start() {
    timers.clearTimeout(timer);
    underWay ??= run();
    return underWay;
  }

  function again() {
    if (isStopped) return Promise.resolve();
    isAwaited = true;
    isWanted = underWay !== null;
    return start();
  }

  const stopDoubting = waking.onDoubt(() => {
    isTrusted = false;
    if (!isHidden()) again();
  });

  return {
    again,
    ring() {
      isTrusted = true;
      isAwaited = true;
      if (!isHidden()) return again();
      timers.clearTimeout(timer);
      return underWay ?? due();
    },
    cut() { isTrusted = false; },
    stop() {
      isStopped = true;
      stopDoubting();
      timers.clearTimeout(timer);
    },
  };
}
