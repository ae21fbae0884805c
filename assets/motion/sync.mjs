// Keeps this page's copy of the project true: state, annotations and the list of frames.
// While the room's bell is trusted (shell/bell.mjs) it asks for the state by itself seldom only.

import { createBell } from "../shell/bell.mjs";
import { decodePins, NO_PINS } from "../parts/codec.mjs";
import { readToLast } from "./frames.mjs";
import { isLive, runToShow, runToWatch } from "../parts/runstates.mjs";
import { waking as here } from "../shell/waking.mjs";

/** @import {Api, ListedFrame, Outbox, State} from "../records" */

const STATE_EVERY_MS = { idle: 450, live: 250, lost: 1000, rung: 4950 };
/** How long after an own gesture the bell may be silent before the page asks by itself. */
const PATIENCE_MS = 500;

/** How often Dash's interval should tick: each tick takes Dash several milliseconds of the page's one thread. */
const INTERVAL_MS = { idle: 500, live: 250, beginning: 100 };

/** How often Dash's interval should tick while these are a project's runs: most often until a run shows its first frame. */
export function paceOf(runs) {
  const run = runToWatch(runs);
  if (!run) return INTERVAL_MS.idle;
  return run.last_n > 0 || run.position > 0 ? INTERVAL_MS.live : INTERVAL_MS.beginning;
}

/** The annotations after a few changes that the state told of; null where it told nothing that fits. */
export function withNames(annotation, seq, names) {
  if (!annotation || names?.after !== seq) return null;
  const newer = annotation.slice();
  names.ids.forEach((id, at) => { newer[id] = names.values[at]; });
  return newer;
}

/**
 * Poll the server, never twice at once.
 * @param {object} options
 * @param {Api} options.api what createApi returned
 * @param {State} options.state
 * @param {Outbox} options.outbox
 * @param {(runId: string, frames: ListedFrame[]) => void} options.onFrames hears new frames of a run
 * @param {(error: Error) => void} options.onError hears refusals; a lost connection is no refusal
 * @param {() => void} options.onGone hears once that the project is no more; nothing is asked after that
 * @param {() => boolean} [options.isHidden] whether nobody sees the page: then news waits for the next tick
 * @param {() => number} [options.now] ms
 * @param {typeof here} [options.waking]
 */
export function createSync({ api, state, outbox, onFrames, onError, onGone, isHidden = () => false, now = () => performance.now(), waking = here }) {
  let stateUnderWay = null;
  let framesUnderWay = null;
  let stateAt = -Infinity;
  const cursors = new Map();
  const bell = createBell();
  let isStopped = false;

  async function guarded(work) {
    try {
      await work();
    } catch (error) {
      bell.cut(); // until the next ring this page asks by itself
      if (!error.isLost && !isStopped) onError(error);
    }
  }

  /** The project was deleted, maybe in another tab: every further question would be refused too. */
  function leave(error) {
    if (!error.isAbsent) throw error;
    if (!isStopped) onGone();
    stop();
  }

  async function pullState() {
    const { projectId, server, annotationSeq } = state.get();
    const looked = bell.look();
    stateAt = now();
    const told = await api.state(projectId, server?.digest, annotationSeq).catch(leave);
    if (isStopped || told.unchanged) return;
    looked(true);
    const { names, ...answer } = told;
    const isNewSeq = answer.seq !== state.get().annotationSeq;
    const patch = isNewSeq ? await saidAt(projectId, answer, names) : {};
    if (isStopped) return;
    state.set({ ...patch, server: answer, session: answer.session ?? state.get().session });
  }

  /** What people have said by a journal position: names and pins. */
  async function saidAt(projectId, { seq, num_pins: numPins }, names) {
    const told = withNames(state.get().annotation, state.get().annotationSeq, names);
    const namesOf = async () => told ?? new Int16Array(await api.annotation(projectId, seq));
    const pinsOf = async () => (numPins > 0 ? decodePins(await api.pins(projectId, seq)) : NO_PINS);
    const [annotation, serverPins] = await Promise.all([namesOf(), pinsOf()]);
    return { annotation, annotationSeq: seq, serverPins };
  }

  async function pullFrames(runId) {
    const after = cursors.get(runId) ?? 0;
    const answer = await api.frames(runId, after);
    if (isStopped) return 0;
    if (answer.frames.length > 0) {
      cursors.set(runId, answer.frames.at(-1).n);
      onFrames(runId, answer.frames);
    }
    const known = state.get().server?.runs.find((run) => run.run_id === runId);
    // An ended run that lists no more than this must not be asked for ever.
    if (known && answer.frames.length === 0 && !isLive(known)) cursors.set(runId, known.last_n);
    if (known && known.state !== answer.state) again();
    return answer.frames.length;
  }

  function every() {
    if (state.get().connection === "lost") return STATE_EVERY_MS.lost;
    if (runToWatch(state.get().server?.runs)) return STATE_EVERY_MS.live;
    return bell.isTrusted() ? STATE_EVERY_MS.rung : STATE_EVERY_MS.idle;
  }

  function startState() {
    stateUnderWay ??= guarded(pullState).finally(() => {
      stateUnderWay = null;
    });
    return stateUnderWay;
  }

  /** The run whose frames are due: one that ended before its list was read to the end, else the live one. */
  function runToRead() {
    const runs = state.get().server?.runs ?? [];
    const shown = runToShow(runs);
    const isCut = (run) => (cursors.get(run.run_id) ?? (run === shown ? 0 : Infinity)) < run.last_n;
    return runs.find((run) => !isLive(run) && isCut(run)) ?? runToWatch(runs);
  }

  /** A run that is gone went with its project; the state will say so. */
  function askState(error) {
    if (!error.isAbsent) throw error;
    stateAt = -Infinity;
  }

  function startFrames() {
    const run = runToRead();
    if (!run || state.get().connection === "lost") return null;
    framesUnderWay ??= guarded(() => pullFrames(run.run_id).catch(askState)).finally(() => {
      framesUnderWay = null;
    });
    return framesUnderWay;
  }

  /** Do what is due; Dash's interval calls this. */
  function tick() {
    if (isStopped) return Promise.resolve();
    const isDue = now() - stateAt >= every();
    if (isDue && outbox.count() > 0) outbox.flush();
    const frames = startFrames();
    const known = isDue ? startState() : null;
    // The state may tell of a run that is new here: its frames are not left to the next tick.
    return Promise.all([frames, frames ? known : known?.then(startFrames)]);
  }

  /** The room's bell rang: something has changed. */
  function ring() {
    bell.ring();
    stateAt = -Infinity;
    return isHidden() ? null : again();
  }

  /** A gesture of this page was saved: the bell will tell, where there is one. */
  function expect() {
    if (!bell.isTrusted()) return again();
    stateAt = Math.min(stateAt, now() - every() + PATIENCE_MS);
    return null;
  }

  /** Ask for the state at once: something was just changed here. */
  async function again() {
    bell.await();
    stateAt = -Infinity;
    if (stateUnderWay) await stateUnderWay;
    return tick();
  }

  /** Make sure the whole frame list of a run is known. */
  async function needIndex(runId) {
    const run = state.get().server?.runs.find((item) => item.run_id === runId);
    await readToLast(run, () => cursors.get(runId) ?? 0, () => pullFrames(runId));
  }

  const stopDoubting = waking.onDoubt(() => {
    bell.cut();
    stateAt = -Infinity;
    if (!isHidden()) again();
  });

  function stop() {
    isStopped = true;
    stopDoubting();
  }

  return { tick, again, ring, cut: bell.cut, expect, needIndex, stop };
}
