// The Runs page: reads the project as it is now, and hands each part what it shows.
//
//   mountRunsPage(root) -> {refreshTheme(), destroy()}     by pages.mjs, when the page is there as a whole

import { createApi, sentenceOf } from "../shell/api.mjs";
import { decodeSamples } from "../motion/codec.mjs";
import { el } from "../parts/elements.mjs";
import { createFrames } from "../motion/frames.mjs";
import { handSelection } from "../shell/handover.mjs";
import { isLive } from "../motion/line.mjs";
import { ensureName } from "../shell/session.mjs";
import { createThumbnails } from "../parts/thumbnails.mjs";
import { showToast } from "../shell/toasts.mjs";
import { mountBench } from "./bench.mjs";
import { mountConfusion } from "./confusion.mjs";
import { mountCurves } from "./curves.mjs";
import { createEpochs } from "./epochs.mjs";
import { mountReconstruction } from "./reconstruction.mjs";
import { mountTable } from "./table.mjs";
import { mountVariants } from "./variants.mjs";
import { isWanted, rowOf, shortOf, STATES } from "./words.mjs";
import { mountWorkers } from "./workers.mjs";

const EVERY_MS = { idle: 1000, live: 300, lost: 2000 };
const CLOCK_MS = 1000;

export function mountRunsPage(root) {
  const at = (selector) => root.querySelector(selector);
  const projectId = root.dataset.project;
  const knobs = JSON.parse(root.dataset.knobs);
  const api = createApi();
  const frames = createFrames({ fetchFrame: api.frame });
  const epochs = createEpochs(api);
  const wanted = { text: "", who: "", state: "" };
  let server = null;
  let dataset = null;
  let heldOut = null;
  let dress = null;
  let records = {};
  let recordsKey = "";
  let chosen = null; // run_ids, newest first; null while nobody has chosen
  let timer = 0;
  let drawnAt = 0;
  let isGone = false;

  const complain = (error) => { if (!error.isLost && !isGone) showToast({ kind: "error", text: sentenceOf(error) }); };
  const runOf = (id) => server.runs.find((run) => run.run_id === id);
  const nameOfClass = (index) => server?.classes.find((each) => each.class_index === index)?.name ?? `class ${index}`;

  function takeToMap(packed) {
    if (handSelection(projectId, packed)) location.assign(`/?project=${projectId}`);
    else showToast({ kind: "error", text: "This browser keeps nothing for the map to take over. Allow this site to store data, then select again." });
  }

  const table = mountTable({ root, onChoose(ids) { chosen = ids; drawChosen(); }, onError: complain });
  const curves = mountCurves({ root });
  const confusion = mountConfusion({ root, api, nameOfClass, onSelect: takeToMap, onError: complain });
  const reconstruction = mountReconstruction({ root, api, decoding: JSON.parse(root.dataset.decoding), onError: complain });
  const bench = mountBench({
    root, api, frames, getServer: () => server, getDataset: () => dataset, getHeldOut: () => heldOut, dress: () => dress,
    epochsOf: (id) => epochs.upTo(runOf(id)), onSelect: takeToMap, onError: complain,
  });

  const variants = mountVariants({
    root, api, frames, projectId, knobs, getServer: () => server, ensureName, showToast, onError: complain, onChange: again,
  });

  const workers = mountWorkers({ root, api, projectId, onError: complain, onChange: again });

  /** Look at once: something was just asked for. */
  function again() {
    clearTimeout(timer);
    if (!isLooking) tick();
  }

  function drawRows() {
    drawnAt = performance.now();
    const rows = server.runs.map((run) => rowOf(run, records[run.run_id], knobs));
    fill(at("#runs-who"), [...new Set(rows.map((row) => row.who))].sort());
    fill(at("#runs-state"), [...new Set(rows.map((row) => STATES[row.state][0]))].sort());
    // As high as its rows, up to a limit; words in the filter change nothing of it.
    at(".runs-main").style.setProperty("--runs", rows.length);
    table.show(rows.filter((row) => isWanted(row, wanted)));
    at("#runs-empty").hidden = rows.length > 0;
    at("#runs-empty").replaceChildren(el("span", { class: "strong" }, "No runs yet"), "Open the map: its first one forms by itself. Each Update adds a row here.", el("a", { class: "btn btn-primary", href: `/?project=${projectId}` }, "Open the map"));
    at(".runs-table").classList.toggle("bare", rows.length === 0);
  }

  function fill(select, values) {
    const key = values.join("\n");
    if (select.dataset.key === key) return;
    select.dataset.key = key;
    const [everything] = select.options;
    const { value } = select;
    select.replaceChildren(everything, ...values.map((each) => el("option", { value: each }, each)));
    select.value = values.includes(value) ? value : "";
  }

  /** The newest run and the one before it, while nobody has chosen. */
  function chosenIds() {
    const known = new Set(server.runs.map((run) => run.run_id));
    const newest = [...server.runs].sort((a, b) => b.number - a.number).map((run) => run.run_id);
    const ids = chosen?.filter((id) => known.has(id));
    return ids?.length || chosen?.length === 0 ? ids : newest.slice(0, 2);
  }

  async function drawChosen() {
    const ids = chosenIds();
    const runs = ids.map(runOf);
    drawCompare(runs);
    table.choose(ids);
    try {
      confusion.show(runs[0] ?? null);
      reconstruction.show(runs[0] ?? null);
      const lists = await Promise.all(runs.map((run) => epochs.upTo(run)));
      if (!isGone && ids.join() === chosenIds().join()) curves.draw(runs.map((run, nth) => ({ run, epochs: lists[nth] })));
    } catch (error) {
      complain(error);
    }
  }

  function drawCompare(runs) {
    const seen = runs.filter((run) => run.last_epoch >= 0);
    const button = at("#runs-compare");
    at("#runs-count").textContent = runs.length ? `${runs.length} chosen` : "";
    button.disabled = seen.length !== 2 || runs.length !== 2;
    button.querySelector(".words").textContent = button.disabled ? "Compare" : `Compare ${shortOf(seen[1])} and ${shortOf(seen[0])}`;
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
    dataset = await api.dataset(datasetId);
    ({ heldOut } = decodeSamples(await api.samples(datasetId), dataset.num_samples));
    dress = createThumbnails(datasetId, dataset.sheet);
  }

  async function look() {
    const answer = await api.state(projectId, server?.digest);
    if (isGone) return;
    if (!dataset) await open(answer);
    if (isGone) return;
    const isNew = !answer.unchanged;
    if (isNew) server = answer;
    if (isNew) workers.show();
    if (isNew) await readRecords();
    if (isGone) return;
    const live = server.runs.filter(isLive);
    if (isNew || (live.length && performance.now() - drawnAt > CLOCK_MS)) drawRows(); // how long it took goes on
    if (isNew || variants.isLive()) await variants.refresh();
    if (isGone || !isNew) return;
    drawTop(live);
    await drawChosen();
    if (!isGone) bench.refresh();
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

  let hasComplained = false;
  let isLooking = false;
  async function tick() {
    let pause = EVERY_MS.idle;
    isLooking = true;
    try {
      await look();
      hasComplained = false;
      if (server?.runs.some(isLive) || variants.isLive()) pause = EVERY_MS.live;
    } catch (error) {
      if (!hasComplained) complain(error);
      hasComplained = true;
      pause = EVERY_MS.lost;
    }
    isLooking = false;
    if (!isGone) timer = setTimeout(tick, document.hidden ? EVERY_MS.lost : pause);
  }

  const filters = [["#runs-find", "input", "text"], ["#runs-who", "change", "who"], ["#runs-state", "change", "state"]];
  for (const [selector, kind, name] of filters) at(selector).addEventListener(kind, ({ target }) => { wanted[name] = target.value; if (server) drawRows(); });
  at("#runs-compare").addEventListener("click", () => {
    const [after, before] = chosenIds();
    bench.compare(before, after);
    at("#bench").scrollIntoView({ block: "start", behavior: "smooth" });
  });
  tick();

  return {
    bench,
    refreshTheme() { bench.refreshTheme(); variants.refreshTheme(); },
    destroy() {
      isGone = true;
      clearTimeout(timer);
      document.getElementById("top-status")?.replaceChildren();
      [table, curves, bench, variants, workers].forEach((part) => part.destroy());
    },
  };
}
