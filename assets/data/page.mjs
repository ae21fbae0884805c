// The Data page: brings in a data set, or shows the one of the open project.
//
//   mountDataPage(root, signal) -> {destroy()}     by pages.mjs, when the page is there as a whole

import { createApi } from "../shell/api.mjs";
import { sentenceOf } from "../shell/errors.mjs";
import { mountArchive } from "./archive.mjs";
import { clearBalance, drawBalance, drawThin } from "./balance.mjs";
import { stillWanted } from "../parts/stillwanted.mjs";
import { mountChecks } from "./checks.mjs";
import { sourceOf } from "./choosing.mjs";
import { mountDataset } from "./dataset.mjs";
import { createChooser, guardWindow, mountDrop } from "./dropping.mjs";
import { markMore } from "./fading.mjs";
import { mountFileCard, mountSteps } from "./filecard.mjs";
import { createImporting, EMPTY } from "./importing.mjs";
import { createImports } from "./imports.mjs";
import { mountDownloads } from "./downloading.mjs";
import { tellWhyNot } from "./heading.mjs";
import { mountNames } from "./names.mjs";
import { createPlaying, markIn } from "./playing.mjs";
import { mountPreview } from "./preview.mjs";
import { askSet } from "./sets.mjs";
import { mountSettings } from "./settings.mjs";
import { isThat, isWrongFile, mayDiscard, mountUnfinished, sameOf } from "./unfinished.mjs";
import { calledOf, isPartlySent, lookOf, sayOf, splitRowsOf, thinOf, toldOf } from "./words.mjs";
import { nowAt } from "../shell/going.mjs";
import { offlineBar } from "../shell/offline.mjs";
import { createReading } from "../shell/reading.mjs";
import { refreshShell } from "../shell/shell.mjs";
import { kept, keptByTab } from "../shell/storing.mjs";
import { createState } from "../parts/state.mjs";
import { takeBack } from "./taking_back.mjs";
import { showToast } from "../shell/toasts.mjs";

/** @import {DataValues, State} from "../records" */

const ACCEPT = {
  image: ".png,.jpg,.jpeg,.webp,.npy,.npz,.safetensors,.zip,.parquet,.gz,.ndjson,.bin,.csv,.jsonl,.lodemap,image/*",
  spectrogram: ".wav,.flac,.ogg,.mp3,.aif,.aiff,.zip,.csv,.jsonl,.lodemap,audio/*",
  vector: ".csv,.tsv,.parquet,.npy,.npz,.zip,.lodemap",
};

