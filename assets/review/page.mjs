// The Review page: what happened in a project, who said it, and back to any step of it.
//
//   mountReviewPage(root, {keys}) -> {parts(), refreshTheme(), destroy()}     by pages.mjs, when the page is there as a whole

import { createApi } from "../shell/api.mjs";
import { createChoices } from "../mappage/choices.mjs";
import { decodeSamples, NO_PINS } from "../parts/codec.mjs";
import { mountCover } from "../mappage/cover.mjs";
import { mountDetails } from "../parts/details.mjs";
import { mountHoverCard } from "../insight/hovercard.mjs";
import { mountLegend } from "../mappage/legend.mjs";
import { mountTrust } from "../insight/trust.mjs";
import { EMPTY } from "../parts/selection.mjs";
import { NOT_CONNECTED, savingSentenceOf, sentenceOf } from "../shell/errors.mjs";
import { createPolling } from "../shell/polling.mjs";
import { goOn } from "../shell/session.mjs";
import { createState } from "../parts/state.mjs";
import { createThumbnails } from "../parts/thumbnails.mjs";
import { mountTimeline } from "../motion/timeline.mjs";
import { showToast } from "../shell/toasts.mjs";
import { mountPresentingOnReview } from "../presenting/onreview.mjs";
import { mountTopBar } from "../shell/topbar.mjs";
import { createActs } from "./acts.mjs";
import { mountAgreement } from "./agreement.mjs";
import { mountBookmarks } from "./bookmarks.mjs";
import { mountComments } from "./comments.mjs";
import { mountHead } from "./head.mjs";
import { mountHistory } from "./history.mjs";
import { needsHistory, withHead } from "./lines.mjs";
import { mountLog } from "./log.mjs";
import { mountMarkers } from "./markers.mjs";
import { mountNoMap } from "./nomap.mjs";
import { createReviews } from "./reviews.mjs";
import { mountSelected, takeHanded } from "./selected.mjs";
import { createStage } from "./stage.mjs";
import { mountStepMaps } from "./stepmaps.mjs";
import { mountTabs } from "./tabs.mjs";
import { mountTakeaway } from "./takeaway.mjs";

/** @import {PageValues} from "../records" */

const LOOK_MS = { idle: 1000, live: 250, rung: 5000 };

/** @returns {Partial<PageValues>} */
const initialState = () => ({
  projectId: null, latentDim: 2, latest: null, server: null, session: null, dataset: null, label: null, heldOut: null,
  history: null, chosen: null, journalSeq: null, sample: null, ring: -1, tab: "log", comments: null, bookmarks: null, heard: {}, thread: null,
  annotation: null, annotationSeq: -1, serverPins: NO_PINS, pins: NO_PINS, classPlaces: [], names: [], pending: [], classes: [], named: null,
  opinion: null, prediction: null, shown: null, picture: null, edit: null, base: null, classOf: null, slotOf: [], counts: null, mark: null, trust: null,
  playback: { mode: "live", speed: 1, pos: 0, runId: null, epoch: 0 }, isSplit: false,
  selection: EMPTY, colorMode: "class", hidden: new Set(), hoverId: null, hoverAt: null, hoverFrom: null, details: null,
  view: null, outside: 0, isCardLost: false, connection: "ok", waiting: 0, themeCount: 0, stirred: 0,
});

