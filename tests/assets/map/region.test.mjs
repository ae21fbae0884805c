import assert from "node:assert/strict";
import { test } from "node:test";

import { HIDDEN } from "../../../assets/map/marks.mjs";
import { boxPath, idsInside } from "../../../assets/map/region.mjs";

const SQUARE = boxPath([0, 1], [0, 1]);

/** The textbook rule, one edge after the other, for every point. */
function slowIdsInside(positions, path) {
  const ids = [];
  for (let id = 0; id < positions.length / 2; id++) {
    const [x, y] = [positions[2 * id], positions[2 * id + 1]];
    let isIn = false;
    for (let i = 0, j = path.length - 1; i < path.length; j = i++) {
      const [xi, yi] = path[i];
      const [xj, yj] = path[j];
      if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) isIn = !isIn;
    }
    if (isIn) ids.push(id);
  }
  return ids;
}

/** A small generator with a seed, so that every run asks the same. */
function randomOf(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

test("idsInside: inside, outside, and beside at the same height", () => {
  const positions = Float32Array.of(0.5, 0.5, 1.5, 0.5, -0.5, 0.5, 0.5, 2);
  assert.deepEqual([...idsInside(positions, 2, SQUARE)], [0]);
});

test("idsInside: a hollow shape keeps its hollow", () => {
  const horseshoe = [[0, 0], [3, 0], [3, 3], [2, 3], [2, 1], [1, 1], [1, 3], [0, 3]];
  const positions = Float32Array.of(0.5, 2, 1.5, 2, 2.5, 2);
  assert.deepEqual([...idsInside(positions, 2, horseshoe)], [0, 2]);
});

test("idsInside: where a path covers twice it cuts a hole (even-odd)", () => {
  const twice = [[0, 0], [4, 0], [4, 4], [0, 4], [0, 0], [1, 1], [3, 1], [3, 3], [1, 3], [1, 1]];
  assert.deepEqual([...idsInside(Float32Array.of(0.5, 0.5, 2, 2), 2, twice)], [0]);
});

test("idsInside: the direction of a box does not matter", () => {
  const positions = Float32Array.of(0.5, 0.5);
  assert.deepEqual([...idsInside(positions, 2, boxPath([1, 0], [1, 0]))], [0]);
});

test("idsInside: hidden samples and positions that are no numbers are left out", () => {
  const positions = Float32Array.of(0.5, 0.5, 0.5, 0.5, NaN, 0.5, 0.5, Infinity);
  assert.deepEqual([...idsInside(positions, 2, SQUARE, Uint8Array.of(0, HIDDEN, 0, 0))], [0]);
});

test("idsInside: two vertices, a line and an empty path hold nothing", () => {
  const positions = Float32Array.of(0.5, 0.5);
  for (const path of [[], [[0, 0], [1, 1]], [[0, 0], [1, 0], [2, 0]], [[0, 0], [0, 1], [0, 2]]])
    assert.equal(idsInside(positions, 2, path).length, 0);
});

test("idsInside: a third axis is passed over", () => {
  assert.deepEqual([...idsInside(Float32Array.of(9, 9, 9, 0.5, 0.5, 9), 3, SQUARE)], [1]);
});

test("idsInside: agrees with the textbook on random paths that cross themselves", () => {
  const random = randomOf(7);
  for (let round = 0; round < 20; round++) {
    const positions = Float32Array.from({ length: 2000 }, () => random() * 4 - 2);
    const path = Array.from({ length: 3 + Math.floor(random() * 40) }, () => [random() * 3 - 1.5, random() * 3 - 1.5]);
    assert.deepEqual([...idsInside(positions, 2, path)], slowIdsInside(positions, path));
  }
});

test("idsInside: 100,000 points and a path of 400 vertices within 20 ms", () => {
  const random = randomOf(3);
  const positions = Float32Array.from({ length: 200_000 }, () => random() * 4 - 2);
  const path = Array.from({ length: 400 }, (_, i) => {
    const radius = 1.2 + 0.3 * Math.sin(i);
    return [radius * Math.cos((i * Math.PI) / 200), radius * Math.sin((i * Math.PI) / 200)];
  });
  // Time of this thread, not of the clock: the machine may be busy with something else.
  const times = Array.from({ length: 9 }, () => {
    const before = process.cpuUsage();
    idsInside(positions, 2, path);
    return process.cpuUsage(before).user / 1000;
  });
  assert.ok(Math.min(...times) < 20, `the fastest of 9 took ${Math.min(...times)} ms`);
});
