// From the state to the map, over a map that only notes what it is given.

import assert from "node:assert/strict";
import { test } from "node:test";

import { NO_PINS } from "../../../assets/parts/codec.mjs";
import { createState } from "../../../assets/parts/state.mjs";
import { createView } from "../../../assets/mappage/view.mjs";

globalThis.document = { documentElement: {} };
globalThis.getComputedStyle = () => ({ getPropertyValue: () => "#102030" });

const apple = (more = {}) => ({ class_index: 0, name: "apple", color: 1, merged_into: null, num_named: 1, ...more });
const server = (classes, more = {}) => ({ seq: 1, classes, ...more });

/** A page of four samples, and how often each part of it was drawn. */
function stage(sideOf = () => null) {
  const drawn = { looks: 0, names: [] };
  const main = { setNames: (names) => { drawn.names = names; }, setOutline: () => {} };
  const map = { main, side: sideOf(), setLook: (color, _, own = { color }) => { drawn.looks += 1; drawn.colors = [own.color, color]; }, setSelected: () => {}, refreshTheme: () => {} };
  const state = createState({
    server: null, annotation: null, annotationSeq: 0, pending: [], classes: [], named: null, opinion: null, label: Int16Array.of(0, 0, 0, 1), heldOut: new Uint8Array(4),
    colorMode: "class", hidden: new Set(), dataset: { class_names: ["apple", "pear"] }, shown: null, picture: null, classOf: null, serverPins: NO_PINS, latentDim: 2, selection: { ids: new Uint32Array(0) }, themeCount: 0,
  });
  createView({ state, map });
  state.set({ annotation: Int16Array.of(0, 0, 0, -1), annotationSeq: 1, server: server([apple()]) });
  return { state, drawn };
}

test("a look at the server that brings nothing new draws nothing anew", () => {
  const { state, drawn } = stage();
  const [{ classes, classOf }, { looks }] = [state.get(), { ...drawn }];
  state.set({ server: server([apple()], { runs: [{ last_n: 5 }] }) });
  assert.deepEqual([state.get().classes === classes, state.get().classOf === classOf, drawn.looks], [true, true, looks]);
  state.set({ server: server([apple({ name: "fig" })]) });
  assert.equal(drawn.looks, looks + 1);
});

test("what the server has folded in is pending no more", () => {
  const { state } = stage();
  state.set({ pending: [{ key: "k", verb: "annotate", seq: 2, ids: Uint32Array.of(3), classIndex: 0 }] });
  assert.equal(state.get().named[3], 0);
  state.set({ annotation: Int16Array.of(0, 0, 0, 0), annotationSeq: 2, server: server([apple()], { seq: 2 }) });
  assert.deepEqual(state.get().pending, []);
});

test("names follow the points, hidden classes lose theirs", () => {
  const { state, drawn } = stage();
  state.set({ picture: { embedding: Float32Array.of(0, 0, 2, 4, 9, 9, 5, 5), latentDim: 2 } });
  assert.deepEqual(drawn.names, [{ text: "apple", x: 2, y: 4, classIndex: 0, reach: [7, 5] }]);
  state.set({ picture: { embedding: Float32Array.of(1, 1, 3, 5, 9, 9, 5, 5), latentDim: 2 } });
  assert.deepEqual(drawn.names, [{ text: "apple", x: 3, y: 5, classIndex: 0, reach: [6, 4] }]);
  state.set({ hidden: new Set([0]) });
  assert.deepEqual(drawn.names, []);
});

test("two windows that show different moments choose who speaks for a class once for each, not with each picture", () => {
  const { state } = stage(() => ({ setNames() {}, setOutline() {} }));
  const opinion = (value) => ({ prediction: new Int16Array(4).fill(value), confidence: new Uint8Array(4), uncertainty: new Uint8Array(4) });
  const at = (n) => ({ runId: "r", n, embedding: new Float32Array(8).fill(n), latentDim: 2 });
  const edit = at(1);
  state.set({ isSplit: true, base: edit, picture: edit, shown: edit, opinion: opinion(0) });
  state.set({ shown: at(2), opinion: opinion(-1) });
  let count = 0;
  const watch = (values) => { values.filter = (passes) => { count += 1; return Int16Array.prototype.filter.call(values, passes); }; };
  [state.get().classOf, state.get().editLook.classOf].forEach(watch);
  for (const n of [3, 4, 5]) state.set({ shown: at(n) });
  assert.equal(count, 0);
});

