// The Map page: opens a project and joins its parts. Each part knows the state, none knows another.

import { createAsLeft, mountAsLeft } from "./asleft.mjs";
import { mountAtlas } from "../insight/atlaslayer.mjs";
import { createActions } from "../teaching/actions.mjs";
import { createApi } from "../shell/api.mjs";
import { decodePins, decodeSamples, NO_PINS } from "../parts/codec.mjs";
import { createChoices } from "./choices.mjs";
import { mountCommenting } from "../teaching/commenting.mjs";
import { mountCover } from "./cover.mjs";
import { mountCrowding } from "../insight/crowding.mjs";
import { mountDetails } from "../parts/details.mjs";
import * as dialogs from "../parts/dialogs.mjs";
import { decodeField } from "../insight/field.mjs";
import { mountFlipping } from "../motion/flipping.mjs";
import { mountForce } from "../insight/force.mjs";
import { mountFind } from "../insight/findbox.mjs";
import { createFrames } from "../motion/frames.mjs";
import { mountGallery } from "../insight/gallery.mjs";
import { sentenceOf } from "../shell/errors.mjs";
import { takeSelection } from "../shell/handover.mjs";
import { mountHints } from "./hints.mjs";
import { mountHistograms } from "../insight/histograms.mjs";
import { mountHoverCard } from "../insight/hovercard.mjs";
import { mountKnobs } from "../teaching/knobs.mjs";
import { mountLeads } from "../insight/leadspanel.mjs";
import { mountLegend } from "./legend.mjs";
import { mountListening } from "../insight/listening.mjs";
import { mountMarksNote } from "./marksnote.mjs";
import { mountMoving } from "../teaching/moving.mjs";
import { mountNoMap } from "./nomap.mjs";
import { readProject } from "./opening.mjs";
import { createOutbox } from "../teaching/outbox.mjs";
import { mountPalette } from "../teaching/palette.mjs";
import { mountOverridden } from "../teaching/overridden.mjs";
import { mountPaneHeads } from "./paneheads.mjs";
import { mountPanels } from "./panels.mjs";
import { mountPictures } from "./pictures.mjs";
import { mountPinList } from "../teaching/pinlist.mjs";
import { createPlayer } from "../motion/player.mjs";
import { mountPresentingOnMap } from "../presenting/onmap.mjs";
import { mountReceipt } from "../teaching/receipt.mjs";
import { mountRunPanel } from "../teaching/runpanel.mjs";
import { runToShow } from "../parts/runstates.mjs";
import { combine, EMPTY } from "../parts/selection.mjs";
import { mountSaving } from "./saving.mjs";
import { mountSelectionBar } from "../teaching/selectionbar.mjs";
import { mountTakeSelection } from "../teaching/takeselection.mjs";
import { refreshShell } from "../shell/shell.mjs";
import { ensureName, goOn } from "../shell/session.mjs";
import { kept } from "../shell/storing.mjs";
import { mountSight } from "./sight.mjs";
import { createState } from "../parts/state.mjs";
import { createSync, paceOf } from "../motion/sync.mjs";
import { createThumbnails } from "../parts/thumbnails.mjs";
import { mountTimeline } from "../motion/timeline.mjs";
import { showToast } from "../shell/toasts.mjs";
import { mountToolbar } from "./toolbar.mjs";
import { mountTopBar } from "../shell/topbar.mjs";
import { mountTrust } from "../insight/trust.mjs";
import { mountWays } from "../teaching/ways.mjs";
import { createView } from "./view.mjs";
import { createWindows } from "./windows.mjs";

/** @import {Keys, PageValues} from "../records" */

const INTERVAL_ID = "sync";
const FIELD_BYTES = 32 * 1024 * 1024;

