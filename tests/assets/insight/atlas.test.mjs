import assert from "node:assert/strict";
import { test } from "node:test";

import { mountAtlas } from "../../../assets/insight/atlaslayer.mjs";
import { createState } from "../../../assets/parts/state.mjs";
import { ApiError } from "../../../assets/shell/api.mjs";
import { pageOf } from "../nodes.mjs";
import { cellAt, decodeAtlas, highOf, snapshotOf, tileOf } from "../../../assets/insight/atlas.mjs";

const HEADER = { kind: "typical", tile: 32, columns: 4, rows: 3, low: [-1, 2], size: 0.5, cells: [0, 5, 11], lived: [0, 5, 11], ids: [7, 8, 9], ink: true };

function packed(header, png = [1, 2, 3], magic = "LMA2") {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + png.length);
  bytes.set(new TextEncoder().encode(magic));
  new DataView(bytes.buffer).setUint32(4, text.length, true);
  bytes.set(text, 8);
  bytes.set(png, 8 + text.length);
  return bytes.buffer;
}

test("decodeAtlas: header and picture", () => {
  const { png, ...header } = decodeAtlas(packed(HEADER));
  assert.deepEqual(header, HEADER);
  assert.deepEqual([...png], [1, 2, 3]);
});

test("decodeAtlas: refuses other bytes and half of them", () => {
  assert.throws(() => decodeAtlas(packed(HEADER, [], "LMV1")), /not an atlas/);
  assert.throws(() => decodeAtlas(packed(HEADER, [], "LMA1")), /not an atlas/, "an earlier form, which a browser may have kept");
  assert.throws(() => decodeAtlas(packed(HEADER, []).slice(0, 40)), /truncated/);
  assert.throws(() => decodeAtlas(new ArrayBuffer(3)), /not an atlas/);
});

test("cellAt: the cell of a place, -1 where it has no picture and outside", () => {
  assert.equal(cellAt(HEADER, [-0.9, 2.1]), 0);
  assert.equal(cellAt(HEADER, [-0.4, 2.6]), 5);
  assert.equal(cellAt(HEADER, [0.9, 3.4]), 11);
  assert.equal(cellAt(HEADER, [0.1, 2.1]), -1);
  for (const place of [[-1.1, 2.1], [1.1, 2.1], [-0.9, 1.9], [-0.9, 3.6], [NaN, 2]]) assert.equal(cellAt(HEADER, place), -1);
  assert.deepEqual(highOf(HEADER), [1, 3.5]);
});

test("tileOf: the first row of cells is the last of the picture", () => {
  assert.deepEqual(tileOf(HEADER, 0), { x: 0, y: 64 });
  assert.deepEqual(tileOf(HEADER, 5), { x: 32, y: 32 });
  assert.deepEqual(tileOf(HEADER, 11), { x: 96, y: 0 });
});

test("snapshotOf: the snapshot on screen or the one before", () => {
  const track = [1, 2, 3, 4].map((n) => ({ n, is_snapshot: n % 2 === 1 }));
  assert.equal(snapshotOf(track, 1).n, 1);
  assert.equal(snapshotOf(track, 4).n, 3);
  assert.equal(snapshotOf(track, -2).n, 1);
  assert.equal(snapshotOf(track.slice(1, 2), 2), null);
  assert.equal(snapshotOf([], 9), null);
});

/** The layer over one map of run r, whose atlas is always lost on its way; the list of the run's frames may be unread. */
function stage(tracks) {
  const [asked, listed] = [[], []];
  const api = { atlas: async (...at) => { asked.push(at.slice(0, 3)); throw new ApiError({ message: "Connection lost.", code: "lost" }); } };
  const sync = { needIndex: async (runId) => { listed.push(runId); tracks[runId] = TRACK; } };
  const state = createState({ picture: { runId: "r", n: 3 }, shown: { runId: "r", n: 3 }, latentDim: 2, tool: "lasso", connection: "ok", themeCount: 0 });
  const root = pageOf(["toggle-atlas", "atlas-note", "atlas-card", "map-window"]);
  mountAtlas({ state, map: { setAtlas() {} }, player: { trackOf: (runId) => tracks[runId] ?? [] }, sync, api, keys: { register: () => () => {} }, root, choices: { isOn: () => true } });
  return { state, asked, listed };
}
const TRACK = [{ n: 3, attempt: 1, is_snapshot: true }];
const soon = () => new Promise((done) => { setImmediate(done); });

test("an atlas that was lost with the connection is asked for again once it is back", async () => {
  const { state, asked } = stage({ r: TRACK });
  await soon();
  state.set({ connection: "lost" });
  await soon();
  assert.deepEqual(asked, [["r", 1, 3]]);
  state.set({ connection: "ok" });
  await soon();
  assert.equal(asked.length, 2);
});

test("the list of a run that nobody has read is read, for another run learns while the page is opened", async () => {
  const { state, asked, listed } = stage({});
  await soon();
  assert.deepEqual([listed, asked], [["r"], [["r", 1, 3]]]);
  state.set({ shown: { runId: "b", n: 1 } });
  await soon();
  assert.deepEqual(listed, ["r"], "Result's map is in no window");
});
