// The map in the middle: the step of the history that is looked at, and its line in time.

import { decodePins, NO_PINS } from "../parts/codec.mjs";
import { createFrames, readToLast } from "../motion/frames.mjs";
import { isLive } from "../parts/runstates.mjs";
import { insetsOf } from "../mappage/insets.mjs";
import { createMap } from "../map/index.mjs";
import { createPlayer } from "../motion/player.mjs";
import { combine, EMPTY } from "../parts/selection.mjs";
import { createReading } from "../shell/reading.mjs";
import { createView } from "../mappage/view.mjs";

/** @import {Api, Player, Reviews, State, Step} from "../records" */

const KEPT_STEPS = 40;

/** What the newest state would say if the project were at a step. */
export function seenFrom(latest, step, detail) {
  const line = new Map(step.line.map((runId, place) => [runId, place]));
  return {
    ...latest,
    seq: step.seq,
    classes: detail.classes,
    num_named: detail.num_named,
    class_places: [],
    head: step.head,
    runs: latest.runs.map((run) => ({ ...run, on_line: line.has(run.run_id), line_place: line.get(run.run_id) ?? null })),
    gestures: latest.gestures.filter(({ after_run: run, seq }) => (run === null || line.has(run)) && seq <= step.seq),
  };
}

/** What is known of journal positions, newest kept: they never change. */
export function createSteps({ api, reviews, projectId }) {
  const kept = new Map();

  async function read(seq) {
    const detail = await reviews.step(seq);
    const [annotation, pins] = await Promise.all([
      api.annotation(projectId, seq),
      detail.num_pins > 0 ? api.pins(projectId, seq) : null,
    ]);
    return { detail, annotation: new Int16Array(annotation), serverPins: pins ? decodePins(pins) : NO_PINS };
  }

  return function load(seq) {
    if (!kept.has(seq)) {
      const promise = read(seq);
      promise.catch(() => kept.delete(seq));
      kept.set(seq, promise);
      if (kept.size > KEPT_STEPS) kept.delete(kept.keys().next().value);
    }
    return kept.get(seq);
  };
}

/**
 * Show a step of which all was read; the player has its line before the state says so, since what hears of that asks the player.
 * @param {{state: State, player: Player}} page @param {Step} step @param {Record<string, any>} found
 */
export function takeStep({ state, player }, step, { detail, annotation, serverPins }) {
  const server = seenFrom(state.get().latest, step, detail);
  const done = player.setLine(server.runs, server.head);
  state.set({ annotation, annotationSeq: step.seq, serverPins, server });
  return done;
}

/**
 * One step of the history at a time: what was read of it, and its map once that has come.
 * @param {{load: (seq: number) => Promise<Record<string, any>>, take: (step: Step, found: Record<string, any>) => Promise<void>, onError: (error: Error) => void, wait?: (ms: number, signal: AbortSignal) => Promise<void>}} parts
 *   `take(step, found)` shows a step; a picture of it that fails is told to `fail` by whoever draws
 */
export function createShowing({ load, take, onError, wait }) {
  const reading = createReading({ onError, ...(wait ? { wait } : {}) });
  let numTaking = 0;
  let failure = null; // of a picture, since the step was asked for
  let [asked, taken] = [null, null]; // the step that was asked for last, and the one whose line is shown

  async function use(step, found) {
    failure = null;
    numTaking += 1;
    taken = step.seq;
    try {
      await take(step, found);
    } finally {
      numTaking -= 1;
    }
    if (failure) throw failure;
  }

  return {
    /** Show a step; the same looks again only where it could not be shown. Resolved once it is, or was tried. */
    show(step, looks) {
      failure = null;
      asked = step.seq;
      return reading.ask(looks, () => load(step.seq), (found) => use(step, found));
    },
    /** A picture could not be had: the step that is shown is asked for anew when somebody presses it. */
    fail(error) {
      failure = error;
      if (numTaking > 0) return;
      if (!reading.isAsking()) reading.stop(); // one that is on its way brings a picture of its own
      if (!error.isLost) onError(error);
    },
    /** Whether the newest step lacks its picture. */
    isShort: () => failure !== null,
    /** Whether the map is that of the newest step, and not still that of one before. */
    isThere: () => asked === taken,
    stop: reading.stop,
  };
}

/**
 * @param {{state: State, root: HTMLElement, api: Api, reviews: Reviews, onError: (error: Error) => void, onTrouble: (trouble: object) => void,
 *   onPoint: (row: number) => void, onStir: () => void}} options
 */
