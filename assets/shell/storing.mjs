// What a browser keeps of this app. Storage may be forbidden, where even its mention throws, or full: then a value lasts
// until the page is left, which does no harm, and nobody who keeps something needs to ask.
//
//   kept         of all tabs and visits (localStorage)
//   keptByTab    of this tab (sessionStorage)
//     getItem(key) -> string | null, removeItem(key), key(nth), length   as of a Storage
//     setItem(key, value) -> boolean   whether a reload will find it
//     close()                          from now on none will: whoever signs out leaves nothing that a page keeps as it ends

/** @param {() => Storage} storageOf which may throw */
export function createStore(storageOf) {
  const here = new Map(); // what the browser did not take
  let isClosed = false;

  function ask(act, otherwise) {
    try {
      return act(storageOf());
    } catch {
      return otherwise;
    }
  }

  const numTaken = () => ask((storage) => storage.length, 0);
  /** Those that stand in place of an older value of the browser's are counted with that. */
  const onlyHere = () => [...here.keys()].filter((key) => ask((storage) => storage.getItem(key), null) === null);

  return {
    getItem: (key) => here.get(key) ?? ask((storage) => storage.getItem(key), null),
    setItem(key, value) {
      const isKept = !isClosed && ask((storage) => { storage.setItem(key, value); return true; }, false);
      if (isKept) here.delete(key);
      else here.set(key, String(value));
      return isKept;
    },
    removeItem(key) {
      here.delete(key);
      ask((storage) => storage.removeItem(key));
    },
    close() { isClosed = true; },
    key: (nth) => (nth < numTaken() ? ask((storage) => storage.key(nth), null) : onlyHere()[nth - numTaken()] ?? null),
    get length() { return numTaken() + onlyHere().length; },
  };
}

export const kept = createStore(() => globalThis.localStorage);
export const keptByTab = createStore(() => globalThis.sessionStorage);
