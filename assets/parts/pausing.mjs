// A pause that ends early: when the browser says that the network is back, or when nobody wants what comes after it.

/** @param {number} ms @param {AbortSignal} signal @returns {Promise<void>} rejected with the signal's reason once it is aborted */
export function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    const done = () => { clearTimeout(timer); globalThis.removeEventListener?.("online", go); signal.removeEventListener("abort", stop); };
    const stop = () => { done(); reject(signal.reason); };
    const go = () => { done(); resolve(); };
    const timer = setTimeout(go, ms);
    globalThis.addEventListener?.("online", go, { once: true });
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop(); // before anybody listened
  });
}
