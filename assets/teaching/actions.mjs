// What a person can do: each verb updates the screen at once and goes out through the outbox.

import { newKey } from "../shell/api.mjs";
import { allows } from "../shell/rights.mjs";
import { packIds, toBase64 } from "../parts/codec.mjs";
import { acknowledged, annotateWords, drawnOn, knownBy, referTo, stillOpen } from "./gestures.mjs";
import { resumable } from "./goingon.mjs";
import { sentenceOf } from "../shell/errors.mjs";
import { HIDDEN } from "../map/marks.mjs";
import { EMPTY, idsWhere, tally } from "../parts/selection.mjs";
import { createMoves } from "./moves.mjs";
import { livingClasses, NO_CLASS } from "../parts/classes.mjs";
import { VERBS } from "../parts/verbs.mjs";
import { movedByLastRun } from "./ways.mjs";
import { isLive, runToWatch } from "../parts/runstates.mjs";
import { wornOf } from "../motion/panes.mjs";

const TEACHING = new Set(["annotate", "clear", "mark_unsure", "merge_class", "move", "pin", "release", "place_class", "release_class"]);
const MAJORITY = 0.6;

/** A name worth offering for a new class, and free: the data set's own, when most of the selection share it. */
export function suggestName({ ids, label, classNames, classes }) {
  const [[labelIndex, count] = [-1, 0]] = tally(ids, label);
  const name = labelIndex >= 0 && count >= MAJORITY * ids.length ? classNames[labelIndex] : null;
  const taken = new Set(livingClasses(classes).map((each) => each.name.toLowerCase()));
  if (name && !taken.has(name.toLowerCase())) return name;
  let number = livingClasses(classes).length + 1;
  while (taken.has(`class ${number}`)) number += 1;
  return `class ${number}`;
}

/** What key 0 says where there is no name to clear; a class called 0 is named otherwise. */
export function bareWords(classes) {
  const zero = classes.some(({ name, merged_into: into }) => name === "0" && (into ?? null) === null);
  return zero ? "Key 0 clears names, and none of these samples has one. To name them 0, click the class 0 in the list." : "None of the selected samples has a name.";
}

