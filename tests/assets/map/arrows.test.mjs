import assert from "node:assert/strict";
import { test } from "node:test";

import { arrowsOfCells, arrowsOfPoints, CELL_PX, cellsOf, MOST_POINTS } from "../../../assets/map/arrows.mjs";
import { HIDDEN } from "../../../assets/map/marks.mjs";
import { Points } from "../../../assets/map/points.mjs";

/** A map of 480 by 480 pixels over -5 to 5: 48 pixels a unit, so that a cell is one unit. */
const VIEW = { scaleX: 48, scaleY: -48, centerX: 0, centerY: 0, width: 480, height: 480 };

function pointsAt(places, latentDim = 2) {
  const points = new Points(places.length, latentDim);
  points.cut(Float32Array.from(places.flat()));
  return points;
}

function fieldOf(pulls, pushes = pulls.map((pull) => pull.map(() => 0)), latentDim = 2) {
  return {
    latentDim, numSamples: pulls.length, pullScale: 1 / 127, pushScale: 1 / 127,
    pull: Int8Array.from(pulls.flat().map((value) => value * 127)), push: Int8Array.from(pushes.flat().map((value) => value * 127)),
  };
}

const nth = (values, i) => [...values.subarray(3 * i, 3 * i + 3)].map((value) => Math.round(value * 1000) / 1000);
const lengthPx = ({ vector }, i) => Math.hypot(vector[3 * i] * VIEW.scaleX, vector[3 * i + 1] * VIEW.scaleY);

test("cellsOf: about 48 pixels at any zoom, and the same places while the map is dragged", () => {
  for (const scaleX of [0.3, 48, 61, 75, 1000]) {
    const { sizeX } = cellsOf({ ...VIEW, scaleX });
    assert.ok(sizeX * scaleX > 40 && sizeX * scaleX < 58, `${sizeX * scaleX}`);
  }
  const before = cellsOf(VIEW);
  const after = cellsOf({ ...VIEW, centerX: 0.3 });
  assert.equal(before.sizeX, after.sizeX);
  assert.deepEqual([before.x0, before.columns], [-6, 13]);
  assert.equal(after.x0, -6);
});

test("arrowsOfCells: the mean of a cell's points, where their mean is; two make none", () => {
  const points = pointsAt([[0.2, 0.2], [0.4, 0.2], [0.6, 0.8], [3.1, 3.1], [3.2, 3.2]]);
  const field = fieldOf([[1, 0], [0, 0], [0.5, 0], [1, 1], [1, 1]]);
  const arrows = arrowsOfCells(field, points, cellsOf(VIEW), VIEW);
  assert.equal(arrows.count, 1);
  assert.deepEqual(nth(arrows.to, 0), [0.4, 0.4, 0]);
  assert.deepEqual([arrows.kind[0], nth(arrows.vector, 0)[1]], [0, 0]);
  assert.ok(Math.abs(lengthPx(arrows, 0) - 0.6 * CELL_PX) < 0.1);
});

test("arrowsOfCells: pull and push are told apart", () => {
  const points = pointsAt([[0.1, 0.1], [0.2, 0.2], [0.3, 0.3]]);
  const arrows = arrowsOfCells(fieldOf([[1, 0], [1, 0], [1, 0]], [[0, -1], [0, -1], [0, -1]]), points, cellsOf(VIEW), VIEW);
  assert.deepEqual([...arrows.kind.subarray(0, arrows.count)], [0, 1]);
  assert.ok(arrows.vector[0] > 0 && arrows.vector[4] < 0);
});

test("arrowsOfCells: hidden points and places that are no numbers do not count", () => {
  const points = pointsAt([[0.1, 0.1], [0.2, 0.2], [0.3, 0.3], [Number.NaN, 0]]);
  points.setLook(new Uint8Array(16), Uint8Array.of(0, 0, HIDDEN, 0));
  assert.equal(arrowsOfCells(fieldOf([[1, 0], [1, 0], [1, 0], [1, 0]]), points, cellsOf(VIEW), VIEW).count, 0);
});

