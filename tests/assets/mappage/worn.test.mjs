// Edit is held before an Update that moved sample 0 from pear to apple and 5 the other way: what is selected, counted and sorted is what Edit shows.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { createActions } from "../../../assets/teaching/actions.mjs";
import { createState } from "../../../assets/parts/state.mjs";
import { createView } from "../../../assets/mappage/view.mjs";
import { mountGallery } from "../../../assets/insight/gallery.mjs";
import { mountHistograms } from "../../../assets/insight/histograms.mjs";
import { mountPalette } from "../../../assets/teaching/palette.mjs";
import { NO_PINS } from "../../../assets/parts/codec.mjs";
import { EMPTY } from "../../../assets/parts/selection.mjs";
import { buttonOf, pageOf } from "../nodes.mjs";

const [APPLE, PEAR] = [0, 1];
const classes = ["apple", "pear"].map((name, index) => ({ class_index: index, name, color: index, merged_into: null }));
const said = (prediction, confidence = [9, 8, 7, 6, 5, 4]) => ({ prediction: Int16Array.from(prediction), confidence: Uint8Array.from(confidence), uncertainty: new Uint8Array(6) });
const at = (runId, more = {}) => ({ runId, n: 9, epoch: 9, latentDim: 2, embedding: Float32Array.of(0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5), ...more });
const keys = { register: () => () => {}, mention: () => () => {} };
const IDS = ["palette-rows", "palette-caption", "palette-named", "palette-share", "palette-meter", "palette-add", "toggle-histograms", "histogram-x", "histogram-y", "gallery-count", "gallery-foot", "gallery-empty", "gallery-predicted", "gallery-order"];
let [page, state, actions] = [];

beforeEach(() => {
  page = pageOf(IDS);
  const column = document.createElement("div");
  const pictures = Object.assign(document.createElement("div"), { id: "gallery-view", clientWidth: 300, box: { left: 0, top: 0, right: 300, bottom: 900, width: 300, height: 900 } });
  column.className = "side";
  column.box = pictures.box;
  column.append(pictures);
  page.append(column);
  Object.assign(globalThis, { addEventListener() {}, innerWidth: 800, innerHeight: 600, ResizeObserver: class { observe() {} disconnect() {} }, cancelAnimationFrame: () => {}, requestAnimationFrame: (run) => { run(); return 0; } });
  const edit = at("before", said([APPLE, APPLE, APPLE, PEAR, PEAR, PEAR], [1, 2, 3, 4, 5, 6]));
  state = createState({
    server: { classes, seq: 1, runs: [], class_places: [], project: { num_samples: 6 } }, classes: [], pending: [], annotation: null, annotationSeq: 1, named: null, label: new Int16Array(6), heldOut: new Uint8Array(6), dataset: { class_names: [] },
    colorMode: "class", hidden: new Set(), opinion: null, trust: null, editLook: null, peek: null, base: edit, edit, held: "after", shown: null, picture: null, isSplit: false, latentDim: 2, classPlaces: [], serverPins: NO_PINS, selection: EMPTY, themeCount: 0, view: { range: { x: [-1, 6], y: [-1, 6] } },
  });
  const main = { setNames() {}, setOutline() {} };
  createView({ state, map: { main, side: null, setLook() {}, setSelected() {}, refreshTheme() {} } });
  actions = createActions({ state, showToast: () => ({ close() {} }), outbox: {}, api: {}, sync: {}, knobs: {}, player: {}, dialogs: {} });
  mountPalette({ state, actions, keys, root: page });
  mountHistograms({ state, keys, root: page });
  mountGallery({ state, actions, dress() {}, root: page });
  state.set({ annotation: new Int16Array(6).fill(-1) });
  state.set({ shown: at("after"), opinion: said([PEAR, APPLE, APPLE, PEAR, PEAR, APPLE]), picture: edit });
});

const selected = () => [...state.get().selection.ids];
const show = (picture) => state.set({ picture });

test("select all of a class takes the points that Edit shows in its colour, those hidden left out", () => {
  const takeAll = () => {
    page.querySelector(`[data-class="${APPLE}"] .palette-more`).click();
    buttonOf(page, "Select all").click();
    return selected();
  };
  assert.deepEqual(takeAll(), [0, 1, 2]);
  show(state.get().shown);
  assert.deepEqual(takeAll(), [1, 2, 5]);
});

test("with a class hidden Select all leaves out what Edit hides", () => {
  state.set({ hidden: new Set([APPLE]) });
  actions.selectAll();
  assert.deepEqual(selected(), [3, 4, 5]);
  show(state.get().shown);
  actions.selectAll();
  assert.deepEqual(selected(), [0, 3, 4]);
});

test("the palette counts what is predicted on the map in sight", () => {
  const count = (index) => page.querySelector(`[data-class="${index}"] .num`).textContent;
  state.set({ colorMode: "prediction", opinion: said([PEAR, PEAR, APPLE, PEAR, PEAR, PEAR]) });
  assert.deepEqual([count(APPLE), count(PEAR)], ["3", "3"]);
  show(state.get().shown);
  assert.deepEqual([count(APPLE), count(PEAR)], ["1", "5"]);
});

test("histograms along Edit's edges are of the classes it shows", () => {
  page.querySelector("#toggle-histograms").click();
  const drawn = () => page.querySelector("#histogram-x").querySelectorAll("path").map((each) => each.getAttribute("d"));
  const onEdit = drawn();
  state.set({ opinion: said(new Array(6).fill(PEAR)) });
  assert.deepEqual(drawn(), onEdit, "Result's next word");
  show(state.get().shown);
  assert.notDeepEqual(drawn(), onEdit);
});

test("the pictures of a selection tell and sort by what was said of the map in sight", () => {
  actions.select(Uint32Array.of(0, 4, 5));
  const told = () => page.querySelectorAll(".tile").map((each) => each.getAttribute("aria-label"));
  assert.deepEqual(told(), ["Sample 0, predicted apple", "Sample 4, predicted pear", "Sample 5, predicted pear"]);
  show(state.get().shown);
  assert.deepEqual(told(), ["Sample 5, predicted apple", "Sample 4, predicted pear", "Sample 0, predicted pear"]);
});
