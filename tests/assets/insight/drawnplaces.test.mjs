// What a network draws at one place: asked once the hand rests, once for places close together.

import assert from "node:assert/strict";
import { test } from "node:test";

import { createDrawnPlaces } from "../../../assets/insight/drawnplaces.mjs";
import { ApiError } from "../../../assets/shell/api.mjs";

const MAP = { runId: "r", n: 4 };
const settled = () => new Promise((done) => { setImmediate(done); });

function packed() {
  const text = new TextEncoder().encode(JSON.stringify({ kind: "decoded", tile: 32, columns: 1, rows: 1, cells: [0], lived: [], ink: false }));
  const bytes = new Uint8Array(8 + text.length);
  bytes.set(new TextEncoder().encode("LMA2"));
  new DataView(bytes.buffer).setUint32(4, text.length, true);
  bytes.set(text, 8);
  return bytes.buffer;
}

/** A hand over a map of three axes; it rests when the test says so. */
function space(answer = async () => packed()) {
  globalThis.createImageBitmap = async () => ({});
  const [asked, rests] = [[], []];
  const api = { within: () => ({ drawnAt: (...of) => { asked.push(of.join(" ")); return answer(); } }) };
  const wait = (_, signal) => new Promise((done, fail) => { rests.push(done); signal.addEventListener("abort", () => fail(signal.reason)); });
  const places = createDrawnPlaces({ api, frameOf: async () => ({ runId: "r", attempt: 1, n: 3 }), wait });
  let drawn = 0;
  const at = (...place) => places.at(MAP, place, 0.1, () => { drawn += 1; });
  const rest = async () => { rests.splice(0).forEach((done) => done()); await settled(); };
  return { at, rest, asked, places, told: [], numDrawn: () => drawn };
}

test("only the place where the hand rests is asked for", async () => {
  const { at, rest, asked, numDrawn } = space();
  assert.equal(at(0.5, -1.2, 3), null);
  assert.equal(at(0.9, -1.2, 3), null);
  await rest();
  assert.deepEqual(asked, ["r 1 3 0.900000,-1.200000,3.000000"]);
  assert.equal(numDrawn(), 1);
  assert.equal(at(0.9, -1.2, 3).atlas.kind, "decoded");
});

test("whoever asks again while the answer is on its way is told", async () => {
  const { rest, places, told } = space();
  for (const who of ["first", "second"]) places.at(MAP, [0, 0, 0], 0.1, () => told.push(who));
  await rest();
  assert.deepEqual(told, ["second"]);
});

test("places close together have one answer", async () => {
  const { at, rest, asked } = space();
  at(0.9, -1.2, 3);
  await rest();
  assert.notEqual(at(0.92, -1.21, 3.03), null);
  assert.equal(at(1.2, -1.2, 3), null);
  await rest();
  assert.equal(asked.length, 2);
});

test("a network that draws nothing is asked once", async () => {
  const { at, rest, asked, numDrawn } = space(async () => { throw new ApiError({ message: "No network draws samples here.", code: "not_found", status: 404 }); });
  at(0, 0, 0);
  await rest();
  assert.equal(at(1, 1, 1), null);
  await rest();
  assert.deepEqual([asked.length, numDrawn()], [1, 0]);
});

test("a place that was lost on its way is asked for again", async () => {
  let isAway = true;
  const { at, rest, asked, numDrawn } = space(async () => {
    if (isAway) throw new ApiError({ message: "Connection lost.", code: "lost" });
    return packed();
  });
  at(0, 0, 0);
  await rest();
  isAway = false;
  await rest(); // the pause after a loss
  await rest();
  assert.deepEqual([asked.length, numDrawn()], [2, 1]);
});