/** @returns {Partial<PageValues>} */
function initialState() {
  return {
    projectId: null, latentDim: 2, server: null, session: null, dataset: null, label: null, heldOut: null,
    annotation: null, annotationSeq: -1, serverPins: NO_PINS, pins: NO_PINS, classPlaces: [], names: [], pending: [], classes: [], named: null,
    opinion: null, prediction: null, shown: null, classOf: null, slotOf: [], counts: null, mark: null, look: null, editLook: null, trust: null,
    base: null, held: null, peek: null, edit: null, picture: null, pane: "edit", paneAutomatic: "edit", isSplit: false, moving: 0, isForceOn: false,
    playback: { mode: "live", speed: 1, pos: 0, runId: null, epoch: 0 },
    selection: EMPTY, colorMode: "class", hidden: new Set(), tool: "lasso", auto: false,
    hoverId: null, hoverAt: null, hoverFrom: null, isHoverAside: false, view: null, outside: 0, isForming: false, isCardLost: false,
    connection: "ok", waiting: 0, stopping: [], isAsking: false, indexed: 0, themeCount: 0,
  };
}

/**
 * Bring the page in `root` to life.
 * @param {HTMLElement} root
 * @param {{keys: Keys, takeAhead?: ReturnType<typeof import("./opening.mjs").readAhead>, signal?: AbortSignal}} shell
 * @returns {{tick: () => void, refreshTheme: () => void, parts: () => ?object, destroy: () => void}}
 */
