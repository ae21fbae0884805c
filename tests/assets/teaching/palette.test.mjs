import assert from "node:assert/strict";
import { test } from "node:test";

import { EMPTY } from "../../../assets/parts/selection.mjs";
import { createState } from "../../../assets/parts/state.mjs";
import { mountPalette } from "../../../assets/teaching/palette.mjs";
import { buttonOf, pageOf } from "../nodes.mjs";

const CLASSES = ["apple", "pear", "fig"].map((name, nth) => ({ class_index: nth, name, color: nth, merged_into: null }));
/** Two are named and two more predicted; the last is of nothing. */
const NAMED = Int16Array.of(0, 1, -1, -1, -1);
const SEEN = Int16Array.of(0, 1, 0, 1, -1);
const countsOf = (classOf) => new Map([-1, 0, 1].map((index) => [index, classOf.filter((each) => each === index).length]));

function stage() {
  const root = pageOf(["palette-rows", "palette-add", "palette-caption", "palette-named", "palette-share", "palette-meter"]);
  const [told, toasts] = [[], []];
  const shown = { runId: "r", n: 1 };
  const state = createState({
    classes: CLASSES, named: null, hidden: new Set(), colorMode: "class", server: { project: { num_samples: 5 } }, selection: EMPTY,
    picture: shown, shown, editLook: null, classOf: SEEN, mark: new Uint8Array(5), counts: null, dataset: { class_names: [] },
  });
  const actions = { select: (ids) => state.set({ selection: ids.length > 0 ? { ...EMPTY, ids } : EMPTY }), annotate: (index) => told.push(index) };
  mountPalette({ state, actions, keys: { register: () => () => {}, mention: () => () => {} }, root, showToast: ({ text }) => toasts.push(text) });
  state.set({ named: NAMED, counts: countsOf(SEEN) });
  const row = (index) => root.querySelector(`[data-class="${index}"]`);
  const click = (index, part) => row(index).querySelector(`.palette-${part}`).fire("click", { detail: 1 });
  return { root, state, told, toasts, row, click, selected: () => [...state.get().selection.ids] };
}

test("the name of a class names what is selected, and with nothing selected selects those of the class", () => {
  const { state, told, click, selected } = stage();
  click(0, "name");
  assert.deepEqual([selected(), told], [[0, 2], []]);
  click(1, "name");
  assert.deepEqual([selected(), told], [[1, 3], []], "looking from class to class names nothing");
  state.set({ selection: { ...EMPTY, ids: Uint32Array.of(2, 4) } });
  click(1, "name");
  assert.deepEqual([selected(), told], [[2, 4], [1]]);
});

test("what the menu selected of a class is looked at, as what its name did: the name of another names nothing", () => {
  const { root, told, click, selected } = stage();
  Object.assign(globalThis, { innerWidth: 1280, innerHeight: 800, addEventListener() {} });
  click(0, "more");
  buttonOf(root, "Select all").click();
  click(1, "name");
  assert.deepEqual([selected(), told], [[1, 3], []]);
});

test("only the eye hides; a class of which nothing is in sight says so", () => {
  const { state, click, toasts, selected } = stage();
  click(1, "eye");
  assert.deepEqual([...state.get().hidden], [1]);
  click(1, "name");
  click(2, "name");
  assert.deepEqual([[...state.get().hidden], toasts.at(-1), selected()], [[1], "No point in sight is fig.", []]);
});

test("below 'named' the last row counts those without a name, whatever is predicted", () => {
  const { root, state, row } = stage();
  const count = () => [root.querySelector("#palette-caption").textContent, row(-1).querySelector(".num").textContent];
  assert.deepEqual(count(), ["named", "3"]);
  state.set({ colorMode: "prediction" });
  assert.deepEqual(count(), ["predicted", "1"]);
});
