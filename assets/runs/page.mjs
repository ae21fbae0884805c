// The Runs page: reads the project as it is now, and hands each part what it shows.
//
//   mountRunsPage(root, {keys, signal}) -> {refreshTheme(), destroy()}   by pages.mjs, when the page is there as a whole; the signal ends it

import { prefersStillness } from "../map/stillness.mjs";
import { createApi } from "../shell/api.mjs";
import { decodeSamples, unpackIds } from "../parts/codec.mjs";
import { el } from "../parts/elements.mjs";
import { createFrames } from "../motion/frames.mjs";
import { savingSentenceOf, sentenceOf } from "../shell/errors.mjs";
import { takeTo } from "../shell/handover.mjs";
import { isForgone, isLive } from "../parts/runstates.mjs";
import { offlineBar } from "../shell/offline.mjs";
import { createPolling } from "../shell/polling.mjs";
import { hangBell } from "../presenting/room.mjs";
import { createReading } from "../shell/reading.mjs";
import { ensureName } from "../shell/session.mjs";
import { createThumbnails } from "../parts/thumbnails.mjs";
import { showToast } from "../shell/toasts.mjs";
import { mountBench } from "./bench.mjs";
import { mountConfusion } from "./confusion.mjs";
import { mountCurves } from "./curves.mjs";
import { createEpochs } from "./epochs.mjs";
import { mountFilters } from "./filters.mjs";
import { mountReconstruction } from "./reconstruction.mjs";
import { mountTable } from "./table.mjs";
import { mountVariants } from "./variants.mjs";
import { calledNow, compareWords, rowOf } from "./words.mjs";
import { mountWorkers } from "./workers.mjs";

const EVERY_MS = { idle: 1000, live: 300, rung: 5000 };
const CLOCK_MS = 1000;

