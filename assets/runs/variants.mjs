// Small maps of the same names learned with several settings, each a click from being the map.

import { prefersStillness } from "../map/stillness.mjs";
import { newKey } from "../shell/api.mjs";
import { byHandTip } from "../parts/byhand.mjs";
import { byLabelTip } from "../parts/bylabel.mjs";
import { slotsOf } from "../parts/classes.mjs";
import { el } from "../parts/elements.mjs";
import { createReading } from "../shell/reading.mjs";
import { hasFailed, isLive, wordOf } from "../parts/runstates.mjs";
import { notRead, stillReading } from "../parts/unread.mjs";
import { titleOf } from "./grid.mjs";
import { drawSmallMap } from "./smallmap.mjs";
import { askVariants } from "./trying.mjs";
import { percent } from "./words.mjs";

/** @import {Api, Frames, Knob, ServerState, ShowToast} from "../records" */

const accuracyTip = (metrics) => byLabelTip(metrics) || byHandTip(metrics);
const OPENERS = ["variants-try", "variants-begin"];

/** How far a batch is: "3 of 6 done, 1 learning". Pure. */
export function progressOf(variants) {
  const num = (test) => variants.filter(test).length;
  const failed = num(({ state }) => hasFailed(state));
  const parts = [`${num(({ state }) => state === "finished")} of ${variants.length} done`];
  const learning = num(({ state }) => state === "running" || state === "stopping");
  if (learning) parts.push(`${learning} learning`);
  if (failed) parts.push(`${failed} failed`);
  return parts.join(", ");
}

/** The one of a batch with the highest held-out accuracy, -1 where none has one or several share it. Pure. */
export function highestOf(variants) {
  const values = variants.map(({ metrics }) => metrics.held_out_accuracy ?? -1);
  const most = Math.max(...values);
  return most >= 0 && values.indexOf(most) === values.lastIndexOf(most) && values.length > 1 ? values.indexOf(most) : -1;
}

/** How many of a batch the next one deletes: all but what was made the map once, which is a run of the project since. Pure. */
export function unadoptedOf(variants, runs) {
  const kept = new Set(runs.map((run) => run.run_id));
  return variants.filter(({ run_id: id, is_adopted: isAdopted }) => !isAdopted && !kept.has(id)).length;
}

/**
 * @param {{root: HTMLElement, api: Api, frames: Frames, projectId: string, knobs: Record<string, Knob[]>, getServer: () => ServerState,
 *   ensureName: () => Promise<?string>, showToast: ShowToast, onError: (error: Error) => void, onReadError: (error: Error) => void, onChange: () => void, signal?: AbortSignal}} options
 */