test("arrowsOfCells: in a tween an arrow goes with its points", () => {
  const points = pointsAt([[0, 0], [0, 0], [0, 0]]);
  points.aim(Float32Array.of(2.2, 2.2, 2.4, 2.2, 2.6, 2.2), 0, 100, "linear");
  const arrows = arrowsOfCells(fieldOf([[1, 0], [1, 0], [1, 0]]), points, cellsOf(VIEW), VIEW);
  assert.deepEqual([nth(arrows.from, 0), nth(arrows.to, 0)], [[0, 0, 0], [2.4, 2.2, 0]]);
});

test("arrowsOfPoints: one of each kind a sample, none where nothing is felt", () => {
  const points = pointsAt([[0, 0], [1, 1], [2, 2]]);
  const arrows = arrowsOfPoints(fieldOf([[1, 0], [0, 0], [0, 1]], [[0, 0], [0, 0], [1, 0]]), points, [0, 1, 2], VIEW);
  assert.deepEqual([...arrows.kind.subarray(0, arrows.count)], [0, 1, 0], "the strongest first");
  assert.deepEqual([nth(arrows.to, 1), nth(arrows.to, 2)], [[2, 2, 0], [0, 0, 0]]);
});

test("arrowsOfPoints: of many the strongest", () => {
  const places = Array.from({ length: 1000 }, (_, i) => [i, 0]);
  const pulls = places.map((_, i) => [i / 1000, 0]);
  const arrows = arrowsOfPoints(fieldOf(pulls), pointsAt(places), places.keys(), VIEW);
  assert.equal(arrows.count, MOST_POINTS);
  assert.ok(arrows.to.subarray(0, 3 * arrows.count).every((value, k) => k % 3 !== 0 || value >= 690));
});

test("arrows: 95 of 100 are within 60 % of a cell, a giant is cut, tiny ones are left out", () => {
  const places = Array.from({ length: 100 }, (_, i) => [i, 0]);
  const pulls = places.map((_, i) => [i < 10 ? 0.01 : 0.1, 0]);
  pulls[99] = [1, 0];
  const arrows = arrowsOfPoints(fieldOf(pulls), pointsAt(places), places.keys(), VIEW);
  assert.equal(arrows.count, 90);
  const lengths = Array.from({ length: arrows.count }, (_, i) => lengthPx(arrows, i)).sort((a, b) => a - b);
  assert.ok(Math.abs(lengths[0] - 0.6 * CELL_PX) < 0.5);
  assert.ok(lengths[89] <= 0.95 * CELL_PX + 1e-3);
});

test("arrowsOfPoints: a crowd speaks by its strongest; from near, each by itself", () => {
  const places = Array.from({ length: 50 }, (_, i) => [0.02 + i / 1000, 0.02]);
  const field = fieldOf(places.map((_, i) => [i / 50, 0]));
  const far = arrowsOfPoints(field, pointsAt(places), places.keys(), VIEW);
  assert.equal(far.count, 1);
  assert.deepEqual(nth(far.to, 0), [0.069, 0.02, 0]);
  const near = { ...VIEW, scaleX: 20000, scaleY: -20000 };
  assert.ok(arrowsOfPoints(field, pointsAt(places), places.keys(), near).count > 30);
});

test("arrows: a field without force draws none", () => {
  const points = pointsAt([[0, 0], [1, 1], [2, 2]]);
  assert.equal(arrowsOfPoints(fieldOf([[0, 0], [0, 0], [0, 0]]), points, [0, 1, 2], VIEW).count, 0);
});

test("arrowsOfPoints: three axes keep their third", () => {
  const points = pointsAt([[0, 0, 1]], 3);
  const arrows = arrowsOfPoints(fieldOf([[0, 0, 1]], [[0, 0, 0]], 3), points, [0], VIEW);
  assert.deepEqual(nth(arrows.to, 0), [0, 0, 1]);
  assert.ok(arrows.vector[2] > 0);
});
