// One import from the first byte to the project: what is asked of the server, and when. It changes
// the state; what is seen of it is drawn elsewhere.
//
// wanted: how the files are to be read, until the server has said so; isLost: whether it cannot be asked now
// walked: how many files were found so far in a folder that was dropped
// phase: "choosing" | "walking" | "sending" | "reading" | "ready" | "keeping" | "failed"

import { crc32 } from "./crc32.mjs";
import { decodeImported } from "./picks.mjs";
import { pause } from "../parts/pausing.mjs";
import { SentenceError, sentenceOf } from "../shell/errors.mjs";
import { MOST, send } from "./uploading.mjs";
import { calledOf } from "./words.mjs";

/** @import {DataValues, Import, State, Storing} from "../records" */

const LOOK_MS = 350;
const REMEMBERED = "lodemap-import";
const LABEL = "lodemap-import-label-";
const IMPRINT = "lodemap-import-files-";
const TAKEN_BACK = new DOMException("Ended.", "AbortError");
const AT_WORK = new Set(["receiving", "reading", "keeping"]);

/** The page's phase for what the server says of an import. */
export function phaseOf({ state }) {
  return { receiving: "reading", reading: "reading", ready: "ready", keeping: "keeping", kept: "keeping", failed: "failed", cancelled: "choosing" }[state];
}

/** While files are read again, what they were found to be the last time is still shown. */
export function carried(imported, before) {
  if (imported.outline || !before?.outline || before.import_id !== imported.import_id) return imported;
  return { ...imported, outline: before.outline, summary: before.summary, isBefore: true };
}

/** @type {Omit<DataValues, "isNew" | "kind">} */
export const EMPTY = { phase: "choosing", source: null, walked: 0, sending: null, imported: null, samples: null, problem: "", wanted: null, before: null, isLost: false };

/**
 * @param {{api: ReturnType<typeof import("./imports.mjs").createImports>, state: State<DataValues>, storage: Storing,
 *   imprints: Storing & Pick<Storage, "length" | "key">, onRefused: (sentence: string, imported: Import | null, isFetched?: boolean) => void, onKept: (name: string) => void}} parts
 *   `imprints` is a storage as well, of all tabs and visits: what is partly sent there outlives the tab; `onRefused` hears why not, the import where the server keeps it, and whether it was fetched by name; `onKept` the project's id
 */