export function mountVariants({ root, api, frames, projectId, knobs, getServer, ensureName, showToast, onError, onReadError, onChange, signal }) {
  const at = (id) => /** @type {HTMLButtonElement} */ (root.querySelector(`#${id}`)); // or a place, of which less is asked
  let batch = { is_live: false, variants: [] };
  let isGone = false;
  const tiles = new Map(); // run_id -> {node, canvas, frame, reading}
  const base = `/api/projects/${projectId}/variants`;

  const slots = () => slotsOf(getServer().classes);
  const table = () => (knobs[getServer().project.preset] ?? []);

  async function refresh() {
    batch = await api.json(base);
    if (!isGone) draw();
  }

  function draw() {
    const { variants, is_live: isAnyLive } = batch;
    at("variants-grid").hidden = variants.length === 0;
    at("variants-empty").hidden = variants.length > 0;
    at("variants-cancel").hidden = !isAnyLive;
    at("variants-cancel").disabled = isAnyLive && variants.every(({ state }) => state !== "queued" && state !== "running");
    at("variants-state").textContent = variants.length ? progressOf(variants) : "";
    for (const id of OPENERS) at(id).disabled = isAnyLive;
    root.querySelector(".runs-main").classList.toggle("tried", variants.length > 0);
    const known = new Set(variants.map((each) => each.run_id));
    for (const [id, { reading }] of tiles) if (!known.has(id)) { reading.stop(); tiles.delete(id); }
    const nodes = variants.map((each) => tile(each).node);
    const now = at("variants-grid").children;
    // put back each time, a button would lose its focus, and a click that is on its way
    if (nodes.length !== now.length || nodes.some((node, nth) => node !== now[nth])) at("variants-grid").replaceChildren(...nodes);
    variants.forEach(picture);
  }

  function tile(variant) {
    const made = tiles.get(variant.run_id) ?? { node: el("article", { class: "variant" }), canvas: el("canvas", { role: "img" }), frame: null, reading: createReading({ onError: onReadError }) };
    tiles.set(variant.run_id, made);
    const { metrics, state, error, is_adopted: isAdopted, last_epoch: last, num_epochs: total } = variant;
    const configs = batch.variants.map((each) => each.config);
    const title = titleOf(variant.config, configs, table());
    const isHighest = highestOf(batch.variants) === batch.variants.indexOf(variant);
    made.canvas.setAttribute("aria-label", `Map with ${title}`);
    made.node.setAttribute("aria-label", title);
    made.node.classList.toggle("adopted", isAdopted);
    const key = JSON.stringify([title, state, last, error, isAdopted, isHighest, metrics.held_out_accuracy ?? null, accuracyTip(metrics)]);
    if (made.key === key) return made;
    made.key = key;
    const words = isLive(variant) && last >= 0 ? `epoch ${last} of ${total}` : wordOf(state);
    const wait = error ?? (state === "queued" ? "Waits for a worker" : last < 0 && !isLive(variant) ? "Stopped before its first epoch" : "");
    made.node.replaceChildren(
      el("header", {}, [el("span", { class: "variant-title", title }, title), el("span", { class: `chip ${isHighest ? "ok" : ""}`, title: accuracyTip(metrics) || null }, percent(metrics.held_out_accuracy))]),
      el("div", { class: "picture" }, [made.canvas, last < 0 && wait ? el("div", { class: "empty" }, wait) : null]),
      el("footer", {}, [el("span", { class: "cap clip", title: error ?? "" }, last < 0 ? words : error ?? (isHighest ? `${words}, highest` : words)), foot(variant)]),
    );
    return made;
  }

  function foot({ run_id: id, state, is_adopted: isAdopted }) {
    if (isAdopted) return el("span", { class: "chip accent" }, "made the map");
    if (state !== "finished") return null;
    const button = el("button", { type: "button", class: "btn btn-sm", onclick: () => adopt(id, button) }, "Make this the map");
    return button;
  }

  function picture({ run_id: id, frame: at_ }) {
    const made = tiles.get(id);
    if (!at_) return;
    made.reading.ask(JSON.stringify([at_, slots()]), () => frames.load({ runId: id, ...at_ }), (frame) => {
      made.frame = frame;
      drawSmallMap(made.canvas, frame, slots());
    });
  }

  function redraw() {
    for (const { canvas, frame } of tiles.values()) if (frame) drawSmallMap(canvas, frame, slots());
  }

  async function adopt(id, button) {
    button.disabled = true;
    try {
      await ensureName();
      if (isGone) return;
      const { number } = await api.post(`/api/runs/${id}/adopt`, { key: newKey() });
      showToast({ text: ["This variant is the map now, as ", { strong: `run ${number}` }, ". Undo on the map takes it back."], action: { label: "Open the map", run: () => location.assign(`/?project=${projectId}`) } });
      await refresh();
      onChange();
    } catch (error) {
      button.disabled = false;
      onError(error);
    }
  }

  function open() {
    const { runs } = getServer();
    const last = runs.filter((run) => run.kind === "fine_tune").at(-1);
    askVariants({ knobs: table(), config: last?.config ?? {}, epochS: last?.epoch_s ?? null, numDeleted: unadoptedOf(batch.variants, runs), send, onError });
  }

  async function send(wanted, named) {
    await named();
    if (isGone) return; // whoever left the page meanwhile wants nothing tried
    batch = await api.post(base, wanted);
    draw();
    at("variants").scrollIntoView({ block: "nearest", behavior: prefersStillness() ? "auto" : "smooth" });
    onChange();
  }

  at("variants-empty").hidden = true;
  at("variants-grid").hidden = false;
  at("variants-grid").replaceChildren(stillReading("Reading the variants"));
  for (const id of OPENERS) {
    at(id).disabled = true; // until it is known what there is to try
    at(id).addEventListener("click", open, { signal });
  }
  at("variants-cancel").addEventListener("click", async () => {
    at("variants-cancel").disabled = true;
    try {
      batch = await api.post(`${base}/stop`, {});
      draw();
    } catch (error) {
      onError(error);
    }
  }, { signal });
  const watcher = new ResizeObserver(redraw);
  watcher.observe(at("variants-grid"));
  /** Say that nothing could be read, where nothing was; `again` tries anew. */
  function refuse(again) {
    at("variants-grid").querySelector(".unread")?.replaceChildren(...notRead("The variants could not be read.", again).children);
  }
  return { refresh, refuse, refreshTheme: redraw, isLive: () => batch.is_live, destroy() {
    isGone = true;
    watcher.disconnect();
    for (const { reading } of tiles.values()) reading.stop();
  } };
}
