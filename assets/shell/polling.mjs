// How a page looks again and again whether something is new, never twice at once.
//
//   createPolling({look, everyMs, onError, isHidden?, timers?}) -> {again(), ring(), cut(), stop()}
//     look() -> Promise<boolean>  whether there was news
//     everyMs(isRung)             how long until the next look, while the room's bell is trusted and while it is not
//     again()                     look at once: something was just asked for -> Promise, once that look is done
//     ring(), cut()               what the room's bell does (bell.mjs)
//     onError                     hears each refusal once, until a look goes well; a lost connection the page's bar tells

import { createBell } from "./bell.mjs";
import { waking as here } from "./waking.mjs";

const LOST_MS = 2000;
const HIDDEN_MS = 1000;

export function createPolling({ look, everyMs, onError, isHidden = () => document.hidden, timers = globalThis, waking = here }) {
  const bell = createBell();
  let timer = 0;
  let underWay = null;
  let isWanted = false; // asked for while a look was under way: what that one brings may be older
  let told = "";
  let isStopped = false;

  async function attempt() {
    const looked = bell.look();
    try {
      looked(await look());
      told = "";
      return everyMs(bell.isTrusted());
    } catch (error) {
      bell.cut();
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
    bell.await();
    isWanted = underWay !== null;
    return start();
  }

  const stopDoubting = waking.onDoubt(() => {
    bell.cut();
    if (!isHidden()) again();
  });

  return {
    again,
    ring() {
      bell.ring();
      if (!isHidden()) return again();
      timers.clearTimeout(timer);
      return underWay ?? due();
    },
    cut: bell.cut,
    stop() {
      isStopped = true;
      stopDoubting();
      timers.clearTimeout(timer);
    },
  };
}
