import assert from "node:assert/strict";
import { test } from "node:test";

import { mountLeads } from "../../../assets/insight/leadspanel.mjs";
import { packIds, toBase64 } from "../../../assets/parts/codec.mjs";
import { without } from "../../../assets/parts/selection.mjs";
import { ApiError } from "../../../assets/shell/api.mjs";
import { createState } from "../../../assets/parts/state.mjs";
import { buttonOf, pageOf } from "../nodes.mjs";

const NUM = 20;
const apple = { class_index: 0, name: "apple", color: 1, merged_into: null };
const idsOf = (...ids) => Uint32Array.from(ids);
const lead = (kind, sample, more = {}) => ({ kind, sample, class_index: 0, rival: 0, score: 1, count: 0, top: [], near: [], ...more });
const group = (...ids) => lead("group", ids[0], { group: `g/${ids[0]}`, members: toBase64(packIds(idsOf(...ids), NUM)) });
const settled = () => new Promise((resolve) => { setImmediate(resolve); });

/** The panel with these leads, or what `ask` answers in their place, and hands for it. */
async function stage(leads, ask = async () => ({ state: "ready", leads }), before = idsOf()) {
  const root = pageOf({ leads: "", "leads-toggle": "i", "leads-tabs": "", "leads-body": "", "main-pane": "" });
  globalThis.requestAnimationFrame = () => 1;
  globalThis.cancelAnimationFrame = () => {};
  globalThis.ResizeObserver = class { observe() {} disconnect() {} };
  for (const kind of ["group", "ambiguous", "wrong", "outlier"]) {
    const tab = document.createElement("button");
    tab.dataset.kind = kind;
    tab.append(Object.assign(document.createElement("span"), { className: "num" }));
    root.querySelector("#leads-tabs").append(tab);
  }
  const state = createState({
    projectId: "p", server: null, named: null, classes: [apple], pending: [], selection: { ids: before }, hoverFrom: null, themeCount: 0, picture: null,
  });
  const [named, said, keyed] = [[], [], new Map()];
  /** Name what is selected, as teaching/actions.mjs does at once. */
  function annotate() {
    const { ids } = state.get().selection;
    named.push([...ids]);
    state.set({ pending: [{ verb: "annotate", ids, classIndex: 0 }] });
    name(...ids);
  }
  function name(...ids) {
    const next = state.get().named.slice();
    for (const id of ids) next[id] = 0;
    state.set({ named: next });
  }
  const close = mountLeads({
    state, root, map: { places: { of: () => null } }, dress() {}, api: { leads: ask },
    actions: { select: (ids) => state.set({ selection: { ids } }), annotate }, keys: { register(key, entry) { keyed.set(key, entry); return () => {}; } },
    choices: { recall: (_, other) => other, remember() {}, isOn: () => false, setOn() {} }, showToast: ({ text }) => { said.push(text); return { close() {}, withdraw: () => said.push("withdrawn") }; },
  });
  state.set({ named: new Int16Array(NUM).fill(-1), server: { project: { archived: false, num_samples: NUM }, head: { run_id: "r", epoch: 3 }, runs: [], undo: null } });
  await settled();
  return {
    state, root, named, said, name, close, press: (key) => keyed.get(key).run(), canPress: (key) => keyed.get(key).when(),
    leaveOut: (id) => state.set({ selection: without(state.get().selection, id) }), selected: () => [...state.get().selection.ids],
    why: () => root.querySelector(".lead-why").textContent, tab: (kind) => root.querySelector(`[data-kind="${kind}"]`).fire("click"),
  };
}

test("what is left out of a group is not named with it", async () => {
  const { root, named, press, canPress, leaveOut, why, close } = await stage([group(1, 2, 3, 4, 5, 6)]);
  press("j");
  leaveOut(4);
  leaveOut(5);
  assert.match(why(), /^4 samples alike that nobody has named, probably apple\./);
  assert.ok(canPress("Enter"), "it is still the lead at hand");
  root.querySelector(".lead-accept").click();
  assert.deepEqual(named, [[1, 2, 3, 6]]);
  close();
});

test("another selection is no longer the lead, and nothing that was left out comes back into it", async () => {
  const { state, press, canPress, leaveOut, why, close } = await stage([group(1, 2, 3, 4)]);
  for (const ids of [idsOf(), idsOf(2), idsOf(1, 9), idsOf(1, 2, 3, 4)]) {
    press("j");
    leaveOut(4);
    state.set({ selection: { ids } });
    assert.ok(!canPress("Enter"), `${ids}`);
    assert.match(why(), /^4 samples alike/);
  }
  close();
});

test("the card steps aside for the pictures of another selection, until it is asked for again", async () => {
  const { state, root, press, leaveOut, tab, close } = await stage([group(1, 2, 3, 4)]);
  const isAside = () => root.querySelector("#leads").classList.contains("aside");
  press("j");
  leaveOut(4);
  assert.ok(!isAside(), "it is the lead's own");
  state.set({ selection: { ids: idsOf(7, 8) } });
  assert.ok(isAside());
  tab("group");
  assert.ok(!isAside());
  for (const [ids, wanted] of [[idsOf(7), true], [idsOf(), false], [idsOf(9), true]]) {
    state.set({ selection: { ids } });
    assert.equal(isAside(), wanted);
  }
  press("j");
  assert.ok(!isAside());
  close();
});

test("so it does on a page that opens with what was selected before", async () => {
  const { root, press, close } = await stage([group(1, 2, 3, 4)], undefined, idsOf(7, 8));
  const isAside = () => root.querySelector("#leads").classList.contains("aside");
  assert.ok(isAside());
  press("j");
  assert.ok(!isAside());
  close();
});

