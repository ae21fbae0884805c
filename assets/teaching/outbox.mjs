// Gestures that have not been acknowledged yet, in the order they were made. Each is one item of
// localStorage, so that a reload or a crash of the tab loses nothing and two tabs never overwrite
// each other's. Both may send the same one: its key makes the second a duplicate. Where people sign
// in, each says whose it is: those of somebody else who was here wait until their author is back.

import { many } from "../parts/counting.mjs";
import { ApiError } from "../shell/api.mjs";
import { sentenceOf } from "../shell/errors.mjs";

/** @import {Ack} from "../records" */

const PREFIX = "lodemap.outbox.";
const MAX_ENTRIES = 500;
/** How long a server that cannot save is left alone. */
const PAUSE_MS = 4000;

/** What a request may name a class in; `{made_by: key}` is the class that an earlier request makes. */
const CLASS_FIELDS = ["class_index", "into"];
/** What an undo may name its gesture in; `{seq_of: key}` is the place in the journal that an earlier request gets. */
const SEQ_FIELD = "expected";
const NOT_MADE = "The class it speaks of was not made, so nothing was saved. Add the class and do it again.";
const NOT_SAVED = "What it would take back was not saved, so nothing was taken back.";

/** What the outbox itself refuses is said as if the server had. */
const refused = (message) => new ApiError({ message, code: "refused", status: 409 });

/** The keys of the requests whose classes a body waits for, and of the one whose place in the journal it waits for. */
const makersOf = (body) => CLASS_FIELDS.map((field) => body[field]?.made_by).filter(Boolean);
const saidFirst = (body) => body[SEQ_FIELD]?.seq_of;

/** Put in the indices of the classes that are made by now, and the place of the gesture that is saved by now. */
function filledIn(body, { made, seqs }) {
  const filled = { ...body };
  for (const field of CLASS_FIELDS) if (made.has(body[field]?.made_by)) filled[field] = made.get(body[field].made_by);
  if (seqs.has(saidFirst(body))) filled[SEQ_FIELD] = seqs.get(saidFirst(body));
  return filled;
}

/** Who signed in, by the server's word in the page; null where nobody does. */
export const personHere = (root = globalThis.document?.documentElement) => root?.dataset?.person ?? null;

/** Read the stored entries, oldest first; a foreign or broken item is left out. */
function readAll(storage) {
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

const isOf = (person) => ({ by = person }) => by === person;

/** Those of one person; what says nobody's is from before they said so. */
export const readEntries = (storage, person = personHere()) => readAll(storage).filter(isOf(person));

/** How many wait for somebody else. */
export const numOfOthers = (storage, person = personHere()) => readAll(storage).length - readEntries(storage, person).length;

/**
 * Send gestures one after the other; keep those that found no server. What was kept once is let go by an answer about
 * itself only: a server that is there again and cannot save yet (5xx) is asked later, one that could not save what was
 * just done says so at once.
 * @param {{post: (path: string, body: object) => Promise<Ack>, storage: ReturnType<typeof import("../shell/storing.mjs").createStore>,
 *   person?: string | null, onChange?: (count: number) => void, onRefused?: (error: Error) => void, now?: () => number}} options
 *   `person` is whose gestures these are;
 *   `onChange` hears how many are waiting; `onRefused` why one of an earlier page was not taken, and once why what was kept has to wait on.
 */
export function createOutbox({ post, storage, person = personHere(), onChange = () => {}, onRefused = () => {}, now = () => performance.now() }) {
  const entries = readEntries(storage, person);
  const settled = new Map(); // key -> {resolve, reject} of the gestures made in this tab
  const made = new Map(); // key -> index of the class that request made
  const seqs = new Map(); // key -> place in the journal of the gesture that request was
  const held = new Map(); // key -> promise that it waits for before it goes out
  const kept = new Set(entries.map(({ body }) => body.key)); // keys of what has waited for a server once
  let isTold = false; // why it has to wait on, though the server is there
  let pausesTo = -Infinity;
  let lastAt = entries.at(-1)?.at ?? 0;
  let isFlushing = false;
  let lastFlush = Promise.resolve();

  function store(entry) {
    storage.setItem(PREFIX + entry.body.key, JSON.stringify(entry)); // what does not fit goes out all the same
  }

  function keep(entry) {
    entries.push(entry);
    store(entry);
    onChange(entries.length);
  }

  /** A gesture has its place now, and a class its index: whoever waits for it gets it, so that a reload finds it too. @param {string} key @param {Ack} answer */
  function tellWaiting(key, { class_index: classIndex, seq }) {
    if (Number.isInteger(classIndex)) made.set(key, classIndex);
    if (Number.isInteger(seq)) seqs.set(key, seq);
    for (const entry of entries) {
      if (saidFirst(entry.body) !== key && !makersOf(entry.body).includes(key)) continue;
      entry.body = filledIn(entry.body, { made, seqs });
      store(entry);
    }
  }

  function settle(entry, how, value) {
    entries.splice(entries.indexOf(entry), 1);
    storage.removeItem(PREFIX + entry.body.key);
    kept.delete(entry.body.key);
    onChange(entries.length);
    const maker = settled.get(entry.body.key);
    settled.delete(entry.body.key);
    if (maker) maker[how](value);
    else if (how === "reject") onRefused(refused(`A gesture kept from before was not taken. ${value.message}`));
  }

  /** Whether it goes out again later; then so does all that waits behind it. */
  function isKept({ body }, error) {
    const isLater = error.status >= 500 && kept.has(body.key);
    if (!error.isLost && !isLater) return false;
    for (const each of entries) kept.add(each.body.key);
    if (!error.isLost && !isTold) onRefused(refused(`${sentenceOf(error)} ${many(entries.length, "gesture")} made before ${entries.length === 1 ? "is" : "are"} kept here and sent again.`));
    if (!error.isLost) [isTold, pausesTo] = [true, now() + PAUSE_MS];
    return true;
  }

  async function sendFirst() {
    const [entry] = entries;
    const missing = (makersOf(entry.body).length > 0 && NOT_MADE) || (saidFirst(entry.body) && NOT_SAVED);
    if (missing) {
      settle(entry, "reject", refused(missing));
      return true;
    }
    if (held.has(entry.body.key)) await held.get(entry.body.key).catch(() => {}); // whoever holds it says what went wrong
    held.delete(entry.body.key);
    try {
      const answer = await post(entry.path, entry.body);
      tellWaiting(entry.body.key, answer);
      isTold = false;
      settle(entry, "resolve", answer);
    } catch (error) {
      if (isKept(entry, error)) return false;
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

  /** Try to send everything that waits; calls while one is under way share it, and those that come too soon. */
  function flush() {
    if (!isFlushing && now() >= pausesTo) {
      isFlushing = true;
      lastFlush = sendAll();
    }
    return lastFlush;
  }

  /** Keep a request at once and send it after those before it, and after `hold`; resolves with the server's answer. */
  function add(path, body, hold = null) {
    if (entries.length >= MAX_ENTRIES) {
      return Promise.reject(refused(`${MAX_ENTRIES} gestures wait for the connection; no more fit.`));
    }
    const answer = new Promise((resolve, reject) => settled.set(body.key, { resolve, reject }));
    if (hold) held.set(body.key, hold);
    lastAt = Math.max(Date.now(), lastAt + 1);
    keep({ at: lastAt, path, body: filledIn(body, { made, seqs }), ...(person === null ? {} : { by: person }) });
    flush();
    return answer;
  }

  return { add, flush, count: () => entries.length };
}
