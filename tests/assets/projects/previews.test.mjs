import assert from "node:assert/strict";
import { test } from "node:test";

import { fit } from "../../../assets/parts/fitting.mjs";
import { fetchFrame, thinned } from "../../../assets/parts/smallmaps.mjs";
import { createPreviews } from "../../../assets/projects/previews.mjs";
import { pageOf } from "../nodes.mjs";

/** Fetches that end in turn as given: a status, or an error where the connection is lost. */
function frames(...ends) {
  const waited = [];
  const fetch = async () => {
    const end = ends.shift();
    if (end instanceof Error) throw end;
    return { ok: end === 200, status: end, arrayBuffer: async () => new ArrayBuffer(8) };
  };
  return { waited, ends, given: { fetch, wait: async (ms) => { waited.push(ms); } } };
}

test("a small map that was lost on its way is asked for again, as long as somebody looks at it", async () => {
  const back = frames(new TypeError("lost"), 503, 200);
  assert.equal((await fetchFrame("/f", () => true, back.given)).byteLength, 8);
  assert.deepEqual(back.waited, [1000, 4000]);
  const away = frames(...Array(5).fill(new TypeError("lost")), 200);
  assert.equal((await fetchFrame("/f", () => true, away.given)).byteLength, 8);
  assert.deepEqual(away.waited, [1000, 4000, 16_000, 16_000, 16_000]);
});

test("a small map that is not there, or that nobody looks at any more, is left", async () => {
  const none = frames(404, 200);
  assert.equal(await fetchFrame("/f", () => true, none.given), null);
  const left = frames(new TypeError("lost"), 200);
  assert.equal(await fetchFrame("/f", () => false, left.given), null);
  assert.deepEqual([none.ends.length, left.ends.length, none.waited], [1, 1, []]);
});

test("fit: the map fills the box's shorter side, centred, y upwards", () => {
  const placed = fit(Float32Array.of(-1, -1, 1, 1), 2, 200, 100, 10);
  assert.deepEqual([...placed], [60, 90, 140, 10]);
});

test("fit: a map of three axes along its two main ones", () => {
  const embedding = Float32Array.of(0, 0, -8, 0, 0, 8, 0, 2, 0, 0, -2, 0, 1, 0, 0, -1, 0, 0);
  const placed = [...fit(embedding, 3, 100, 100, 10)].map(Math.round);
  assert.deepEqual(placed, [10, 50, 90, 50, 50, 40, 50, 60, 50, 50, 50, 50]);
});

test("fit: one point far away does not shrink the others to a blob", () => {
  const near = Array.from({ length: 400 }, (_, id) => [id % 20, Math.floor(id / 20)]).flat();
  const placed = fit(Float32Array.of(...near, 5000, 0), 2, 100, 100, 10);
  const across = placed.filter((_, at) => at % 2 === 0).slice(0, 400);
  assert.deepEqual([Math.min(...across), Math.max(...across)].map(Math.round), [10, 90]);
  assert.ok(placed[800] > 100);
});

test("fit: points in one place sit in the middle", () => {
  assert.deepEqual([...fit(Float32Array.of(3, 3, 3, 3), 2, 100, 60)], [50, 30, 50, 30]);
});

test("of a large map only what is drawn is kept", () => {
  const frame = { latentDim: 2, numSamples: 5, embedding: Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), prediction: Int16Array.of(0, 1, 2, 3, 4) };
  const kept = thinned(frame, 3);
  assert.deepEqual([[...kept.embedding], [...kept.prediction]], [[0, 1, 4, 5, 8, 9], [0, 2, 4]]);
  assert.equal(kept.embedding.buffer.byteLength, 24);
  assert.equal(thinned({ ...frame, prediction: null }, 3).prediction, null);
  assert.deepEqual([...thinned(frame).embedding], [...frame.embedding]);
});

test("a small map says that it is read, and that it could not be", async () => {
  pageOf();
  let see = null;
  globalThis.IntersectionObserver = class { constructor(hear) { see = hear; } observe(target) { this.seen = target; } unobserve() {} disconnect() {} };
  const before = globalThis.fetch;
  globalThis.fetch = async () => ({ ok: false, status: 404 });
  const holder = createPreviews().of({ frame_url: "/f", colors: [] });
  assert.equal(holder.textContent, "Reading the map");
  see([{ isIntersecting: true, target: holder }]);
  await new Promise((done) => { setImmediate(done); });
  assert.equal(holder.textContent, "The map could not be read");
  globalThis.fetch = before;
});