export function mountMapPage(root, { keys, takeAhead = () => null, signal }) {
  const state = createState(/** @type {PageValues} */ (initialState()));
  const api = createApi({ onConnection: (isOk) => state.set({ connection: isOk ? "ok" : "lost" }) });
  const cover = mountCover({ state, root, still: "Selecting by class and the gallery still work." });
  const cleanups = [cover.destroy, leave];
  let parts = null;
  let isGone = false;

  const onError = (error) => {
    if (error.isLost) return;
    if (state.get().shown === null && error.isAbsent) cover.unknown();
    else showToast({ text: sentenceOf(error), kind: "error" });
  };

  async function open() {
    cover.opening("Opening the map");
    const asked = root.dataset.project ?? "";
    const found = await (takeAhead(asked) ?? readProject(api, asked));
    if (isGone) return;
    if (!found) {
      if (asked) cover.unknown();
      else cover.noProjects();
      return;
    }
    const { server, dataset, table, annotation, pins, isForming, refusal } = found;
    state.set({ projectId: server.project.project_id, isForming });
    parts = build(server, dataset);
    state.set({ ...decodeSamples(table, dataset.num_samples) });
    const serverPins = pins ? decodePins(pins) : NO_PINS;
    state.set({ annotation: new Int16Array(annotation), annotationSeq: server.seq, serverPins, session: server.session, server });
    if (refusal) onError(refusal);
    parts.start();
  }

  function build(server, dataset) {
    const { latent_dim: latentDim, project_id: projectId } = server.project;
    const asLeft = createAsLeft({ projectId, numSamples: dataset.num_samples, latentDim });
    const handed = takeSelection("map", projectId);
    const left = handed ? { ...asLeft.read(), selection: EMPTY, view: null } : asLeft.read();
    state.set({ dataset, latentDim, selection: left.selection, tool: left.tool });
    const listeners = { onSelect, onHover, onTrouble, onGrab: (grip) => moving.grab(grip), onDrag: (dragging) => moving.drag(dragging), onDrop: (dragging) => moving.drop(dragging), onLetGo: (how) => moving.letGo(how) };
    const loadBefore = (runId) => player.loadBefore(runId);
    const map = createWindows({ root, state, numSamples: dataset.num_samples, latentDim, listeners, loadBefore });
    const outbox = createOutbox({ post: api.post, storage: kept, onChange: (waiting) => state.set({ waiting }), onRefused: onError });
    const frames = createFrames({ fetchFrame: (runId, attempt, n, signal) => api.within(signal).frame(runId, attempt, n) });
    const sync = createSync({ api, state, outbox, onError, onGone, isHidden: () => document.hidden, onFrames: (runId, list) => { player.addFrames(runId, list); state.set({ indexed: state.get().indexed + 1 }); } });
    const player = createPlayer({ frames, needIndex: sync.needIndex, onError, draw, onShown, onPlayback: (playback) => state.set({ playback }) });
    const knobs = mountKnobs({ root, signal });
    const actions = createActions({ api, state, outbox, sync, showToast, dialogs, ensureName, goOn, knobs, player });
    const dress = createThumbnails(dataset.dataset_id, dataset.sheet, { isWanted: () => !isGone });
    const view = createView({ state, map });
    const fields = createFrames({ fetchFrame: api.field, decode: decodeField, budget: FIELD_BYTES });
    const choices = createChoices(projectId);
    const shared = { state, api, map, player, sync, actions, keys, dress, root, cover, fields, choices, showToast, signal, atlas: null };
    let moving = null;

    function draw(embedding, ms, ease) {
      if (embedding.length === dataset.num_samples * latentDim) map.drawResult(embedding, ms, ease);
    }
    function onShown({ frame, at, opinion }) {
      const shown = { embedding: frame.embedding, latentDim, runId: at.runId, n: at.n, part: at.part ?? 0, epoch: frame.epoch };
      state.set(opinion ? { shown, opinion } : { shown });
    }
    function onSelect({ ids, mode, region }, isAside = false) {
      const { selection, shown, picture } = state.get();
      actions.select(combine(selection, ids, mode), mode === "replace" ? region : null, isAside ? shown : picture);
    }
    function onHover(id, at, isAside = false) {
      state.set({ hoverId: id, hoverAt: at, hoverFrom: "map", isHoverAside: isAside });
    }
    function onGone() {
      state.set({ selection: EMPTY, hoverId: null });
      leave();
      cover.unknown();
      refreshShell();
    }
    function onTrouble({ code }) {
      if (code === "no_webgl") cover.noWebgl();
      else state.set({ isCardLost: code === "context_lost" });
    }

    const stops = [
      () => moving?.destroy(),
      state.subscribe(["server", "connection"], (value) => { player.setLine(value.server.runs, value.server.head); setPace(value); }),
      ...[mountFind, mountToolbar, mountPalette, mountRunPanel, mountReceipt, mountGallery, mountTimeline, mountDetails, mountListening, mountHoverCard, mountHistograms, mountLegend, mountMarksNote, mountForce, mountCrowding, mountWays, mountOverridden, mountPaneHeads, mountFlipping, mountPictures, mountPinList, mountSelectionBar, mountCommenting, mountTakeSelection, mountSight, mountSaving, mountHints, mountPanels, mountNoMap, mountTopBar, mountLeads, mountPresentingOnMap].map((mount) => mount(shared)),
      mountAsLeft({ state, map, asLeft, view: left.view }), mountTrust({ state, api, onError }), view.destroy, player.stop, sync.stop, map.destroy.bind(map),
    ];
    shared.atlas = mountAtlas(shared);
    stops.unshift(shared.atlas.destroy);
    moving = mountMoving(shared); // last: while something hangs in the air, its keys come first
    function start() {
      knobs.choose(server.project.preset);
      writeKnobs(knobs, server.runs);
      outbox.flush();
      const run = runToShow(server.runs);
      if (run) sync.needIndex(run.run_id).catch(onError);
      sync.tick();
      if (handed) actions.select(handed.ids, null, handed.snapshot);
    }
    return { start, tick: sync.tick, refreshTheme: view.refreshTheme, map, state, destroy: () => stops.forEach((stop) => stop()) };
  }

  let pace = null;
  function setPace({ server }) {
    const interval = paceOf(server.runs);
    if (interval === pace) return; // Dash draws anew whatever it is told
    pace = interval;
    window.dash_clientside?.set_props?.(INTERVAL_ID, { interval });
  }

  /** Take away what acts on the project: its keys, and all that is shown of it. */
  function leave() {
    parts?.destroy();
    parts = null;
  }

  let opening = null;
  function tryOpen() {
    opening ??= open().catch((error) => {
      if (!isGone && !error.isLost) cover.failed(sentenceOf(error));
      // A server that does not answer yet may a moment later; the interval asks again.
      if (error.isLost) opening = null;
    });
  }

  tryOpen();
  return {
    tick: () => (parts ? parts.tick() : tryOpen()),
    refreshTheme: () => parts?.refreshTheme(),
    parts: () => parts,
    destroy() {
      isGone = true;
      goOn();
      cleanups.forEach((cleanup) => cleanup());
    },
  };
}

/** Show the knobs of the last Update, so that a reload or a second tab teaches the same way. */
function writeKnobs(knobs, runs) {
  const last = runs.filter((run) => run.kind === "fine_tune").at(-1);
  if (last?.config) knobs.write(last.config);
}
