import assert from "node:assert/strict";
import { test } from "node:test";

import { trailParts } from "../../../assets/map/trails.mjs";

test("trailParts: a piece between each two places, fainter where the way began", () => {
  const parts = trailParts([{ path: Float32Array.of(0, 0, 1, 0, 1, 2), latentDim: 2, color: [9, 8, 7] }]);
  assert.deepEqual(parts.map(({ segments }) => [...segments]), [[0, 0, 0, 1, 0, 0], [1, 0, 0, 1, 2, 0]]);
  assert.deepEqual(parts[1].color, [9, 8, 7, 220]);
  assert.ok(parts[0].color[3] < parts[1].color[3]);
  const [faint] = trailParts([{ path: Float32Array.of(0, 0, 1, 0), latentDim: 2, color: [9, 8, 7, 51] }]);
  assert.deepEqual(faint.color, [9, 8, 7, 44], "as pale as its point");
});

test("trailParts: three axes, and ways of one place or none", () => {
  const [part] = trailParts([{ path: Float32Array.of(0, 0, 1, 0, 0, 2), latentDim: 3, color: [0, 0, 0] }]);
  assert.deepEqual([...part.segments], [0, 0, 1, 0, 0, 2]);
  assert.deepEqual(trailParts([{ path: Float32Array.of(1, 2), latentDim: 2, color: [0, 0, 0] }, { path: new Float32Array(0), latentDim: 2, color: [0, 0, 0] }]), []);
});