export function createStage({ state, root, api, reviews, onError, onTrouble, onPoint, onStir }) {
  const { dataset, latentDim, projectId } = state.get();
  const numSamples = dataset.num_samples;
  // The pane, not the graph: Dash puts another element in its place while Plotly is fetched.
  const main = createMap({ graph: root.querySelector("#main-pane"), onSelect, onHover, onTrouble, onView: (view) => { state.set({ view }); onStir(); }, insets: () => insetsOf(root.querySelector("#map-window"), root) });
  main.setPoints(numSamples, latentDim);
  main.follow(true);
  const map = {
    main, side: null,
    setLook: main.setLook.bind(main), setSelected: main.setSelected.bind(main),
    setNames: main.setNames.bind(main), refreshTheme: main.refreshTheme.bind(main),
    get places() { return main.places; },
  };
  const view = createView({ state, map });
  const frames = createFrames({ fetchFrame: (runId, attempt, n, signal) => api.within(signal).frame(runId, attempt, n) });
  const player = createPlayer({ frames, needIndex, onError: (error) => showing.fail(error), draw, onShown, onPlayback: (playback) => state.set({ playback }) });
  const load = createSteps({ api, reviews, projectId });
  const cursors = new Map();
  const showing = createShowing({ load, take: (step, found) => takeStep({ state, player }, step, found), onError });
  let under = null;
  let shown = Promise.resolve();

  function onSelect({ ids, mode, region }) {
    const { shown, selection } = state.get();
    const isClick = region?.kind === "click";
    if (isClick && mode === "replace") onPoint(ids.length === 1 ? ids[0] : null);
    const snapshot = shown ? { runId: shown.runId, n: shown.n, part: shown.part } : null;
    const chosen = combine(selection, ids, mode);
    state.set({ selection: chosen.length > 0 ? { ids: chosen, region: mode === "replace" && !isClick ? region : null, snapshot } : EMPTY });
  }

  function onHover(id, at) {
    state.set({ hoverId: id, hoverAt: at, hoverFrom: "map" });
  }

  function draw(embedding, ms, ease) {
    if (embedding.length !== numSamples * latentDim) return;
    if (ms > 0) main.tweenTo(embedding, ms, ease);
    else main.cut(embedding);
    onStir();
  }

  function onShown({ frame, at, opinion }) {
    const shown = { embedding: frame.embedding, latentDim, runId: at.runId, n: at.n, part: at.part ?? 0, epoch: frame.epoch };
    state.set(opinion ? { shown, picture: shown, opinion } : { shown, picture: shown });
  }

  /** Read on in the list of a run's frames. */
  async function pull(runId) {
    const after = cursors.get(runId) ?? 0;
    const answer = await api.frames(runId, after);
    if ((cursors.get(runId) ?? 0) !== after || answer.frames.length === 0) return answer.frames.length;
    cursors.set(runId, answer.frames.at(-1).n);
    player.addFrames(runId, answer.frames);
    return answer.frames.length;
  }

  async function needIndex(runId) {
    const run = state.get().latest.runs.find((each) => each.run_id === runId);
    await readToLast(run, () => cursors.get(runId) ?? 0, () => pull(runId));
  }

  /** Follow the run that learns now, where it is on the line that is looked at. */
  function tick() {
    const run = (state.get().server?.runs ?? []).find((each) => each.on_line && isLive(each) && each.state !== "queued");
    if (!run) return;
    under ??= pull(run.run_id).catch((error) => { if (!error.isLost) onError(error); }).finally(() => { under = null; });
  }

  /** Once the step that was asked for last is on screen, or was tried. */
  async function settled() {
    let last;
    do {
      last = shown;
      await last;
    } while (last !== shown);
  }

  return {
    main, player, view, tick, settled,
    /** Show the step that was just chosen as it is, wherever the playhead was left. */
    goLive: () => player.goLive(settled().then(showing.isThere)),
    isShort: showing.isShort,
    /** What was named at a position of the journal, one int16 a sample. */
    annotationAt: async (seq) => (await load(seq)).annotation,
    /** Look at a step of the history; the same looks again only where it could not be shown. */
    show(step, looks) { shown = showing.show(step, looks); return shown; },
    /** Make the player stand where somebody else stood: a run's frame. */
    async seekFrame(runId, n) {
      await needIndex(runId);
      const block = player.blocks().find(({ run }) => run.run_id === runId);
      const frame = player.trackOf(runId).find((each) => each.n === n);
      if (block && frame) await player.seek(block.start + Math.min(frame.epoch, block.span));
    },
    destroy() {
      showing.stop();
      view.destroy();
      player.stop();
      main.destroy();
    },
  };
}
