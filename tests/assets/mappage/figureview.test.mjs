import assert from "node:assert/strict";
import { test } from "node:test";

import { figureOf, legendRows, placesOn } from "../../../assets/mappage/figureview.mjs";

const CORNER = { left: 100, top: 50, width: 400, height: 300 };
const project = ([x, y, z = 0]) => (x === 9 ? null : { x: 100 + x, y: 50 + y, depth: z });

test("placesOn: from the plot's corner, not a number out of sight", () => {
  const { places, order } = placesOn(Float32Array.from([1, 2, 9, 9]), 2, project, CORNER);
  assert.deepEqual([...places], [1, 2, NaN, NaN]);
  assert.equal(order, null);
});

test("placesOn: in space the farthest come first", () => {
  const { order } = placesOn(Float32Array.from([1, 1, 0, 2, 2, 5, 3, 3, 2]), 3, project, CORNER);
  assert.deepEqual([...order], [1, 2, 0]);
});

const COLORS = Array.from({ length: 12 }, (_, slot) => [slot, slot, slot]);
const VALUE = {
  colorMode: "class", latentDim: 2, dataset: { class_names: ["zero"] }, hidden: new Set([2]),
  classes: [{ name: "cat" }, { name: "dog" }, { name: "fox" }], slotOf: [3, 13, 0],
  counts: new Map([[1, 5], [0, 3], [2, 1], [-1, 7], [-2, 2]]),
  classOf: Int16Array.from([0, 0, 0, 1, -1]), named: Int16Array.from([-1, -1, -1, -1, -1]),
};

test("legendRows: the classes in order, without hidden ones and those of none", () => {
  assert.deepEqual(legendRows(VALUE, COLORS), [
    { text: "cat", color: [3, 3, 3], shape: 0, count: 3 },
    { text: "dog", color: [1, 1, 1], shape: 1, count: 5 },
  ]);
  assert.deepEqual(legendRows({ ...VALUE, colorMode: "confidence" }, COLORS), []);
});

test("figureOf: gathers what a window shows", () => {
  const embedding = Float32Array.from([10, 10, 20, 20, 30, 30, 40, 40, 50, 50]);
  const map = { currentPositions: () => embedding, places: { project }, stats: () => ({ diameter: 5 }) };
  const theme = { map: [1, 1, 1], ink: [0, 0, 0], ink3: [0.5, 0.5, 0.5], unnamed: [0.5, 0.5, 0.5], opacity: 0.8, faint: 0.9 };
  const look = { color: new Uint8Array(20), mark: new Uint8Array(5) };
  const view = figureOf({ value: VALUE, map, box: CORNER, look, colors: COLORS, theme, title: "Cats" });
  assert.deepEqual(view.names, [{ text: "cat", x: 20, y: -1 }], "above a cluster so tight that the name would hide it");
  assert.deepEqual(view.theme.map, [255, 255, 255]);
  assert.deepEqual([view.width, view.height, view.diameter, view.title], [400, 300, 5, "Cats"]);
  assert.equal(view.places.length, 10);
});
