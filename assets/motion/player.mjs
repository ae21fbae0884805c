// Which frame is on screen: live, paused, scrubbed or replayed.

import { blockAt, indexAt, lengthOf, stepFrom } from "./line.mjs";
import { isLive } from "../parts/runstates.mjs";
import { createSnapshots } from "./snapshots.mjs";
import { createKnownLine } from "./known_line.mjs";
import { frameKey } from "./frames.mjs";
import { mixInto } from "../map/tween.mjs";
import { createTurns } from "./turns.mjs";

const TWEEN_MS = { least: 120, most: 600 };
const LEAST_REPLAY_MS = 80;
const NUM_AHEAD = 4;

/** Bound the length of a tween to what the eye follows. */
export const tweenMs = (gap) => Math.min(TWEEN_MS.most, Math.max(TWEEN_MS.least, gap));

/**
 * Play the frames of a project's line.
 * @param {object} options
 * @param {{load: function, peek: function}} options.frames
 * @param {function(Float32Array, number, string): void} options.draw positions, ms (0 cuts), ease
 * @param {function(object): void} options.onShown hears {frame, opinion, at} for each picture; at.part: of the way to the next frame
 * @param {function(object): void} options.onPlayback hears {mode, speed, pos, runId, epoch}
 * @param {function(string): Promise<void>} options.needIndex asks for the frame list of an older run
 * @param {function(Error): void} options.onError
 */
