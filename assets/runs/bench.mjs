// Before and after: any two snapshots of the project, linked, with what moved and what flipped.

import { many } from "../parts/counting.mjs";
import { el } from "../parts/elements.mjs";
import { listFocused } from "../parts/listedkeys.mjs";
import { stillReading } from "../parts/unread.mjs";
import { SentenceError, sentenceOf } from "../shell/errors.mjs";
import { createReading } from "../shell/reading.mjs";
import { placed } from "../teaching/gestures.mjs";
import { pairOf } from "./address.mjs";
import { drawChanges, drawFlips, drawVerdict, renamedWords } from "./changes.mjs";
import { ringed } from "./rings.mjs";
import { createTwins } from "./twins.mjs";
import { leaveWheel } from "./wheel.mjs";
import { calledNow, nameOf, percent } from "./words.mjs";

/** @import {Api, Epoch, Frames, Keys, ServerState} from "../records" */

const SIDES = ["before", "after"];
const KEYS_OF = "Before and after";

/** Runs that have a snapshot, newest first. Pure. */
export const seenRuns = (runs) => runs.filter((run) => run.last_epoch >= 0).sort((a, b) => b.number - a.number);

/** Which two snapshots to begin with: the newest map and what it learned from. Pure. */
export function firstPair(runs) {
  const seen = seenRuns(runs);
  if (!seen.length) return null;
  const [after, before = after] = seen;
  return { before: { run: before.run_id, epoch: before === after ? 0 : before.last_epoch }, after: { run: after.run_id, epoch: after.last_epoch } };
}

/** A choice whose epoch the run has: the one wanted, else the last before it, else its first. Pure. */
export function settled({ run, epoch }, list) {
  const found = list.findLast((each) => each.epoch <= epoch) ?? list[0];
  return { run, epoch: found?.epoch ?? epoch };
}

/** What is drawn of classes: other names, colours or merges are drawn anew. Pure. */
export const looksOf = (classes) => JSON.stringify(classes.map(({ class_index: index, name, color, merged_into: into }) => [index, name, color, into]));

/**
 * @param {{root: HTMLElement, api: Api, frames: Frames, keys: Keys, getServer: () => ServerState,
 *   getHeldOut: () => Uint8Array, dress: function, epochsOf: (runId: string) => Promise<Epoch[]>,
 *   onSelect: (ids: Uint32Array, snapshot: {runId: string, n: number}) => void, signal?: AbortSignal, create?: typeof createTwins}} options
 *   onSelect: ids are wanted on the map, with the snapshot they were selected on
 */
