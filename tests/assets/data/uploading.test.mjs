import assert from "node:assert/strict";
import test from "node:test";

import { ApiError } from "../../../assets/shell/api.mjs";
import { createRate, nextLength, send } from "../../../assets/data/uploading.mjs";
import { pause } from "../../../assets/parts/pausing.mjs";
import { createWhole } from "../../../assets/data/zipping.mjs";

const SIZE = 3_000_000;
const content = Uint8Array.from({ length: SIZE }, (_, at) => (at * 31 + (at >> 9)) & 255);
const source = createWhole(new Blob([content]));

/** A server that keeps what arrives, and fails where `trouble(n)` says so for the n-th piece. */
function server(trouble = () => null) {
  const kept = [];
  const there = { received: 0, pieces: 0, looks: 0 };
  return {
    there,
    bytes: () => Uint8Array.from(kept.flatMap((part) => [...part])),
    async piece(_id, at, bytes) {
      const wrong = trouble(there.pieces++, there);
      if (wrong?.before) throw wrong.before;
      if (at !== there.received) throw new ApiError({ message: "Go on elsewhere.", code: "other_place", status: 409 });
      kept.push(bytes);
      there.received += bytes.length;
      if (wrong?.after) throw wrong.after;
      return { received: there.received };
    },
    async look() {
      there.looks += 1;
      return { received: there.received };
    },
  };
}

const lost = () => new ApiError({ message: "Connection lost.", code: "lost" });
function job(api, more = {}) {
  const told = [];
  const waited = [];
  let clock = 0;
  const given = { source, importId: "i", received: 0, api, signal: new AbortController().signal, onProgress: (each) => told.push(each), wait: async (ms) => { waited.push(ms); }, now: () => (clock += 100), ...more };
  return { told, waited, done: send(given) };
}

test("everything arrives in order, and progress is told", async () => {
  const api = server();
  const { told, done } = job(api);
  assert.equal((await done).received, SIZE);
  assert.deepEqual(Buffer.compare(api.bytes(), content), 0);
  assert.equal(told[0].sent, 0);
  assert.equal(told.at(-1).sent, SIZE);
  assert.equal(told.at(-1).left, 0);
  assert.ok(told.at(-1).rate > 0);
});

test("a lost connection is waited for, longer each time, and what did arrive is not sent again", async () => {
  const api = server((n) => (n >= 1 && n <= 3 ? { before: lost() } : n === 5 ? { after: lost() } : null));
  const { told, waited, done } = job(api);
  await done;
  assert.equal(Buffer.compare(api.bytes(), content), 0);
  assert.deepEqual(waited, [500, 1000, 2000, 500]);
  assert.ok(told.some((each) => each.isLost));
  assert.ok(!told.at(-1).isLost);
});

test("a server that stays away while it is asked is asked again", async () => {
  const api = server((n) => (n === 1 ? { before: lost() } : null));
  const look = api.look;
  let away = 2;
  api.look = () => (away-- > 0 ? Promise.reject(lost()) : look());
  await job(api).done;
  assert.equal(Buffer.compare(api.bytes(), content), 0);
});

test("where the server has another place, it is the server's that counts", async () => {
  const api = server();
  api.there.received = 0;
  const { done } = job(api, { received: 1000 });
  await done;
  assert.equal(api.there.looks, 1);
  assert.equal(Buffer.compare(api.bytes(), content), 0);
});

test("where nobody answers which place that is, it is asked again", async () => {
  const api = server();
  const look = api.look;
  let away = 2;
  api.look = () => (away-- > 0 ? Promise.reject(lost()) : look());
  const { waited, done } = job(api, { received: 1000 });
  await done;
  assert.deepEqual(waited, [500]);
  assert.equal(Buffer.compare(api.bytes(), content), 0);
});

test("a refusal ends it with its sentence", async () => {
  const full = new ApiError({ message: "The disk is full.", code: "disk_full", status: 507 });
  await assert.rejects(job(server(() => ({ before: full }))).done, /The disk is full/);
});

test("cancel ends it, also while it waits", async () => {
  const controller = new AbortController();
  const api = server(() => ({ before: lost() }));
  const { done } = job(api, { signal: controller.signal, wait: (_ms, signal) => { controller.abort(); return pause(60_000, signal); } });
  await assert.rejects(done, { name: "AbortError" });
});

test("pieces grow while the network is fast and shrink while it is slow, within the limit", () => {
  assert.equal(nextLength(256 * 1024, 0.01), 4 * 256 * 1024);
  assert.equal(nextLength(8_000_000, 0.01), 8_000_000);
  assert.equal(nextLength(1_000_000, 8), 100_000);
  assert.equal(nextLength(100_000, 60), 64 * 1024);
});

test("a network that turned slow is sent small pieces, not the same large one for ever", async () => {
  const [limit, fast, slow] = [60, 20e6, 100e3]; // seconds a piece may take, bytes a second
  const size = 40_000_000;
  let [clock, received, losses] = [0, 0, 0];
  const api = {
    async piece(_id, at, bytes) {
      const seconds = bytes.length / (at < 20e6 ? fast : slow);
      clock += 1000 * Math.min(limit, seconds);
      if (seconds > limit) { losses += 1; assert.ok(losses < 5, "it never ends"); throw lost(); }
      received = at + bytes.length;
      return { received };
    },
    look: async () => ({ received }),
  };
  const long = { size, read: async (at, length) => new Uint8Array(Math.min(length, size - at)) };
  assert.equal((await job(api, { source: long, now: () => clock }).done).received, size);
  assert.equal(losses, 1);
});

test("the rate is that of the last seconds", () => {
  let clock = 0;
  const rate = createRate(() => clock);
  assert.equal(rate.value(), null);
  for (const [at, bytes] of [[0, 0], [1000, 1000], [2000, 2000], [9000, 2000], [10_000, 6000]]) { clock = at; rate.add(bytes); }
  assert.equal(rate.value(), 4000);
});