export function mountDataPage(root, signal) {
  const at = (selector) => root.querySelector(selector);
  const { project: projectId } = root.dataset;
  const routes = createApi();
  const api = createImports(routes);
  /** @type {State<DataValues>} */
  const state = createState({ ...EMPTY, isNew: Boolean(root.dataset.new), kind: "image" });
  const refresh = () => { dataset.refresh(); refreshShell(); };
  let trying = null; // the set that was asked for by name
  const wrong = []; // errors stay until something goes well
  const tell = (toast) => wrong.push(showToast({ kind: "error", ...toast }));
  const allIsWell = () => wrong.splice(0).forEach((toast) => toast.close());
  const complain = (error, title) => { if (error.name !== "AbortError") tell({ title, text: sentenceOf(error) }); };
  const importing = createImporting({ api, state, storage: keptByTab, imprints: kept, onRefused, onKept });

  function onRefused(sentence, there, isFetched = false) {
    tell({ ...toldOf(sentence), action: trying || isFetched ? { label: "Choose another set", run: offerSets } : { label: "Choose another file", run: () => files.open() } });
    if (!there) return;
    taken.delete(there.import_id);
    lookBack();
  }
  function onNamed({ message, seq }) {
    const undo = () => takeBack(routes, projectId, seq).then((text) => { showToast({ text }); refresh(); }, complain);
    showToast({ text: message, seconds: 12, ...(seq !== null ? { action: { label: "Undo", run: undo } } : {}) });
    refresh();
  }
  function onKept(id) {
    location.assign(`/?project=${id}`);
  }

  // What is chosen. `awaited` is an import whose file is to be chosen again.
  let awaited = null;
  async function take(chosen, isDropped = false) {
    stopWalking();
    const source = sourceOf(chosen);
    if (!source) { allIsWell(); tell({ title: "Nothing to bring in", text: "There is no file in it. Choose files, or a folder that holds some." }); return; }
    const again = sameOf(source, awaited, offered);
    const isWrong = isWrongFile(awaited, again, isDropped);
    if (!again && !isWrong && !(await mayEnd())) return;
    allIsWell();
    state.set({ isNew: true });
    if (isWrong) { tell({ title: `This is not ${calledOf({ imported: awaited })}`, text: "Choose the very file that was partly sent, or discard it and begin anew." }); return; }
    awaited = null;
    if (again) { drop(again); importing.goOn(source, again); } else importing.begin(source);
  }
  /** Whether the import that is shown may be deleted; one of which nothing was read yet is ended without a question. */
  async function mayEnd() {
    const { phase, imported } = state.get();
    return phase === "choosing" || !imported?.outline || ((await mayDiscard(imported)) && !signal.aborted);
  }
  async function end() {
    if (state.get().before) importing.goBack();
    else if (await mayEnd()) importing.cancel();
  }
  function stopWalking() {
    if (state.get().phase === "walking") importing.cancel();
  }
  function mayDrop() {
    const { phase } = state.get();
    if (phase !== "choosing") showToast({ text: "One at a time: replace or cancel this one first." });
    return phase === "choosing";
  }
  const onCancel = () => { awaited = null; };
  const files = createChooser({ isMultiple: true, label: "Files of a data set", onFiles: (chosen) => take(chosen), onCancel });
  const folder = createChooser({ isFolder: true, label: "Folder of a data set", onFiles: (chosen) => take(chosen), onCancel });
  at("#data-drop").append(files.node, folder.node);
  at("#data-choose").addEventListener("click", () => { awaited = null; files.open(ACCEPT[state.get().kind]); }, { signal });
  at("#data-choose-folder").addEventListener("click", () => { awaited = null; folder.open(); }, { signal });

  // Imports of an earlier visit
  let offered = [];
  const taken = new Set(); // by id, those this page went on with: what becomes of them is said by the file's card, or a toast
  const offers = () => (state.get().phase === "choosing" ? offered.filter((each) => !taken.has(each.import_id)) : []);
  const unfinished = mountUnfinished({
    root,
    onGoOn: (imported) => { drop(imported); state.set({ isNew: true }); importing.resume(imported); },
    onChoose: (imported, isFolder) => { awaited = imported; (isFolder ? folder : files).open(""); },
    onDiscard: (imported) => { drop(imported); importing.discard(imported).catch((error) => complain(error, "It could not be discarded")); },
  });
  function drop(imported) {
    if (isThat(awaited, imported)) awaited = null;
    offered = offered.filter((each) => !isThat(each, imported));
    unfinished.show(offers());
  }
  const looking = createReading({ onError: complain });
  const lookBack = () => looking.ask(null, importing.list, showOffers);
  function showOffers(found) {
    offered = found.filter((each) => !["kept", "cancelled"].includes(each.state));
    const mine = isReload() && offered.find((each) => each.import_id === importing.remembered() && !isPartlySent(each) && (each.state !== "failed" || each.outline));
    if (mine && state.get().isNew && state.get().phase === "choosing") { offered = offered.filter((each) => each !== mine); importing.resume(mine); }
    drop(null);
  }

  // What is seen
  const playing = createPlaying((n) => api.soundUrl(state.get().imported.import_id, n), markIn(at("#data-preview")));
  const ifReady = (run) => (id) => { if (state.get().phase === "ready") run(id); };
  const preview = mountPreview({ root, scope: "data", sounds: { over: ifReady(playing.over), play: ifReady(playing.play), out: playing.out }, signal });
  const fades = [...root.querySelectorAll(".preview-rows, .bars")].map(markMore);
  let looked = "";
  let shown = ""; // the import whose samples are shown
  const stopForgetting = state.subscribe(["imported"], ({ imported }) => {
    if (imported) taken.add(imported.import_id);
    const next = imported?.outline ? imported.import_id : "";
    if (next === shown) return;
    shown = next;
    looked = "";
    preview.clear();
    clearBalance({ root, scope: "data" });
  });
  const settings = mountSettings({ root, state, askSplit: api.split, onRead: importing.readAgain, onKeep: importing.keep, onSplit: drawSplit, signal });
  const dataset = projectId ? mountDataset({ root, projectId, api: createApi({ onConnection: offlineBar(at("#data-offline")) }), onError: complain, signal }) : null;
  const way = at("#data-cancel span").textContent;

  function drawSplit(split) {
    const { classes } = state.get().imported.summary;
    const rows = splitRowsOf(classes, split);
    drawBalance({ root, scope: "data", rows, none: { title: "No labels", words: "That is fine: the map forms itself without them, and you name what you see." } });
    drawThin({ root, scope: "data", thin: split.isAbout ? null : thinOf(classes, split.perClass) });
  }

  function drawFound({ imported, samples }) {
    const look = lookOf(imported, samples);
    if (!look || look.version === looked) return;
    looked = look.version;
    preview.show({ ...look, urlOf: (k) => api.sheetUrl(imported.import_id, k, encodeURIComponent(look.version)) });
  }

  function render(value) {
    const { isNew, phase, imported, kind } = value;
    if (phase === "ready" && !value.problem) allIsWell();
    at("#data-import").hidden = !isNew;
    if (at("#data-set")) at("#data-set").hidden = isNew;
    at("#data-names-place").hidden = isNew;
    at("#data-guide").hidden = !isNew || Boolean(imported?.outline);
    at("#data-drop").hidden = phase !== "choosing";
    at("#data-found").hidden = !imported?.outline || imported.outline.kind === "project";
    at("#data-found").classList.toggle("busy", Boolean(imported?.isBefore));
    unfinished.show(offers());
    at("#data-cancel").style.visibility = (projectId || phase !== "choosing") && phase !== "keeping" ? "visible" : "hidden";
    at("#data-cancel span").textContent = phase === "choosing" ? way : "Cancel";
    for (const card of root.querySelectorAll("[data-source]")) {
      if (card.dataset.source !== "sample") card.setAttribute("aria-pressed", String(card.dataset.source === (imported?.outline?.kind ?? kind)));
      card.disabled = phase !== "choosing";
    }
    for (const guide of root.querySelectorAll("[data-guide]")) guide.hidden = guide.dataset.guide !== kind;
    if (imported?.outline) drawFound(value);
    const words = sayOf(value);
    if (words !== at("#data-status").textContent) at("#data-status").textContent = words;
  }

  function choose(kind) {
    if (kind === "sample") offerSets();
    else state.set({ kind });
  }

  async function offerSets() {
    const isWanted = stillWanted(signal);
    try {
      const offer = await api.sets();
      if (isWanted() && state.get().phase === "choosing") askSet(offer, trySet);
    } catch (error) {
      if (isWanted()) complain(error);
    }
  }

  function trySet(wanted) {
    const mine = importing.trySample(wanted).finally(() => { if (trying === mine) trying = null; });
    trying = mine;
  }

  async function leave() {
    if (!(await mayEnd())) return;
    importing.cancel();
    playing.stop();
    if (!projectId) return;
    state.set({ isNew: false });
    nowAt(`/data?project=${projectId}`);
    dataset.refresh();
  }

  tellWhyNot(root);
  at("#data-sources").addEventListener("click", (event) => { const card = event.target.closest("[data-source]"); if (card) choose(card.dataset.source); }, { signal });
  at("#data-cancel").addEventListener("click", leave, { signal });
  const stops = [
    state.subscribe(["isNew", "phase", "imported", "kind", "samples"], render),
    mountFileCard({ root, state, onReplace: () => files.open(), onCancel: end, signal }),
    mountArchive({ root, state }),
    mountSteps({ root, state, signal, go: settings.focusReading }),
    mountChecks({ root, state, api, onOdd: () => preview.choose("odd"), onError: complain, signal }),
    mountDrop({ zone: at("#data-import"), mayDrop, onFolder: importing.walk, onFiles: (chosen) => take(chosen, true), onError: (error) => { stopWalking(); complain(error); } }),
    mountNames({ root, projectId, api: routes, onError: complain, onLooked: allIsWell, onDone: onNamed, onUnsure: refresh, signal }),
    mountDownloads({ root, send: routes.send, onError: complain }),
    guardWindow(), () => wrong.forEach((toast) => toast.withdraw()), stopForgetting, settings.stop, preview.stop, playing.stop, importing.stop, looking.stop, () => dataset?.stop(), () => { for (const { node } of [files, folder]) node.remove(); }, ...fades,
  ];
  render(state.get());
  dataset?.refresh();
  lookBack();
  return { state, destroy: () => stops.forEach((stop) => stop()) };
}

/** Whether the browser brought this page back, and nobody has gone elsewhere since. */
function isReload() {
  const isFirst = !visited;
  visited = true;
  return isFirst && /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"))[0]?.type === "reload";
}
let visited = false;