export function mountBench({ root, api, frames, keys, getServer, getHeldOut, dress, epochsOf, onSelect, signal, create = createTwins }) {
  const at = (id) => root.querySelector(`#${id}`);
  const selects = Object.fromEntries(SIDES.map((side) => [side, { run: /** @type {HTMLSelectElement} */ (at(`bench-${side}-run`)), epoch: /** @type {HTMLSelectElement} */ (at(`bench-${side}-epoch`)) }]));
  let pair = pairOf(location.search);
  let isChosen = pair !== null; // by a person; until then the newest two are shown
  let isAsked = isChosen; // by the address: once it is there it is brought into sight
  const listing = createReading({ onError: refuse });
  const comparing = createReading({ onError: refuse });
  /** @type {ReturnType<typeof createTwins> | null} */
  let twins = null;
  let found = null;
  let seen = []; // which snapshots the two maps show: {runId, n}
  let opinions = null;
  let isLasso = false;
  let trouble = null; // what keeps the maps from being seen: {title, message}
  let isTroubleSaid = false;
  let numLost = 0; // of the two drawings, while the graphics card has taken them away
  let drawnLooks = "";

  const runOf = (id) => getServer().runs.find((run) => run.run_id === id);
  const classes = () => placed(getServer().classes);
  const className = (index) => calledNow(getServer().classes, index) ?? "none";
  const isOn = (name) => at(name).getAttribute("aria-checked") === "true";

  function cover(words) {
    isTroubleSaid = false;
    at("bench-cover").replaceChildren(...words);
    at("bench-cover").hidden = words.length === 0;
  }

  function say(...words) {
    cover(words);
    at("bench").classList.toggle("bare", words.length > 0);
    at("bench").classList.remove("refused");
    at("bench").setAttribute("aria-busy", "false");
  }

  /** What was chosen cannot be had: nothing else may stand in its place, and another choice is open. */
  function refuse(error) {
    say(el("span", { class: "strong" }, "These two could not be compared"), sentenceOf(error), el("button", { type: "button", class: "btn", onclick: refresh }, "Try again"));
    at("bench").classList.replace("bare", "refused");
  }

  /** Fill the choices for what the project has, and show what is chosen. */
  function refresh() {
    if (twins && looksOf(getServer().classes) !== drawnLooks) rename();
    const runs = seenRuns(getServer().runs);
    if (!isChosen || !runOf(pair.before.run) || !runOf(pair.after.run)) pair = firstPair(runs);
    if (!pair) return say(el("span", { class: "strong" }, "Nothing to compare yet"), "Once the first map has formed, any two of its moments can be seen side by side here.");
    for (const side of SIDES) fill(selects[side].run, runs.map((run) => [run.run_id, nameOf(run)]), pair[side].run);
    const wanted = pair;
    return listing.ask(null, () => Promise.all(SIDES.map((side) => epochsOf(wanted[side].run))), (lists) => {
      pair = { before: settled(wanted.before, lists[0]), after: settled(wanted.after, lists[1]) };
      SIDES.forEach((side, nth) => fill(selects[side].epoch, lists[nth].map(({ epoch }) => [String(epoch), `epoch ${epoch}`]), String(pair[side].epoch)));
      return compare(pair);
    });
  }

  function compare({ before, after }) {
    const path = `/api/runs/${before.run}/comparison/${before.epoch}/${after.run}/${after.epoch}`;
    return comparing.ask(path, (signal) => {
      at("bench").setAttribute("aria-busy", "true"); // the maps that are still there are of others
      return Promise.all([frameOf(before), frameOf(after), api.within(signal).json(path)]);
    }, take);
  }

  function take([first, second, answer]) {
    found = answer;
    seen = [first.at, second.at];
    const pictures = [first.frame, second.frame];
    opinions = pictures.map((frame) => frame.prediction);
    show(pictures);
  }

  function choose(wanted) {
    isChosen = true;
    pair = wanted;
    return refresh();
  }

  function fill(select, options, chosen) {
    const key = JSON.stringify(options);
    if (select.dataset.key !== key) {
      select.dataset.key = key;
      select.replaceChildren(...options.map(([value, text]) => el("option", { value }, text)));
    }
    select.value = chosen;
  }

  async function frameOf({ run, epoch }) {
    const row = (await epochsOf(run)).find((each) => each.epoch === epoch);
    if (!row) throw new SentenceError(`Epoch ${epoch} of this run is not there any more; choose another.`);
    const frame = await frames.load({ runId: run, attempt: row.attempt, n: row.n });
    return { frame, at: { runId: run, n: row.n } };
  }

  function show(pictures) {
    say();
    if (isAsked) at("bench").scrollIntoView({ block: "start" });
    isAsked = false;
    const [{ latentDim, numSamples }] = pictures;
    if (!twins) unregister.push(...listFocused(keys, KEYS_OF, latentDim));
    twins ??= create({ panes: [at("bench-pane-before"), at("bench-pane-after")], numSamples, latentDim, heldOut: getHeldOut(), onSelect: told, onTrouble });
    drawnLooks = looksOf(getServer().classes);
    twins.show(pictures, classes());
    setChip("before", found.accuracy_before, "");
    setChip("after", found.accuracy_after, { "real gain": "ok", harm: "error" }[found.gain.verdict] ?? "");
    drawVerdict(at("bench-verdict"), found);
    list();
    sayTrouble();
  }

  /** All that names or colours classes, beside the maps. */
  function list() {
    listFlips();
    drawChanges(at("bench-changes"), found.classes, className);
    layers();
  }

  /** Classes have other names or colours, or live on in others, since the two were drawn. */
  function rename() {
    drawnLooks = looksOf(getServer().classes);
    twins.rename(classes());
    list();
  }

  const pick = (id) => { twins.select(Uint32Array.of(id)); told(twins.selected()); };
  const listFlips = () => drawFlips(at("bench-list"), found, { dress: dress(), wordsOf, onPoint: (id) => twins.ring(id), onPick: pick });

  function setChip(side, accuracy, kind) {
    const chip = at(`bench-chip-${side}`);
    chip.hidden = accuracy === null;
    chip.className = `chip ${kind}`;
    chip.textContent = percent(accuracy ?? NaN);
    chip.title = ["By the names that the later of the two learned from.", renamedWords(found)].filter(Boolean).join(" ");
  }

  /** Flips are of the classes that the two runs learned, which may be one by now. */
  const wordsOf = (id) => opinions.map((prediction) => className(prediction?.[id] ?? -1));

  function layers() {
    twins?.setDrift(isOn("bench-drift"));
    twins?.setFlips(found && isOn("bench-flips") ? ringed(found) : []);
  }

  /** Say what is selected; `nth` of the two is where that was done, the later one where it was in a list about both. */
  function told(ids, nth = 1) {
    const bar = at("bench-selection");
    const drawnOn = seen[nth];
    bar.hidden = ids.length === 0;
    bar.replaceChildren(
      el("span", { class: "strong" }, `${many(ids.length, "sample")} selected`),
      el("button", { type: "button", class: "btn btn-sm", onclick: () => onSelect(ids, drawnOn) }, "Select on the map"),
      el("button", { type: "button", class: "btn btn-light btn-sm", onclick: clear }, "Clear"),
    );
  }

  function clear() {
    twins?.select(new Uint32Array(0));
    told(new Uint32Array(0));
  }

  /** Only in the place of maps that would be seen: the choices stay, and what is told of the two. */
  function sayTrouble() {
    if (!at("bench-cover").hidden && !isTroubleSaid) return;
    cover(trouble ? [el("span", { class: "strong" }, trouble.title), trouble.message] : []);
    isTroubleSaid = trouble !== null;
  }

  function onTrouble({ code, message }) {
    numLost += { context_lost: 1, context_restored: -1 }[code] ?? 0;
    if (code === "no_webgl") trouble = { title: "The maps cannot be drawn here", message };
    else if (code === "context_lost") trouble = { title: "The maps are away for a moment", message };
    else if (numLost === 0) trouble = null;
    sayTrouble();
  }

  function setLasso(isLassoNow) {
    isLasso = isLassoNow;
    at("bench-lasso").setAttribute("aria-pressed", String(isLasso));
    twins?.setTool(isLasso ? "lasso" : "pan");
  }

  for (const side of SIDES) {
    const { run, epoch } = selects[side];
    run.addEventListener("change", () => choose({ ...pair, [side]: { run: run.value, epoch: runOf(run.value).last_epoch } }), { signal });
    epoch.addEventListener("change", () => choose({ ...pair, [side]: { ...pair[side], epoch: Number(epoch.value) } }), { signal });
  }
  for (const name of ["bench-drift", "bench-flips"]) at(name).addEventListener("click", () => { at(name).setAttribute("aria-checked", String(!isOn(name))); layers(); }, { signal });
  at("bench-lasso").addEventListener("click", () => setLasso(!isLasso), { signal });
  at("bench-fit").addEventListener("click", () => twins?.fit(), { signal });
  const escape = () => { if (isLasso) setLasso(false); else clear(); };
  leaveWheel(SIDES.map((side) => at(`bench-pane-${side}`)), { signal });
  /** @type {(() => unknown)[]} */
  const unregister = [
    keys.register("Escape", { label: "Put the lasso away, or let the selection go", group: KEYS_OF, run: escape }),
    keys.mention("ctrl+wheel", { label: "Zoom the maps", group: KEYS_OF }),
  ];
  say(stillReading("Reading the maps"));

  return {
    refresh,
    /** Show two runs, each at its last epoch; the earlier one before. */
    compare(one, other) {
      const [before, after] = [runOf(one), runOf(other)].sort((a, b) => a.number - b.number);
      return choose({ before: { run: before.run_id, epoch: before.last_epoch }, after: { run: after.run_id, epoch: after.last_epoch } });
    },
    refreshTheme() {
      twins?.refreshTheme();
      if (found && twins) listFlips(); // their pictures are drawn in the theme's ink
    },
    twins: () => twins,
    destroy() { listing.stop(); comparing.stop(); twins?.destroy(); unregister.forEach((undo) => undo()); },
  };
}