export function mountRunsPage(root, { keys, signal }) {
  const at = (selector) => root.querySelector(selector);
  const projectId = root.dataset.project;
  const knobs = JSON.parse(root.dataset.knobs);
  const showConnection = offlineBar(at("#runs-offline"));
  const api = createApi({ onConnection: (isOk) => { if (!isGone) showConnection(isOk); }, ending: signal });
  const frames = createFrames({ fetchFrame: api.frame });
  const epochs = createEpochs(api);
  let server = null;
  let dataset = null;
  let heldOut = null;
  let dress = null;
  let records = {};
  let recordsKey = "";
  let chosen = null; // run_ids, newest first; null while nobody has chosen
  let listed = new Set(); // run_ids that no filter hides
  let drawnAt = 0;
  let isStale = false; // not all that is seen shows the newest state
  let isGone = false;

  const say = (text) => { if (!isGone) showToast({ kind: "error", text }); };
  const onError = (error) => say(savingSentenceOf(error)); // of what was being saved
  const onReadError = (error) => say(sentenceOf(error));
  const polling = createPolling({ look, everyMs, onError: onLookError });
  const curveReading = createReading({ onError(error) { curves.refuse(drawChosen); onReadError(error); } });
  /** Where nothing was read yet, each part says so, and offers to try again. */
  function onLookError(error) {
    if (!dataset) [table, curves, confusion, variants].forEach((part) => part.refuse(polling.again));
    onReadError(error);
  }
  const runOf = (id) => server.runs.find((run) => run.run_id === id);
  const nameOfClass = (index) => calledNow(server?.classes ?? [], index) ?? `class ${index}`;

  const table = mountTable({ root, onChoose: choose, onError: onReadError, signal });
  const filters = mountFilters({ root, onChange: () => { if (server) drawRows(); }, signal });
  const curves = mountCurves({ root, signal });
  const confusion = mountConfusion({ root, api, nameOfClass, onSelect: (packed) => takeTo("map", projectId, unpackIds(packed, dataset.num_samples)), onError: onReadError, signal });
  const reconstruction = mountReconstruction({ root, api, decoding: JSON.parse(root.dataset.decoding), onError: onReadError });
  const bench = mountBench({
    root, api, frames, keys, getServer: () => server, getHeldOut: () => heldOut, dress: () => dress,
    epochsOf: (id) => epochs.upTo(runOf(id)), onSelect: (ids, snapshot) => takeTo("map", projectId, ids, snapshot), signal,
  });

  const variants = mountVariants({
    root, api, frames, projectId, knobs, getServer: () => server, ensureName, showToast, onError, onReadError, onChange: polling.again, signal,
  });

  const workers = mountWorkers({ root, api, projectId, onError: onReadError, onChange: polling.again });

  function drawRows() {
    drawnAt = performance.now();
    const rows = server.runs.map((run) => rowOf(run, records[run.run_id], knobs));
    // As high as its rows, up to a limit; words in the filter change nothing of it.
    at(".runs-main").style.setProperty("--runs", rows.length);
    const taken = filters.taken(rows);
    listed = new Set(taken.map((row) => row.run_id));
    table.show(taken);
    at("#runs-empty").hidden = rows.length > 0;
    at("#runs-empty").replaceChildren(el("span", { class: "strong" }, "No runs yet"), "Open the map: its first one forms by itself. Each Update adds a row here.", el("a", { class: "btn btn-primary", href: `/?project=${projectId}` }, "Open the map"));
    at(".runs-table").classList.toggle("bare", rows.length === 0);
  }

  /** Ticks are those of the rows in sight: what was chosen before, and a filter hides, stays chosen beside them. */
  function choose(ticked, isAlone) {
    const hidden = isAlone ? [] : (chosen ?? []).filter((id) => !listed.has(id));
    const ids = [...hidden, ...ticked];
    chosen = ids.sort((a, b) => (runOf(b)?.number ?? 0) - (runOf(a)?.number ?? 0));
    drawChosen();
  }

  /** The newest run and the one before it, while nobody has chosen. */
  function chosenIds() {
    const known = new Set(server.runs.map((run) => run.run_id));
    const newest = [...server.runs].sort((a, b) => b.number - a.number).map((run) => run.run_id);
    const ids = chosen?.filter((id) => known.has(id));
    return ids?.length || chosen?.length === 0 ? ids : newest.slice(0, 2);
  }

  function drawChosen() {
    const ids = chosenIds();
    const runs = ids.map(runOf);
    drawCompare(runs);
    table.choose(ids);
    const seen = runs.find((run) => run.last_epoch >= 0) ?? runs[0] ?? null;
    confusion.show(seen);
    reconstruction.show(seen);
    const key = JSON.stringify(runs.map((run) => [run.run_id, run.last_epoch, run.state]));
    return curveReading.ask(key, () => Promise.all(runs.map(epochs.upTo)), (lists) => curves.draw(runs.map((run, nth) => ({ run, epochs: lists[nth] }))));
  }

  function drawCompare(runs) {
    const seen = runs.filter((run) => run.last_epoch >= 0);
    const button = at("#runs-compare");
    at("#runs-count").textContent = runs.length ? `${runs.length} chosen` : "";
    button.disabled = seen.length !== 2 || runs.length !== 2;
    button.querySelector(".words").textContent = button.disabled ? "Compare" : compareWords(seen[1], seen[0]);
    button.dataset.tip = button.disabled ? "Choose two runs in the table" : "";
  }

  async function readRecords() {
    const key = server.runs.map((run) => `${run.run_id}${run.last_epoch}${run.has_receipt}`).join();
    if (key === recordsKey) return;
    ({ records } = await api.json(`/api/projects/${projectId}/run-records`));
    recordsKey = key;
  }

  async function open(answer) {
    const { dataset_id: datasetId } = answer.project;
    const found = await api.dataset(datasetId);
    ({ heldOut } = decodeSamples(await api.samples(datasetId), found.num_samples));
    dress = createThumbnails(datasetId, found.sheet, { isWanted: () => !isGone });
    dataset = found; // last: it says that all of it is here
  }

  async function look() {
    const answer = await api.state(projectId, server?.digest);
    if (isGone) return false;
    if (!dataset) await open(answer);
    if (isGone) return false;
    const isNew = !answer.unchanged;
    if (isNew) server = { ...answer, runs: answer.runs.filter((run) => !isForgone(run)) };
    isStale ||= isNew;
    if (isNew) workers.show();
    if (isStale) await drawAll();
    else if (variants.isLive()) await variants.refresh();
    if (!isGone && performance.now() - drawnAt > CLOCK_MS && server.runs.some(isLive)) drawRows(); // how long it took goes on
    return isNew;
  }

  /** Draw all that shows the state. What fails leaves the rest alone, and is tried again at the next look. */
  async function drawAll() {
    const records = readRecords().finally(() => { if (!isGone) drawRows(); });
    drawTop(server.runs.filter(isLive));
    bench.refresh();
    const parts = await Promise.allSettled([records, variants.refresh(), drawChosen()]);
    const failed = parts.find((part) => part.status === "rejected");
    if (failed) throw failed.reason;
    isStale = false;
  }

  /** While the room rings the page looks by itself only for clocks, and for variants, which nobody rings for. */
  function everyMs(isRung) {
    if (variants.isLive()) return EVERY_MS.live;
    const isBusy = Boolean(server?.runs.some(isLive));
    if (isRung) return isBusy ? CLOCK_MS : EVERY_MS.rung;
    return isBusy ? EVERY_MS.live : EVERY_MS.idle;
  }

  function drawTop(live) {
    const slot = document.getElementById("top-status");
    const learning = live.filter((run) => run.state !== "queued").length;
    const waiting = live.length - learning;
    slot?.replaceChildren(
      ...(learning ? [el("span", { class: "chip accent" }, `${learning} learning`)] : []),
      ...(waiting ? [el("span", { class: "chip line" }, `${waiting} ${waiting === 1 ? "waits" : "wait"}`)] : []),
    );
  }

  at("#runs-compare").addEventListener("click", () => {
    const [after, before] = chosenIds();
    bench.compare(before, after);
    at("#bench").scrollIntoView({ block: "start", behavior: prefersStillness() ? "auto" : "smooth" });
  }, { signal });
  const bell = hangBell(projectId, polling);
  polling.again();

  return {
    bench,
    refreshTheme() { bench.refreshTheme(); variants.refreshTheme(); },
    destroy() {
      isGone = true;
      polling.stop();
      bell.close();
      curveReading.stop();
      document.getElementById("top-status")?.replaceChildren();
      [table, curves, confusion, reconstruction, bench, variants, workers].forEach((part) => part.destroy());
    },
  };
}
