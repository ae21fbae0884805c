// Gestures that have not been acknowledged yet, in the order they were made. Each is one item of
// localStorage, so that a reload or a crash of the tab loses nothing and two tabs never overwrite
// each other's. Both may send the same one: its key makes the second a duplicate.

const PREFIX = "lodemap.outbox.";
const MAX_ENTRIES = 500;

/** Read the stored entries, oldest first; a foreign or broken item is left out. */
export function readEntries(storage) {
  const entries = [];
  for (let i = 0; i < storage.length; i += 1) {
    const item = storage.key(i);
    if (!item.startsWith(PREFIX)) continue;
    try {
      const entry = JSON.parse(storage.getItem(item));
      if (entry?.path && entry?.body?.key) entries.push(entry);
    } catch {
      // Not ours to mend: it is skipped, and stays for whoever wrote it.
    }
  }
  return entries.sort((a, b) => a.at - b.at);
}

/**
 * Send gestures one after the other; keep those that found no server.
 * @param {{post: function(string, object): Promise<object>, storage: Storage,
 *   onChange?: function(number): void}} options `onChange` hears how many are waiting.
 */
export function createOutbox({ post, storage, onChange = () => {} }) {
  const entries = readEntries(storage);
  const settled = new Map(); // key -> {resolve, reject} of the gestures made in this tab
  let lastAt = entries.at(-1)?.at ?? 0;
  let isFlushing = false;
  let lastFlush = Promise.resolve();

  function keep(entry) {
    entries.push(entry);
    try {
      storage.setItem(PREFIX + entry.body.key, JSON.stringify(entry));
    } catch {
      // Storage is full or forbidden: it still goes out, it only cannot survive a reload.
    }
    onChange(entries.length);
  }

  function settle(entry, how, value) {
    entries.splice(entries.indexOf(entry), 1);
    storage.removeItem(PREFIX + entry.body.key);
    onChange(entries.length);
    settled.get(entry.body.key)?.[how](value);
    settled.delete(entry.body.key);
  }

  async function sendFirst() {
    const [entry] = entries;
    try {
      settle(entry, "resolve", await post(entry.path, entry.body));
    } catch (error) {
      if (error.isLost) return false;
      settle(entry, "reject", error);
    }
    return true;
  }

  async function sendAll() {
    let isThrough = true;
    while (isThrough && entries.length > 0) isThrough = await sendFirst();
    // Not in a `finally` callback: what is added between the loop's end and that would be stranded.
    isFlushing = false;
  }

  /** Try to send everything that waits; calls while one is under way share it. */
  function flush() {
    if (!isFlushing) {
      isFlushing = true;
      lastFlush = sendAll();
    }
    return lastFlush;
  }

  /** Keep a request and send it after those before it; resolves with the server's answer. */
  function add(path, body) {
    if (entries.length >= MAX_ENTRIES) {
      return Promise.reject(new Error(`${MAX_ENTRIES} gestures wait for the connection; no more fit.`));
    }
    const answer = new Promise((resolve, reject) => settled.set(body.key, { resolve, reject }));
    lastAt = Math.max(Date.now(), lastAt + 1);
    keep({ at: lastAt, path, body });
    flush();
    return answer;
  }

  return { add, flush, count: () => entries.length };
}