export function createActions({ api, state, outbox, sync, showToast, dialogs, ensureName, goOn = () => null, knobs, player }) {
  const gesturesPath = () => `/api/projects/${state.get().projectId}/gestures`;
  const runsPath = () => `/api/projects/${state.get().projectId}/runs`;
  // What is merely missing is said and goes; it stops being true with the next name.
  const fail = (error) => {
    showToast({ text: sentenceOf(error), ...(error.code === "not_enough_annotations" ? {} : { kind: "error" }) });
  };
  let offer = null; // the toast whose Undo means the newest gesture
  let answer = null; // the toast that says what the newest undo or redo did

  /** Whoever speaks goes on from the newest map: Edit is held before an Update only until then. */
  const takeOver = () => state.set({ held: null });

  /** Say what was done and offer to take it back, until something newer is what Undo would take back. */
  function offerUndo(toast, key) {
    for (const said of [offer, answer]) said?.close(); // one at a time: a pile would hide the selection
    offer = showToast({ ...toast, action: { label: "Undo", key: "Ctrl Z", run: () => undoOf({ seq_of: key }) } });
    return offer;
  }

  /** What a gesture waits for once it is kept; without a name it goes out all the same, as a guest's. */
  const named = async () => {
    try {
      await ensureName();
    } catch (error) {
      fail(error);
    }
  };

  function dropPending(key) {
    state.set({ pending: state.get().pending.filter((each) => each.key !== key) });
  }

  function acknowledge(key, ack) {
    const { pending, annotationSeq } = state.get();
    state.set({ pending: stillOpen(acknowledged(pending, key, ack), annotationSeq) });
  }

  /** Send one gesture; `local` is what it changes here before the server has answered. */
  async function gesture(verb, values = {}, local = {}) {
    const key = newKey();
    const ids = local.ids ?? null;
    /** @type {{key: string, verb: string, samples?: string}} */
    const body = { key, verb, ...values };
    const mine = { key, verb, seq: null, ids: ids ?? [], ...local, ...(local.newClass ? { madeBy: key } : {}) };
    offer?.withdraw();
    takeOver();
    if (ids) body.samples = toBase64(packIds(ids, state.get().label.length));
    // On the screen before anything else: what the hand has moved must not jump back.
    state.set({ pending: [...state.get().pending, mine] });
    const said = local.toast ? offerUndo(local.toast, key) : null;
    try {
      const ack = await outbox.add(gesturesPath(), body, named());
      acknowledge(key, ack);
      sync.expect();
      if (TEACHING.has(verb) && state.get().auto && allows("trainer")) update({ autoOf: ack.seq });
      return ack;
    } catch (error) {
      dropPending(key);
      said?.close();
      fail(error);
      return null;
    }
  }

  function needSelection() {
    const { ids } = state.get().selection;
    if (ids.length > 0) return ids;
    showToast({ text: "Nothing is selected. Lasso some points first." });
    return null;
  }

  /** On which map the selection was drawn; one that came from none is seen on the map on screen, and named there. */
  const seenOn = () => drawnOn(state.get().selection.snapshot ?? state.get().picture);

  function annotate(classIndex) {
    const ids = needSelection();
    const info = state.get().classes[classIndex];
    if (!ids || !info) return null;
    const toast = { text: annotateWords(ids.length, info.name), color: info.color };
    return gesture("annotate", { class_index: referTo(info), ...seenOn() }, { ids, ...knownBy(info), toast });
  }

  async function annotateNew() {
    const [ids, seen] = [needSelection(), seenOn()];
    if (!ids) return null;
    const { label, dataset, classes } = state.get();
    const suggestion = suggestName({ ids, label, classNames: dataset.class_names, classes });
    const newClass = await dialogs.askClass({ mode: "add", classes, suggestion, toName: ids.length });
    if (!newClass) return null;
    const toast = { text: annotateWords(ids.length, newClass.name), color: newClass.color };
    return gesture("annotate", { new_class: newClass, ...seen }, { ids, newClass, toast });
  }

  /** Name the selection with the nth key of the palette; the key after the last makes a class. */
  function annotateByKey(nth) {
    const info = livingClasses(state.get().classes)[nth];
    return info ? annotate(info.class_index) : annotateNew();
  }

  function onSelection(verb) {
    const ids = needSelection();
    if (!ids) return null;
    return gesture(verb, seenOn(), { ids, toast: { text: VERBS[verb].done(ids.length) } });
  }

  function clear() {
    const { selection, named } = state.get();
    const isBare = selection.ids.length > 0 && named && selection.ids.every((id) => named[id] === NO_CLASS);
    return isBare ? void showToast({ text: bareWords(state.get().classes) }) : onSelection("clear");
  }

  async function addClass() {
    const newClass = await dialogs.askClass({ mode: "add", classes: state.get().classes });
    if (newClass) await gesture("add_class", newClass, { newClass });
  }

  async function changeClass(mode, classIndex) {
    const { classes } = state.get();
    const classInfo = classes[classIndex];
    const answer = await dialogs.askClass({ mode, classInfo, classes });
    if (!answer || (mode === "rename" && answer.name.trim() === classInfo.name) || (mode === "recolor" && answer.color === classInfo.color)) return;
    const text = { rename: `${classInfo.name} is now ${answer.name}.`, recolor: `${classInfo.name} has a new colour.` }[mode]
      ?? `${classInfo.name} was merged into ${classes[answer.into]?.name}.`;
    const values = mode === "merge" ? { into: referTo(classes[answer.into]) } : answer;
    await gesture(`${mode}_class`, { class_index: referTo(classInfo), ...values }, { toast: { text } });
  }

  async function takeBack(verb, what, values = {}) {
    if (!what && state.get().pending.length === 0) return showToast({ text: `There is nothing to ${verb}.` });
    await goOn();
    const isLost = state.get().connection === "lost";
    const notice = isLost ? showToast({ text: `${verb === "undo" ? "Undo" : "Redo"} is kept and sent when the connection is back.` }) : null;
    const ack = await gesture(verb, values);
    notice?.close();
    if (ack) {
      for (const said of [offer, answer]) said?.close(); // each undoes the word of the one before
      answer = showToast({ text: ack.message || (verb === "undo" ? "Undone." : "Done again.") });
    }
    return ack;
  }

  // What goes back in time, or teaches, is seen at the newest picture, wherever the playhead was left.
  const live = (act) => () => {
    player.goLive();
    return act();
  };
  const undo = live(() => takeBack("undo", state.get().server?.undo));
  /** Take back one gesture, by its seq or `{seq_of: key}`: refused where another tab of the same person did something since. */
  const undoOf = (expected) => live(() => takeBack("undo", state.get().server?.undo, { expected }))();
  const redo = live(() => takeBack("redo", state.get().server?.redo));
  const reset = live(() => gesture("reset", {}, { toast: { text: VERBS.reset.done() } }));

  /** Fine-tune on every name so far; `autoOf` is the gesture whose undo takes this run back too. */
  async function update(/** @type {{autoOf?: number}} */ { autoOf } = {}) {
    const config = knobs.read();
    // The field has the focus and its own sentence, but its panel may be closed.
    if (!config) return void showToast({ text: knobs.problem(), kind: "error" });
    player.goLive();
    takeOver();
    // What an update of its own teaches falls with its gesture; one asked for is taken back before it.
    if (autoOf === undefined) offer?.withdraw();
    state.set({ isAsking: true });
    await goOn(); // what waits for a name is taught too
    try {
      const run = await outbox.add(runsPath(), { key: newKey(), kind: "fine_tune", config, auto_of: autoOf });
      if (run.message) showToast({ text: run.message });
      await sync.again();
    } catch (error) {
      fail(error);
    } finally {
      state.set({ isAsking: false });
    }
  }

  async function stop(run = runToWatch(state.get().server?.runs)) {
    if (!run || state.get().stopping.includes(run.run_id)) return;
    state.set({ stopping: [...state.get().stopping, run.run_id] });
    try {
      await api.stopRun(run.run_id);
    } catch (error) {
      state.set({ stopping: state.get().stopping.filter((id) => id !== run.run_id) });
      fail(error);
    }
    await sync.again();
  }

  // Once the server says it itself, or that it is over, the run may go on by anybody's word, and be stopped anew.
  state.subscribe(["server"], ({ server, stopping }) => {
    const left = (stopping ?? []).filter((id) => server?.runs.some((run) => run.run_id === id && isLive(run) && run.state !== "stopping"));
    if (left.length < (stopping ?? []).length) state.set({ stopping: left });
  });

  /** Let the map form itself once more, where the first pretraining left nothing. */
  async function formAgain() {
    const { projectId, server } = state.get();
    try {
      // The same key in each tab: two that ask start one pretraining, also beside one that opens.
      const key = server.runs.length > 0 ? `${projectId}:${server.runs.length}` : projectId;
      await outbox.add(runsPath(), { key, kind: "pretrain", config: {} });
      await sync.again();
    } catch (error) {
      fail(error);
    }
  }

  /** Let a stopped pretraining go on where it was. */
  async function goOnForming() {
    const run = resumable(state.get().server);
    if (!run) return;
    player.goLive();
    try {
      await api.goOn(run.run_id);
    } catch (error) {
      fail(error);
    }
    await sync.again();
  }

  /** Select samples; `region` is where they were outlined, if they were, and `picture` the map that was done on. */
  const select = (ids, region = null, picture = state.get().picture) => {
    const snapshot = picture ? { runId: picture.runId, n: picture.n, ...(picture.part ? { part: picture.part } : {}) } : null;
    state.set({ selection: ids.length > 0 ? { ids, region, snapshot } : EMPTY });
  };

  /** Select every point in sight that passes; hidden ones are left out, as a lasso leaves them. */
  function selectWhere(passes, none) {
    const { label } = state.get();
    const { mark } = wornOf(state.get());
    if (!mark) return;
    const ids = idsWhere(label.length, (id) => !(mark[id] & HIDDEN) && passes(id));
    if (ids.length === 0) showToast({ text: none });
    else select(ids);
  }

  async function selectMovedMost() {
    try {
      const ids = await movedByLastRun(state.get(), player);
      if (ids?.length) select(ids.sort());
      else showToast({ text: "Nothing has moved yet." });
    } catch (error) {
      fail(error);
    }
  }

  return {
    ...createMoves({ state, gesture, showToast, needSelection }),
    annotate, annotateNew, annotateByKey, addClass, undo, undoOf, redo, reset, update, stop, formAgain, goOnForming, select,
    selectAll: () => selectWhere(() => true, "Every class is hidden. Show one to select its points."),
    selectMovedMost,
    selectUnnamed: () => selectWhere((id) => state.get().named[id] === NO_CLASS, "Every point in sight is named or marked as unsure."),
    clear,
    markUnsure: () => onSelection("mark_unsure"),
    rename: (classIndex) => changeClass("rename", classIndex),
    merge: (classIndex) => changeClass("merge", classIndex),
    recolor: (classIndex) => changeClass("recolor", classIndex),
  };
}