test("coloured by predictions a name goes where people name its class", () => {
  const { state, drawn } = stage();
  state.set({ colorMode: "prediction", opinion: { prediction: new Int16Array(4), confidence: new Uint8Array(4), uncertainty: new Uint8Array(4) } });
  state.set({ picture: { embedding: Float32Array.of(0, 0, 1, 1, 2, 2, 9, 9), latentDim: 2 }, annotation: new Int16Array(4).fill(-1), annotationSeq: 2 });
  assert.equal(drawn.names[0].x, 2);
  state.set({ annotation: Int16Array.of(0, 0, 0, -1), annotationSeq: 3 });
  assert.equal(drawn.names[0].x, 1);
});

test("Edit keeps the colours of the moment it shows while Result goes elsewhere", () => {
  globalThis.getComputedStyle = () => ({ getPropertyValue: (name) => (name.endsWith("-2") ? "#ff0000" : "#102030") });
  const { state, drawn } = stage();
  const classes = [apple(), apple({ class_index: 1, name: "pear", color: 2 })];
  const opinion = (value) => ({ prediction: new Int16Array(4).fill(value), confidence: new Uint8Array(4), uncertainty: new Uint8Array(4) });
  const at = (n) => ({ runId: "r", n, embedding: new Float32Array(8), latentDim: 2 });
  state.set({ annotation: new Int16Array(4).fill(-1), annotationSeq: 2, server: server(classes, { seq: 2 }) });
  state.set({ isSplit: true, base: at(1), shown: at(1), opinion: opinion(0) });
  assert.deepEqual(drawn.colors[0], drawn.colors[1]);
  state.set({ shown: at(0), opinion: opinion(1) });
  assert.notDeepEqual(drawn.colors[0], drawn.colors[1]);
  assert.equal(state.get().editLook.opinion.prediction[0], 0);
  state.set({ base: at(0) });
  assert.deepEqual(drawn.colors[0], drawn.colors[1]);
});

test("a map that Edit fetched for itself is coloured at once, not with Result's next word", () => {
  const { state } = stage();
  const at = (n) => ({ runId: "r", n, embedding: new Float32Array(8), latentDim: 2 });
  state.set({ annotation: new Int16Array(4).fill(-1), annotationSeq: 2, server: server([apple()], { seq: 2 }), shown: at(5) });
  assert.equal(state.get().editLook.prediction, null);
  state.set({ base: { ...at(1), prediction: new Int16Array(4), confidence: new Uint8Array(4), uncertainty: new Uint8Array(4) } });
  assert.deepEqual([...state.get().editLook.prediction], [0, 0, 0, 0]);
});

test("how far a place can be believed is told of Result's map, never of Edit's old places", () => {
  const { state, drawn } = stage();
  const opinion = (value) => ({ prediction: new Int16Array(4).fill(value), confidence: new Uint8Array(4), uncertainty: new Uint8Array(4) });
  const at = (n) => ({ runId: "r", n, embedding: new Float32Array(8), latentDim: 2 });
  state.set({ base: at(1), shown: at(1), opinion: opinion(0), colorMode: "trust", trust: Uint8Array.of(0, 90, 200, 255) });
  assert.deepEqual(drawn.colors[0], drawn.colors[1]);
  state.set({ shown: at(2), opinion: opinion(0), trust: null });
  const unknown = drawn.colors[0];
  state.set({ trust: Uint8Array.of(0, 90, 200, 255) });
  assert.notDeepEqual(drawn.colors[1], unknown);
  assert.deepEqual(drawn.colors[0], unknown);
});
