// What a person can do, over a server that answers when the test says so.

import assert from "node:assert/strict";
import { test } from "node:test";

import { bareWords, createActions } from "../../../assets/teaching/actions.mjs";
import { SentenceError } from "../../../assets/shell/errors.mjs";
import { createState } from "../../../assets/parts/state.mjs";

const APPLE = { class_index: 0, name: "apple", color: 1, merged_into: null };

/** Actions over a page that is open, and what they did to the parts around them. */
function stage(more = {}, knobs = { read: () => ({ num_epochs: 2 }) }, frames = {}, ensureName = async () => "Ada") {
  const told = { sent: [], stopped: [], toasts: [], live: 0 };
  const state = createState({
    projectId: "p", server: { undo: null, redo: null, runs: [] }, classes: [APPLE], pending: [], annotationSeq: 3, connection: "ok", auto: false,
    label: new Int16Array(8), dataset: { class_names: [] }, selection: { ids: Uint32Array.of(1, 2) }, ...more,
  });
  const add = (path, body, hold) => new Promise((resolve, reject) => told.sent.push({ path, body, hold, resolve, reject }));
  const showToast = (toast) => {
    const shown = { ...toast, isOpen: true, close: () => { shown.isOpen = false; }, withdraw: () => { shown.action = null; } };
    told.toasts.push(shown);
    return shown;
  };
  const actions = createActions({
    api: { stopRun: async (id) => { told.stopped.push(id); } }, state, outbox: { add }, sync: { again: () => {}, expect: () => {} }, showToast, dialogs: { askClass: async () => ({ name: "fig", color: 2 }) },
    ensureName, knobs, player: { goLive: () => { told.live += 1; }, ...frames },
  });
  return { actions, state, told };
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

test("a class named while its making is on its way is spoken of by that gesture, not by a guess", async () => {
  const { actions, state, told } = stage();
  actions.annotateNew();
  await settle();
  const { key } = told.sent[0].body;
  state.set({ classes: [APPLE, { class_index: 1, name: "fig", color: 2, merged_into: null, key }] });
  actions.annotateByKey(1);
  await settle();
  assert.deepEqual(told.sent[1].body.class_index, { made_by: key });
});

test("an outline belongs to the map it was drawn on: Edit's, or the one Result shows", () => {
  const [edit, result] = [{ runId: "p", n: 4 }, { runId: "r", n: 1, part: 0.5 }]; // scrubbed to between two frames
  const { actions, state } = stage({ picture: edit, shown: result });
  actions.select(Uint32Array.of(1), { kind: "lasso" }, result);
  assert.deepEqual(state.get().selection.snapshot, result);
  actions.select(Uint32Array.of(1), { kind: "lasso" });
  assert.deepEqual(state.get().selection.snapshot, edit);
});

test("what names, clears or marks a selection says the map that was drawn on, whatever is shown since", async () => {
  const drawn = { runId: "r", n: 4, part: 0.5 }; // between two frames
  const { actions, state, told } = stage({ picture: drawn, named: new Int16Array(8) });
  actions.select(Uint32Array.of(1, 2));
  state.set({ picture: { runId: "s", n: 9 } });
  actions.annotate(0);
  actions.annotateByKey(0);
  actions.clear();
  actions.markUnsure();
  actions.annotateNew();
  actions.select(Uint32Array.of(3)); // while the name of the class is asked for
  await settle();
  assert.deepEqual(told.sent.map(({ body }) => body.verb), ["annotate", "annotate", "clear", "mark_unsure", "annotate"]);
  assert.deepEqual(told.sent.map(({ body }) => body.snapshot), new Array(5).fill({ run_id: "r", n: 4 }));
  assert.equal(told.sent[4].body.samples, told.sent[0].body.samples);
});

test("a selection that came from no map says the one on which it is named; what is said of classes says none", async () => {
  const { actions, told, state } = stage({ picture: null, named: new Int16Array(8) });
  actions.select(Uint32Array.of(1));
  actions.annotate(0);
  for (const n of [4, 5]) {
    state.set({ picture: { runId: "r", n } });
    actions.annotate(0);
  }
  for (const act of ["addClass", "undo", "reset"]) actions[act]();
  await settle();
  assert.deepEqual(told.sent.map(({ body }) => body.snapshot?.n), [undefined, 4, 5, undefined, undefined, undefined]);
});

test("only the toast of the newest gesture offers Undo, for that is what Undo takes back", async () => {
  const { actions, told } = stage();
  actions.annotate(0);
  await settle();
  assert.equal(told.toasts[0].action.label, "Undo");
  actions.clear();
  await settle();
  assert.deepEqual(told.toasts.map(({ action }) => action?.label), [undefined, "Undo"]);
  actions.update();
  await settle();
  assert.equal(told.toasts[1].action, null);
});

test("Undo of a toast is about the gesture it speaks of, Ctrl Z about the newest", async () => {
  const { actions, told } = stage({ server: { undo: { seq: 3 }, redo: null, runs: [] } });
  actions.annotate(0);
  await settle();
  told.toasts[0].action.run();
  actions.undo();
  await settle();
  const [{ key }, ...undos] = told.sent.map(({ body }) => body);
  assert.deepEqual(undos.map(({ verb, expected }) => [verb, expected]), [["undo", { seq_of: key }], ["undo", undefined]]);
});

test("Undo that was offered for an Update is about that, whatever another tab did since", async () => {
  const { actions, told } = stage({ server: { undo: { seq: 9 }, redo: null, runs: [] } });
  actions.undoOf(4);
  await settle();
  assert.deepEqual([told.sent[0].body.verb, told.sent[0].body.expected, told.live], ["undo", 4, 1]);
  told.sent[0].reject(new SentenceError("You did something else since; nothing was taken back. Undo that first."));
  await settle();
  assert.deepEqual(told.toasts.map(({ text }) => text), ["You did something else since; nothing was taken back. Undo that first."]);
});

test("clearing what has no name says so and writes nothing", async () => {
  const named = Int16Array.of(-1, -1, -1, 0, -1, -1, -1, -1);
  const { actions, state, told } = stage({ named });
  await actions.clear();
  assert.deepEqual(told.sent, []);
  assert.equal(told.toasts[0].text, "None of the selected samples has a name.");
  state.set({ selection: { ids: Uint32Array.of(2, 3) } });
  actions.clear();
  await settle();
  assert.equal(told.sent[0].body.verb, "clear");
});

test("a knob out of range stops the Update and says why, wherever its panel is", async () => {
  const { actions, told } = stage({}, { read: () => null, problem: () => "Epochs is 0; choose 1 to 200." });
  await actions.update();
  assert.deepEqual(told.sent, []);
  assert.deepEqual(told.toasts.map(({ text, kind }) => [text, kind]), [["Epochs is 0; choose 1 to 200.", "error"]]);
});

test("a refused gesture takes its toast with it and says why", async () => {
  const { actions, state, told } = stage();
  actions.annotate(0);
  await settle();
  told.sent[0].reject(new SentenceError("The class 'apple' was merged into another one meanwhile."));
  await settle();
  assert.deepEqual(told.toasts.map(({ isOpen, kind }) => [isOpen, kind]), [[false, undefined], [true, "error"]]);
  assert.deepEqual(state.get().pending, []);
});

test("a gesture is the outbox's at once, and only its sending waits for the name", async () => {
  let say;
  const { actions, told } = stage({}, undefined, undefined, () => new Promise((resolve) => { say = resolve; }));
  actions.annotate(0);
  assert.equal(told.sent[0].body.verb, "annotate", "kept, though nobody has answered");
  let isFree = false;
  told.sent[0].hold.then(() => { isFree = true; });
  await settle();
  assert.equal(isFree, false);
  say(null);
  await settle();
  assert.equal(isFree, true);
});

test("a question for a name that breaks is said, and the gesture goes out as a guest's", async (t) => {
  t.mock.method(console, "error", () => {});
  for (const broken of [() => { throw new TypeError("x is undefined"); }, async () => { throw new TypeError("x is undefined"); }]) {
    const { actions, state, told } = stage({}, undefined, undefined, broken);
    actions.annotate(0);
    await told.sent[0].hold;
    told.sent[0].resolve({ seq: 4 });
    await settle();
    assert.deepEqual(told.toasts.map(({ kind }) => kind), [undefined, "error"]);
    assert.deepEqual(state.get().pending.map(({ seq }) => seq), [4], "the state will tell of it");
  }
});

test("undo without a connection says that it waits", async () => {
  const { actions, told } = stage({ connection: "lost", server: { undo: { seq: 3 }, redo: null, runs: [] } });
  actions.undo();
  await settle();
  assert.match(told.toasts[0].text, /^Undo is kept and sent when the connection is back/);
  assert.equal(told.sent[0].body.verb, "undo");
  told.sent[0].resolve({ seq: 4, message: "Took back the name apple of 2 samples." });
  await settle();
  assert.deepEqual(told.toasts.map(({ isOpen }) => isOpen), [false, true]);
});

test("undo after undo is one message, not a pile", async () => {
  const { actions, told } = stage({ server: { undo: { seq: 3 }, redo: null, runs: [] } });
  actions.annotate(0);
  await settle();
  told.sent[0].resolve({ seq: 3 });
  for (const nth of [1, 2, 3]) {
    actions.undo();
    await settle();
    told.sent[nth].resolve({ seq: 3 + nth, message: `Took back ${nth}.` });
    await settle();
  }
  assert.deepEqual(told.toasts.filter(({ isOpen }) => isOpen).map(({ text }) => text), ["Took back 3."]);
});

test("Update, Undo, Redo and Reset are seen at the newest picture; naming leaves the playhead alone", async () => {
  const { actions, told } = stage({ server: { undo: { seq: 3 }, redo: { seq: 3 }, runs: [] } });
  actions.annotate(0);
  await settle();
  assert.equal(told.live, 0);
  for (const act of ["update", "undo", "redo", "reset"]) actions[act]();
  assert.equal(told.live, 4);
});

test("a run that was stopped here and goes on by somebody else's word may be stopped anew", async () => {
  const server = (...states) => ({ undo: null, redo: null, runs: states.map((state) => ({ run_id: "r", on_line: true, state })) });
  const { actions, state, told } = stage({ server: server("running"), stopping: [] });
  await Promise.all([actions.stop(), actions.stop()]);
  state.set({ server: server("running") });
  assert.deepEqual([state.get().stopping, told.stopped], [["r"], ["r"]], "nobody has heard of it yet, and it is asked for once");
  for (const heard of ["stopping", "stopped"]) {
    await actions.stop();
    state.set({ server: server(heard) });
    assert.deepEqual(state.get().stopping, [], heard);
    state.set({ server: server("running") });
    assert.deepEqual(state.get().stopping, [], "it goes on");
  }
  await actions.stop();
  state.set({ server: server() });
  assert.deepEqual(state.get().stopping, [], "its run is gone");
});

test("the map is formed again under a key that both of two tabs would use", async () => {
  const { actions, told } = stage({ server: { undo: null, redo: null, runs: [{ run_id: "r" }] } });
  actions.formAgain();
  await settle();
  assert.deepEqual(told.sent[0], { ...told.sent[0], path: "/api/projects/p/runs", body: { key: "p:1", kind: "pretrain", config: {} } });
  const first = stage({ server: { undo: null, redo: null, runs: [] } });
  first.actions.formAgain();
  await settle();
  assert.equal(first.told.sent[0].body.key, "p", "the key under which a page that opens asks");
});

test("what could not be read is said, and nothing is claimed beside it", async (t) => {
  t.mock.method(console, "error", () => {});
  const run = { run_id: "r", number: 1, on_line: true, last_epoch: 2 };
  const { actions, state, told } = stage({ server: { undo: null, redo: null, runs: [run] } }, undefined, { loadBefore: async () => { throw new TypeError("x is undefined"); }, loadLast: async () => null });
  const { selection } = state.get();
  await actions.selectMovedMost();
  assert.deepEqual(told.toasts.map(({ text }) => text), ["Something on this page stopped working. Reload it; what you did is saved."]);
  assert.equal(state.get().selection, selection);
});

test("key 0 on bare samples says what it is for where a class is called 0", () => {
  assert.equal(bareWords([{ name: "cat" }]), "None of the selected samples has a name.");
  assert.match(bareWords([{ name: "0" }]), /click the class 0/);
  assert.equal(bareWords([{ name: "0", merged_into: 2 }]), "None of the selected samples has a name.");
});
