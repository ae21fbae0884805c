import assert from "node:assert/strict";
import { test } from "node:test";

import { isOfView } from "../../../assets/presenting/hands.mjs";
import { createPointers, stageOf, towards } from "../../../assets/presenting/pointers.mjs";
import { mountPointing } from "../../../assets/presenting/pointing.mjs";

test("a dot goes towards its place, and stands there at once where it was nowhere", () => {
  assert.deepEqual(towards(null, [2, 3]), [2, 3]);
  assert.deepEqual(towards([0, 0], [2, 4], 0.5), [1, 2]);
  assert.deepEqual(towards([0, 0], [1, 2, 3]), [1, 2, 3]);
});

test("a dot that rests fades and goes", () => {
  assert.deepEqual([0, 1500, 1700, 2500].map(stageOf), ["shown", "shown", "resting", "gone"]);
});

const key = (name, { typed = false, inBar = false, ...held } = {}) => ({ key: name, ...held, target: { matches: () => typed, closest: () => inBar } });

test("keys of the view stop following; typing, and keys of the bar, do not", () => {
  for (const name of [" ", "f", "ArrowLeft", "End", "+"]) assert.ok(isOfView(key(name), false), name);
  assert.ok(isOfView(key("a", { ctrlKey: true }), false));
  for (const name of [".", "Escape", "?", "Tab", "1"]) assert.ok(!isOfView(key(name), false), name);
  assert.ok(!isOfView(key("f", { typed: true }), false));
  assert.ok(!isOfView(key(" ", { inBar: true }), false));
});

/** Two windows side by side, 100 pixels wide each, whose maps show the same places. */
function twoWindows() {
  const pane = (left) => ({ getBoundingClientRect: () => ({ left, right: left + 100, top: 0, bottom: 100 }) });
  const map = (left) => ({ placeOf: (id) => [id, 0, 1], places: { of: ([x, y]) => ({ x: left + x, y }), unproject: ({ x, y }) => [x - left, y] } });
  return () => [0, 100].map((left) => ({ pane: pane(left), map: map(left) }));
}

function node() {
  const classes = new Set();
  return { children: [], style: { setProperty: () => {} }, classList: { toggle: () => {}, add: (name) => classes.add(name), remove: () => {} }, setAttribute: () => {}, append(...of) { this.children.push(...of); }, remove: () => {} };
}

test("a dot is in every window at its own place, and in none that does not show that place", () => {
  const frames = [];
  globalThis.document = { createElement: node };
  globalThis.requestAnimationFrame = (draw) => frames.push(draw);
  const frame = { ...node(), getBoundingClientRect: () => ({ left: 0, top: 0 }) };
  const pointers = createPointers({ frame, windows: twoWindows(), now: () => 0 });
  pointers.point({ by: "a", place: [30, 40], name: "Ada", color: 1 });
  frames.at(-1)();
  const [host] = frame.children;
  assert.deepEqual(host.children.map((each) => each.style.transform), ["translate(30.0px, 40.0px)", "translate(130.0px, 40.0px)"]);
  pointers.point({ by: "b", place: [130, 40], name: "Bo", color: 2 });
  frames.at(-1)();
  assert.deepEqual(host.children.slice(2).map((each) => each.hidden), [true, true], "outside of both");
});

/** Pointing on a page of two windows: what was heard, told, and what the key does. */
function hand(t, hovered = { hoverId: null, hoverFrom: null, latentDim: 2 }) {
  const [heard, told, onPage] = [{}, [], {}];
  let press = null;
  globalThis.document = { addEventListener: (kind, run) => { onPage[kind] = run; }, removeEventListener: () => {} };
  globalThis.addEventListener = globalThis.removeEventListener = () => {};
  const frame = { ...node(), addEventListener: (kind, run) => { heard[kind] = run; }, removeEventListener: () => {} };
  const state = { get: () => hovered };
  const keys = { register: (_, { run }) => { press = run; return () => {}; } };
  const pointing = mountPointing({ frame, windows: twoWindows(), state, keys, tell: (place) => told.push(place), onChange: () => {} });
  t.after(pointing.destroy);
  return { pointing, heard, told, press, release: (event) => onPage.keyup(event) };
}

test("what is pointed at is a place of the window under the hand", (t) => {
  const { pointing, heard, told } = hand(t);
  heard.pointermove({ clientX: 130, clientY: 40 });
  pointing.toggle();
  assert.deepEqual(told[0], [30, 40]);
});

test("in a cloud the point under the hand is pointed at", (t) => {
  const { pointing, heard, told } = hand(t, { hoverId: 2, hoverFrom: "map", latentDim: 3 });
  heard.pointermove({ clientX: 130, clientY: 40 });
  pointing.toggle();
  assert.deepEqual(told[0], [2, 0, 1]);
});

test("pointing ends with the key that is held, whatever sign it has by then, or where that was missed when it is pressed again", (t) => {
  const { pointing, press, release } = hand(t);
  const period = (key = ".") => ({ key, code: "Period" });
  const shift = { key: "Shift", code: "ShiftLeft" };
  for (const [ends, isOn] of [[[shift], true], [[shift, period(">")], false]]) {
    press(period());
    assert.equal(pointing.isOn, true);
    ends.forEach(release);
    assert.equal(pointing.isOn, isOn);
    pointing.off();
  }
  press(period());
  press(period());
  assert.equal(pointing.isOn, false);
  release(period());
  pointing.toggle();
  press(period());
  release(period());
  assert.equal(pointing.isOn, true, "the tool goes on");
});