test("once what was left of a group is named, the next lead follows, though most of the group is open", async () => {
  const { named, press, leaveOut, selected, close } = await stage([group(1, 2, 3, 4), group(7, 8, 9)]);
  press("j");
  leaveOut(3);
  leaveOut(4);
  press("Enter");
  assert.deepEqual(named, [[1, 2]]);
  assert.deepEqual(selected(), [7, 8, 9]);
  press("k");
  assert.deepEqual(selected(), [3, 4], "what was left out waits");
  close();
});

test("a lead that somebody else answers stays selected, and says so; the next one waits for a hand", async () => {
  const { state, press, name, named, said, selected, canPress, why, tab, close } = await stage([lead("ambiguous", 10), lead("ambiguous", 11, { class_index: -1, rival: -1 })]);
  tab("ambiguous");
  press("j");
  name(10);
  assert.deepEqual(selected(), [10]);
  assert.deepEqual(said, ["This one is answered by now; your selection stays."]);
  assert.match(why(), /another class/);
  assert.ok(!canPress("x"), "what stands on the card is another lead");
  assert.ok(canPress("Enter"), "meant as Accept, it is no Update");
  press("Enter");
  assert.deepEqual([named, said.length], [[], 2]);
  assert.ok(!canPress("Enter"), "said once: whoever presses again means the Update");
  state.set({ selection: { ids: idsOf(10) } });
  assert.ok(!canPress("Enter"));
  press("j");
  assert.deepEqual(selected(), [11]);
  close();
});

test("a lead that is answered or rejected here is followed by the next one", async () => {
  const { press, said, selected, tab, close } = await stage([10, 11, 12].map((id) => lead("ambiguous", id)));
  tab("ambiguous");
  press("j");
  press("Enter");
  assert.deepEqual(selected(), [11]);
  press("x");
  assert.deepEqual(selected(), [12]);
  assert.deepEqual(said, ["This one will not be suggested again."]);
  close();
});

test("the message of a rejection offers nothing any more once the page is left", async () => {
  const { said, press, close } = await stage([group(1, 2, 3), group(4, 5, 6)]);
  press("j");
  press("x");
  close();
  assert.deepEqual(said, ["This one will not be suggested again.", "withdrawn"]);
});

/** The panel with leads of one map, where the question for those of the next one failed. */
async function failing(error) {
  const told = { leads: [group(1, 2, 3, 4)], error: null, numAsked: 0 };
  const there = await stage([], async () => {
    told.numAsked += 1;
    if (told.error?.isLost) there.state.set({ connection: "lost" }); // as shell/api.mjs says it
    if (told.error) throw told.error;
    return { state: "ready", leads: told.leads };
  });
  Object.assign(told, { leads: [group(7, 8, 9)], error });
  there.state.set({ server: { ...there.state.get().server, head: { run_id: "r", epoch: 4 } } });
  await settled();
  told.error = null;
  const isGrey = () => there.root.querySelector("#leads").classList.contains("stale");
  return { ...there, told, isGrey, again: () => buttonOf(there.root, "Look again") };
}

test("leads that were lost with the connection are asked for once it is back; the old ones are grey until then", async () => {
  const { state, told, why, isGrey, again, close } = await failing(new ApiError({ message: "Connection lost.", code: "lost" }));
  assert.deepEqual([isGrey(), again().dataset.tip], [true, "Connection lost."]);
  assert.match(why(), /^4 samples/);
  state.set({ connection: "ok" });
  await settled();
  assert.deepEqual([told.numAsked, isGrey(), again()], [3, false, undefined]);
  assert.match(why(), /^3 samples/);
  close();
});

test("where the leads of a new map are refused, the old ones are grey, and the person may look again", async () => {
  const { state, told, why, isGrey, again, close } = await failing(new ApiError({ message: "It broke.", status: 500 }));
  state.set({ connection: "lost" });
  state.set({ connection: "ok" });
  await settled();
  assert.deepEqual([told.numAsked, isGrey(), again().dataset.tip], [2, true, "It broke."]);
  again().click();
  await settled();
  assert.equal(isGrey(), false);
  assert.match(why(), /^3 samples/);
  close();
});

test("a run that only waits holds up no leads, and one that learns does", async () => {
  const asked = [];
  const { state, root, close } = await stage([], async () => { asked.push(1); return { state: "ready", leads: [] }; });
  const at = (epoch, runState) => state.set({ server: { ...state.get().server, head: { run_id: "r", epoch }, runs: [{ kind: "fine_tune", state: runState, on_line: true }] } });
  at(4, "queued");
  await settled();
  assert.equal(asked.length, 2);
  assert.doesNotMatch(root.querySelector("#leads-body").textContent, /is learning/);
  at(5, "running");
  await settled();
  assert.equal(asked.length, 2);
  assert.match(root.querySelector("#leads-body").textContent, /^The network is learning/);
  close();
});

test("no name is called right that was given since the leads were told", async () => {
  const { state, root, name, tab, close } = await stage([]);
  name(1, 2);
  const named = state.get().named.slice();
  named[3] = 1;
  state.set({ named });
  tab("wrong");
  assert.match(root.querySelector("#leads-body").textContent, /^Names were given since\..*Look again$/);
  buttonOf(root, "Look again").click();
  await settled();
  assert.match(root.querySelector("#leads-body").textContent, /^None found among 3 names/);
  close();
});