export function createImporting({ api, state, storage, imprints, onRefused, onKept }) {
  let controller = new AbortController();
  const remember = (importId) => (importId ? storage.setItem(REMEMBERED, importId) : storage.removeItem(REMEMBERED));

  /** End what is going on; whatever it still hears has no bearing any more. */
  function anew(patch) {
    controller.abort(TAKEN_BACK);
    controller = new AbortController();
    state.set({ ...EMPTY, ...patch });
    return controller.signal;
  }

  async function carefully(run) {
    const { signal } = controller;
    try {
      await run(signal);
    } catch (error) {
      if (signal.aborted) return;
      refuse(error);
    }
  }

  function refuse(error) {
    const { imported } = state.get();
    // What was recognised may be read or kept otherwise; what was not is taken back.
    const isGone = imported?.outline && error.status === 404;
    if (imported?.outline && !isGone) {
      state.set({ phase: imported.state === "failed" ? "failed" : "ready", problem: sentenceOf(error) });
      return;
    }
    // A full disk or an error of the server passes, and what was sent is worth more than the wait.
    if (isGone || (imported && error.status >= 500)) anew({});
    else cancel();
    onRefused(sentenceOf(error), error.status >= 500 ? imported : null, Boolean(imported?.is_fetched));
  }

  /** With what people call it and which files it is made of, which the server does not know. */
  const labelled = (imported) => ({ ...imported, label: storage.getItem(LABEL + imported.import_id), imprint: imprintOf(imported) });

  function imprintOf({ import_id: importId }) {
    try {
      return JSON.parse(imprints.getItem(IMPRINT + importId));
    } catch {
      return null; // somebody else wrote there
    }
  }

  /** What was taken back before the server said how it calls it is taken back there now. */
  function stillWanted(made, signal) {
    if (signal.reason !== TAKEN_BACK) return made;
    api.cancel(made.import_id).catch(() => {});
    throw TAKEN_BACK;
  }

  /** Look through a folder before it can be begun with: {signal, onFound(count)}; the signal ends it. */
  function walk(name) {
    const signal = anew({ phase: "walking", source: { label: name } });
    return { signal, onFound: (walked) => signal.aborted || state.set({ walked }) };
  }

  function begin(source) {
    forget(state.get().imported);
    anew({ phase: "sending", source });
    return carefully(async (signal) => {
      const made = stillWanted(await api.begin(source.name, source.size), signal);
      await upload(source, made, signal);
    });
  }

  /** Go on with one that was partly sent, now that its file was chosen again. */
  function goOn(source, imported) {
    anew({ phase: "sending", source });
    return carefully(async (signal) => {
      const there = imported.imprint ? imported : await look(imported, signal);
      if (imported.imprint || (await isBegunWith(source, there, signal))) { await upload(source, there, signal); return; }
      anew({});
      onRefused(`${source.label} is not the file that was partly sent. Choose that very file, or discard what was sent and begin anew.`, there);
    });
  }

  /** Whether what another browser sent is the beginning of a source: two halves of different files would make one data set. */
  async function isBegunWith(source, { import_id: importId, received }, signal) {
    for (let at = 0; at < received;) {
      const bytes = await source.read(at, Math.min(MOST, received - at));
      const { crc32: sum, length } = await answered(() => api.sum(importId, at, bytes.length, signal), signal);
      if (length === 0 || length !== bytes.length || sum !== crc32(bytes)) return false;
      at += length;
    }
    return true;
  }

  async function upload(source, made, signal) {
    signal.throwIfAborted();
    remember(made.import_id);
    storage.setItem(LABEL + made.import_id, source.label);
    imprints.setItem(IMPRINT + made.import_id, JSON.stringify(source.imprint));
    state.set({ imported: labelled(made) });
    const onProgress = (sending) => signal.aborted || state.set({ sending });
    const there = await send({ source, importId: made.import_id, received: made.received, api, signal, onProgress });
    imprints.removeItem(IMPRINT + made.import_id);
    await follow(there, signal);
  }

  function resume(imported) {
    anew({ imported, phase: "reading" });
    remember(imported.import_id);
    // Another tab may have gone on with it since the page was opened.
    return carefully(async (signal) => follow(await look(imported, signal), signal));
  }

  /** Ask until there is an answer. A moment without connection is no reason to give up: the server reads on by itself. */
  async function answered(ask, signal) {
    for (;;) {
      try {
        const answer = await ask();
        signal.throwIfAborted();
        state.set({ isLost: false });
        return answer;
      } catch (error) {
        signal.throwIfAborted();
        state.set({ isLost: Boolean(error.isLost) });
        if (!error.isLost) throw error;
      }
      await pause(LOOK_MS, signal);
    }
  }

  const look = ({ import_id: importId }, signal) => answered(() => api.look(importId), signal);

  /** Watch an import until it rests. */
  async function follow(first, signal) {
    let imported = first;
    for (;;) {
      signal.throwIfAborted();
      imported = labelled(carried(imported, state.get().imported));
      // what could not be kept is ready again, with the reason
      const problem = imported.state === "ready" ? imported.error?.message ?? "" : "";
      state.set({ imported, phase: phaseOf(imported), problem, ...(imported.state === "reading" ? { samples: null } : {}), ...(AT_WORK.has(imported.state) ? {} : { before: null }) });
      if (!AT_WORK.has(imported.state)) break;
      await pause(LOOK_MS, signal);
      imported = await look(imported, signal);
    }
    await settle(imported, signal);
  }

  async function settle(imported, signal) {
    if (imported.state === "kept") {
      remember(null);
      onKept(imported.project_id);
    } else if (imported.state === "cancelled") {
      remember(null);
      anew({});
      onRefused(`${calledOf({ imported })} was discarded elsewhere.`, null);
    } else if (imported.state === "failed") {
      refuse(new SentenceError(imported.error.message));
    } else if (imported.state === "ready" && imported.outline.kind !== "project") {
      const bytes = await answered(() => api.samples(imported.import_id), signal);
      state.set({ samples: decodeImported(bytes, imported.summary.num_samples) });
    }
  }

  function readAgain(options) {
    const { imported, source, phase, before } = state.get();
    anew({ imported, phase: "reading", source, wanted: options, before: phase === "ready" ? imported.options : before });
    return carefully(async (signal) => {
      let refusal = null;
      const there = await answered(() => api.read(imported.import_id, options), signal).catch((error) => {
        signal.throwIfAborted();
        refusal = error; // what is in force instead, the server knows
        return look(imported, signal);
      });
      state.set({ wanted: null });
      await follow(there, signal);
      if (refusal && !signal.aborted) state.set({ problem: sentenceOf(refusal) });
    });
  }

  /** Read once more as it was read before this reading. */
  function goBack() {
    const { before } = state.get();
    state.set({ before: null });
    return readAgain(before);
  }

  function keep(settings) {
    const { imported } = state.get();
    state.set({ phase: "keeping", problem: "" });
    return carefully(async (signal) => {
      // safe to ask again: one import becomes one project
      await follow(await answered(() => api.keep(imported.import_id, settings), signal), signal);
    });
  }

  function trySample(wanted) {
    forget(state.get().imported);
    anew({ phase: "reading" });
    return carefully(async (signal) => {
      const made = stillWanted(await api.sample(wanted), signal);
      remember(made.import_id);
      await follow(made, signal);
    });
  }

  /** Take an import back; where the server does not hear it, it is offered again another time. */
  function forget(imported) {
    if (imported && imported.state !== "kept") discard(imported).catch(() => {});
    remember(null);
  }

  /** The same, for whoever wants to hear what came of it. */
  function discard({ import_id: importId }) {
    imprints.removeItem(IMPRINT + importId);
    return api.cancel(importId);
  }

  /** The imports the server knows. Of others nothing is known any more of the files they were made of. */
  async function list() {
    const keys = Array.from({ length: imprints.length }, (_, nth) => imprints.key(nth)).filter((key) => key?.startsWith(IMPRINT));
    const imports = await api.list(); // what is begun meanwhile is in no list yet
    const known = new Set(imports.map(({ import_id: importId }) => IMPRINT + importId));
    for (const key of keys) if (!known.has(key)) imprints.removeItem(key);
    return imports.map(labelled);
  }

  function cancel() {
    forget(state.get().imported);
    anew({});
  }

  return { walk, begin, goOn, resume, readAgain, goBack, keep, trySample, cancel, discard, labelled, list, remembered: () => storage.getItem(REMEMBERED), stop: () => controller.abort() };
}
