// One observable value per page: everything the modules share, and nothing else.

/**
 * Hold a value whose keys can be watched.
 * Listeners run once per `set`, after it, with the new value; a `set` inside a listener waits its
 * turn, so that every listener sees the changes in one order.
 * @template {object} T
 * @param {T} initial
 * @returns {import("../records").State<T>}
 */
export function createState(initial) {
  let value = { ...initial };
  const listeners = new Set();
  const waiting = [];
  let isNotifying = false;

  function notify(changed) {
    for (const listener of [...listeners]) {
      const isWatched = listener.keys.some((key) => changed.has(key));
      if (isWatched && listeners.has(listener)) listener.run(value, changed);
    }
  }

  function set(patch) {
    const changed = new Set(Object.keys(patch).filter((key) => !Object.is(value[key], patch[key])));
    if (changed.size === 0) return;
    value = { ...value, ...patch };
    waiting.push(changed);
    if (isNotifying) return;
    isNotifying = true;
    try {
      while (waiting.length > 0) notify(waiting.shift());
    } finally {
      isNotifying = false;
      waiting.length = 0;
    }
  }

  function subscribe(keys, run) {
    const listener = { keys, run };
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  return { get: () => value, set, subscribe };
}