export function createPlayer({ frames, draw, onShown, onPlayback, needIndex, onError, clock = timers() }) {
  const line = createKnownLine();
  let head = null;
  let mode = "live";
  let speed = 1;
  let isLooping = false;
  let cursor = null; // the frame on screen: {runId, attempt, n, pos}
  let pos = 0;
  let lastShownAt = 0;
  let turn = 0; // grows with every command, so that a late answer of an older one is dropped
  let isChasing = false;
  let held = null; // what leads elsewhere and is on its way: until then no newer frame is shown
  let heard = ""; // the snapshot whose opinion was told last

  const inTurn = createTurns(clock);
  const report = () =>
    onPlayback({ mode, speed, pos, runId: blockAt(line.blocks(), pos)?.run.run_id ?? null, epoch: epochAt() });
  const epochAt = () => pos - (blockAt(line.blocks(), pos)?.start ?? 0);

  const { newestAt, ...loaders } = createSnapshots({ frames, needIndex, line });

  /** The newest snapshot at or before what is on screen, once the frames of its run are listed. */
  const snapshot = () => newestAt(pos);

  async function show(at, ms, ease) {
    const mine = turn;
    const frame = await frames.load(at);
    if (mine !== turn) return;
    const isFirst = cursor === null;
    cursor = at;
    pos = at.pos;
    lastShownAt = clock.now();
    draw(frame.embedding, isFirst ? 0 : ms, ease);
    tell(frame, at, frame.prediction ? { said: frame, of: at } : null);
    report();
    if (frame.prediction) return;
    const opinion = await opinionAt(at).catch((error) => {
      if (mode !== "live") throw error;
      return null; // the motion goes on, and the next frame asks again
    });
    if (mine === turn && opinion) tell(frame, at, opinion);
  }

  function tell(frame, at, opinion) {
    if (opinion) heard = frameKey(opinion.of);
    onShown({ frame, at, opinion: opinion?.said });
  }

  /** What the network said at the newest snapshot before a frame that says nothing itself; null where that was told last. */
  async function opinionAt({ pos: where }) {
    const of = await newestAt(where);
    return of && frameKey(of) !== heard ? { said: await frames.load(of), of } : null;
  }

  function target() {
    const newest = line.newest();
    // Not simply the last run: one that waits behind the moving one has no frames yet.
    const moving = line.blocks().findLast(({ run }) => isLive(run) && line.trackOf(run.run_id).length > 0);
    if (moving) return { ...wanted(moving), ease: "linear" };
    if (!head) return newest ? { at: newest, ease: "out" } : null;
    const block = line.blocks().find(({ run }) => run.run_id === head.run_id);
    const at = { runId: head.run_id, attempt: head.attempt, n: head.n, epoch: head.epoch };
    return { at: { ...at, pos: (block?.start ?? 0) + head.epoch }, ease: "out" };
  }

  /** The newest frame of a run that moves; a map that is forming is first shown as it began. */
  function wanted(block) {
    const own = line.framesOf(block);
    const isBeginning = cursor === null && block.run.kind === "pretrain" && own.length > 1;
    return { at: isBeginning ? own[0] : own.at(-1), isBeginning };
  }

  /** Follow the newest frame; while one is being fetched the next call finds the newest again. */
  async function chase() {
    if (mode !== "live" || isChasing) return;
    isChasing = true;
    try {
      for (let next = target(); held === null && isNew(next); next = target()) {
        const gap = clock.now() - lastShownAt;
        await show(next.at, next.ease === "out" ? TWEEN_MS.most : tweenMs(gap), next.ease);
        if (next.isBeginning) lastShownAt = -Infinity; // what the page missed goes by at the eye's pace
        if (mode !== "live") break;
      }
    } catch (error) {
      onError(error);
    } finally {
      isChasing = false;
    }
  }

  const isNew = (next) => next !== null && (cursor === null || frameKey(next.at) !== frameKey(cursor));

  function command(newMode) {
    turn += 1;
    mode = newMode;
    held = null;
    report();
    return turn;
  }

  async function replay() {
    const mine = command("replay");
    try {
      await needAll();
      if (mine !== turn) return;
      const isAtEnd = stepFrom(line.frames(), pos, 1) === null || pos >= lengthOf(line.blocks());
      if (isAtEnd && isAnyRunning()) return void goLive();
      if (isAtEnd) pos = -1;
      while (mine === turn) {
        let next = nextInReplay(line.frames(), pos);
        if (!next && isLooping) {
          pos = -1;
          next = nextInReplay(line.frames(), pos);
        }
        if (!next) break;
        const ms = pos < 0 ? 0 : replayMs(next, pos);
        await show(next, ms, "linear");
        prefetch(line.frames());
        await clock.wait(ms || TWEEN_MS.least);
      }
      if (mine === turn) goLive();
    } catch (error) {
      if (mine === turn) pause();
      onError(error);
    }
  }

  function epochMs(runId) {
    const run = line.blocks().find((block) => block.run.run_id === runId)?.run;
    return tweenMs((run?.epoch_s ?? 0.3) * 1000) / speed;
  }

  const replayMs = (next, from) => epochMs(next.runId) * Math.min(1, Math.max(0.1, next.pos - from));

  /** The next frame to show; those too close to tell apart at this speed are passed over. */
  function nextInReplay(all, from) {
    let i = indexAt(all, from) + 1;
    if (from < 0 || !all[i]) return all[i];
    const reach = from + LEAST_REPLAY_MS / epochMs(all[i].runId);
    while (all[i + 1] && all[i + 1].pos <= reach) i += 1;
    return all[i];
  }

  /** Where a replay gets from a place in so many ms; past the frames that are listed here each epoch takes its time. */
  function reachIn(from, ms) {
    const all = line.frames();
    let [at, left] = [from, ms];
    for (let next = nextInReplay(all, at); next; next = nextInReplay(all, at)) {
      const takes = replayMs(next, at);
      if (takes >= left) return at + ((next.pos - at) * left) / takes;
      [at, left] = [next.pos, left - takes];
    }
    return at + left / epochMs(blockAt(line.blocks(), at)?.run.run_id);
  }

  function prefetch(all) {
    const from = indexAt(all, pos) + 1;
    for (const frame of all.slice(from, from + NUM_AHEAD)) frames.load(frame).catch(() => {});
  }

  const needAll = () => Promise.all(line.blocks().map(({ run }) => needIndex(run.run_id)));

  async function seek(wanted) {
    const mine = command("paused");
    pos = Math.min(Math.max(0, wanted), lengthOf(line.blocks()));
    report();
    await inTurn(() => mine === turn, (signal) => showPlace(mine, signal)).catch(onError);
    return mine === turn; // whether nothing else was asked for meanwhile
  }

  async function showPlace(mine, signal) {
    const block = blockAt(line.blocks(), pos);
    if (block) await needIndex(block.run.run_id);
    if (mine !== turn) return;
    const newest = line.newest();
    if (newest && newest.pos < pos) { // the rest is still to be learned
      pos = newest.pos;
      report();
    }
    await showBetween(pos, mine, signal);
  }

  async function showBetween(wanted, mine, signal) {
    const all = line.frames();
    const i = Math.max(0, indexAt(all, wanted));
    const [from, to] = [all[i], all[i + 1] ?? all[i]];
    if (!from) return;
    const [a, b] = await Promise.all([from, to].map((at) => frames.load(at, { signal })));
    if (mine !== turn) return;
    const part = to === from ? 0 : Math.min(1, Math.max(0, (wanted - from.pos) / (to.pos - from.pos)));
    const embedding = part === 0 ? a.embedding : mixInto(a.embedding, b.embedding, part);
    cursor = { ...from, n: part === 0 ? from.n : -from.n };
    draw(embedding, 0, "linear");
    const opinion = a.prediction ? { said: a, of: from } : await opinionAt(from);
    const epoch = part > 0 && to.runId === from.runId ? a.epoch + (b.epoch - a.epoch) * part : a.epoch;
    if (mine === turn) tell({ ...a, embedding, epoch }, { ...from, part }, opinion);
  }

  function pause() {
    command("paused");
  }

  /** Be led by the newest again; until `ready`, which leads elsewhere, what is on screen stays, and where it comes to false, until the next line. */
  async function goLive(ready = null) {
    command("live");
    held = ready;
    if ((await ready) === false) return undefined;
    if (held === ready) held = null;
    return chase();
  }

  async function step(direction) {
    const mine = command("paused");
    await needAll().catch(onError);
    if (mine !== turn) return;
    const next = stepFrom(line.frames(), pos, direction);
    if (next) await show(next, TWEEN_MS.least * 2, "out").catch(onError);
  }

  /** The block of the place in time: where a run ends and the next begins, that of what is on screen. */
  const blockHere = () => line.blocks().find(({ run, start, span }) => run.run_id === cursor?.runId && start <= pos && pos <= start + span) ?? blockAt(line.blocks(), pos);

  /** Take in the runs and the head of a new state; who stands within a run stays there where those before it leave. */
  function setLine(runs, newHead) {
    const here = blockHere();
    line.setRuns(runs);
    head = newHead;
    held = null;
    const now = line.blocks().find(({ run }) => run.run_id === here?.run.run_id);
    if (now && now.start !== here.start) {
      pos += now.start - here.start;
      report();
    }
    const hasLeft = cursor !== null && !line.blocks().some(({ run }) => run.run_id === cursor.runId);
    return hasLeft && mode !== "live" ? goLive() : chase();
  }

  /** Take in newly listed frames of one run. */
  function addFrames(runId, list) {
    line.add(runId, list);
    return chase();
  }

  /** Whether a replay begins anew at its end. */
  function setLoop(isOn) {
    isLooping = isOn;
  }

  function setSpeed(value) {
    speed = value;
    report();
  }

  const toggle = () => (mode === "live" && isAnyRunning() ? pause() : mode === "replay" ? pause() : replay());
  const isAnyRunning = () => line.blocks().some(({ run }) => isLive(run));

  return {
    setLine, addFrames, pause, goLive, replay, toggle, seek, step, setLoop, setSpeed, reachIn, snapshot, ...loaders, blocks: line.blocks, trackOf: line.trackOf,
    stop: () => command("paused"),
  };
}

function timers() {
  return {
    now: () => performance.now(),
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  };
}