export function mountReviewPage(root, { keys, signal }) {
  const state = createState(/** @type {PageValues} */ (initialState()));
  const api = createApi({ onConnection: (isOk) => state.set({ connection: isOk ? "ok" : "lost" }) });
  const cover = mountCover({ state, root, still: "The history, the log and the comments still work.", lost: () => NOT_CONNECTED });
  const cleanups = [cover.destroy, goOn]; // a question that leaves with the page must hold nothing up
  const projectId = root.dataset.project;
  const reviews = createReviews(api, projectId);
  let parts = null;
  let isGone = false;

  const say = (text) => { if (!isGone) showToast({ text, kind: "error" }); };
  const onError = (error) => say(savingSentenceOf(error)); // of what was being saved
  const onReadError = (error) => say(sentenceOf(error));
  const polling = createPolling({ look, everyMs, onError: (error) => (error.isAbsent ? leave() : onReadError(error)) });

  async function open() {
    if (!projectId) return void (root.dataset.asked ? cover.unknown() : cover.noProjects());
    const [latest, history] = await Promise.all([api.state(projectId), reviews.history()]);
    const [dataset, table] = await Promise.all([api.dataset(latest.project.dataset_id), api.samples(latest.project.dataset_id)]);
    if (isGone) return;
    state.set({ projectId, latest, history, session: latest.session, dataset, latentDim: latest.project.latent_dim, ...decodeSamples(table, dataset.num_samples) });
    parts = build();
    cleanups.push(parts.destroy);
    parts.start();
  }

  function build() {
    const { dataset } = state.get();
    const onStir = () => state.set({ stirred: state.get().stirred + 1 });
    const onSample = (sample) => state.set({ sample, ring: sample ?? -1, tab: "log" });
    const onChoose = (step) => {
      if (step === null || step === undefined) return;
      state.set({ chosen: step === state.get().history.here ? null : step });
      showStep(state.get()); // pressed again, one that could not be read is read anew
      stage.goLive();
    };
    const onTrouble = ({ code }) => {
      if (code === "no_webgl") cover.noWebgl();
      else state.set({ isCardLost: code === "context_lost" });
    };
    const stage = createStage({ state, root, api, reviews, onError: onReadError, onTrouble, onPoint: onSample, onStir });
    const dress = createThumbnails(dataset.dataset_id, dataset.sheet, { isWanted: () => !isGone });
    const acts = createActs({ projectId, state, reviews, annotationAt: stage.annotationAt, goLive: stage.goLive, refresh: polling.again, onError, onReadError, isGone: () => isGone });
    const shared = { state, root, cover, api, reviews, keys, dress, acts, stage, map: stage.main, player: stage.player, choices: createChoices(projectId), refresh: polling.again, polling, onError, onReadError, onSample, onChoose, signal };
    const stops = [
      state.subscribe(["history", "chosen", "latest"], (value) => showStep(value)),
      state.subscribe(["connection"], (value) => { if (value.connection === "ok" && stage.isShort()) showStep(value); }),
      state.subscribe(["ring"], ({ ring }) => stage.main.setRing(ring)),
      ...[mountHistory, mountStepMaps, mountHead, mountTabs, mountLog, mountComments, mountMarkers, mountSelected, mountAgreement, mountBookmarks, mountTakeaway, mountTimeline, mountDetails, mountHoverCard, mountNoMap, mountLegend, mountTopBar, mountPresentingOnReview].map((mount) => mount(shared)),
      mountTrust({ state, api, onError: onReadError, newest: ({ latest }) => latest?.head }),
      stage.destroy,
    ];

    function showStep({ history, chosen, latest }) {
      const step = history.steps.find((each) => each.step_id === (chosen ?? history.here));
      if (!step) return void state.set({ chosen: null });
      stage.show(step, JSON.stringify([step, latest.runs, latest.classes]));
    }

    function start() {
      const { latest } = state.get();
      showStep(state.get());
      takeHanded(shared);
      state.set({ journalSeq: latest.seq });
      polling.again();
    }
    return { start, stage, state, refreshTheme: stage.view.refreshTheme, destroy: () => stops.forEach((stop) => typeof stop === "function" && stop()) };
  }

  /** Ask what others said since; the history only where the journal or a run went on. */
  async function pull() {
    const { latest } = state.get();
    const answer = await api.state(projectId, latest.digest);
    if (isGone || answer.unchanged) return false;
    const history = needsHistory(latest, answer) ? await reviews.history() : withHead(state.get().history, answer.head);
    if (isGone) return false;
    state.set({ latest: answer, history, session: answer.session ?? state.get().session });
    state.set({ journalSeq: answer.seq });
    return true;
  }

  /** What people say beside the journal, each list only where it has changed. */
  async function listen() {
    const stamps = await reviews.stamps();
    const { heard } = state.get();
    const isNew = (name) => heard[name] !== stamps[name];
    const [comments, bookmarks, history] = await Promise.all([
      isNew("comments") ? reviews.comments() : null, isNew("bookmarks") ? reviews.bookmarks() : null, isNew("names") ? reviews.history() : null,
    ]);
    if (isGone) return false;
    state.set({ heard: stamps, ...(comments ? { comments: comments.comments } : {}), ...(bookmarks ? { bookmarks: bookmarks.bookmarks } : {}), ...(history ? { history } : {}) });
    return Boolean(comments || bookmarks || history);
  }

  /** In turn: both may bring the history, and the newer one stays. */
  async function look() {
    if (!parts) return false; // not open yet, or it could not be opened
    parts.stage.tick();
    const hasGoneOn = await pull();
    const isSaid = !isGone && (await listen());
    return hasGoneOn || isSaid;
  }

  function everyMs(isRung) {
    if ((state.get().latest?.runs ?? []).some((run) => run.state === "running")) return LOOK_MS.live;
    return isRung ? LOOK_MS.rung : LOOK_MS.idle;
  }

  /** The project was deleted, maybe in another tab. */
  function leave() {
    isGone = true;
    polling.stop();
    cover.unknown();
  }

  cover.opening("Opening the history");
  open().catch((error) => { if (!isGone) (error.isAbsent ? cover.unknown() : cover.failed(sentenceOf(error))); });
  return {
    parts: () => parts,
    refreshTheme: () => parts?.refreshTheme(),
    destroy() {
      isGone = true;
      polling.stop();
      cleanups.forEach((cleanup) => cleanup());
    },
  };
}
