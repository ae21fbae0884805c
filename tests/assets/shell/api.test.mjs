import assert from "node:assert/strict";
import { test } from "node:test";

import { createApi, newKey } from "../../../assets/shell/api.mjs";

const answer = (status, body) => async () => new Response(JSON.stringify(body), { status });

test("a refusal carries the server's sentence, code and fields", async () => {
  const api = createApi({ fetch: answer(422, { code: "bad_knob", message: "Epochs is 0.", fields: { num_epochs: "x" } }) });
  await assert.rejects(api.session(), { message: "Epochs is 0.", code: "bad_knob", status: 422, isLost: false });
});

test("no answer and a gateway's error count as a lost connection", async () => {
  const seen = [];
  const onConnection = (isOk) => seen.push(isOk);
  const failing = createApi({ fetch: () => Promise.reject(new TypeError("refused")), onConnection });
  await assert.rejects(failing.session(), { isLost: true });
  await assert.rejects(createApi({ fetch: answer(503, {}), onConnection }).session(), { isLost: true });
  await createApi({ fetch: answer(200, {}), onConnection }).session();
  assert.deepEqual(seen, [false, false, true]);
});

test("a body that breaks off is a lost connection too", async () => {
  const body = new ReadableStream({ start: (stream) => stream.error(new DOMException("signal timed out", "TimeoutError")) });
  const api = createApi({ fetch: async () => new Response(body) });
  await assert.rejects(api.frame("r", 1, 1), { isLost: true, message: "Connection lost." });
});

/** An answer whose bytes the test sends on, as long as nobody has ended it. */
function slowly() {
  const line = {};
  const fetch = async (_path, { signal }) => new Response(new ReadableStream({
    start(stream) {
      line.send = (byte) => stream.enqueue(Uint8Array.of(byte));
      line.end = () => stream.close();
      signal.addEventListener("abort", () => stream.error(signal.reason));
    },
  }));
  return { line, api: createApi({ fetch }) };
}
const arrived = () => new Promise(setImmediate);

test("an answer that goes on is not cut off, however long it takes", async ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { line, api } = slowly();
  const frame = api.frame("r", 1, 1);
  for (const byte of [1, 2, 3]) {
    await arrived();
    line.send(byte);
    await arrived();
    mock.timers.tick(14_000);
  }
  line.end();
  assert.deepEqual([...new Uint8Array(await frame)], [1, 2, 3]);
});

test("one that stands still is lost, before its first byte or after it", async ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { line, api } = slowly();
  const frame = api.frame("r", 1, 1);
  await arrived();
  line.send(1);
  await arrived();
  mock.timers.tick(15_001);
  await assert.rejects(frame, { isLost: true });
  const fetch = (_path, { signal }) => new Promise((_resolve, reject) => { signal.addEventListener("abort", () => reject(signal.reason)); });
  const silent = createApi({ fetch }).session();
  await arrived();
  mock.timers.tick(15_001);
  await assert.rejects(silent, { isLost: true });
});

test("what is ended here is not a lost connection, and what takes too long is", async () => {
  const seen = [];
  const fetch = (_path, { signal }) => new Promise((_resolve, reject) => { signal.addEventListener("abort", () => reject(signal.reason)); });
  const api = createApi({ fetch, onConnection: (isOk) => seen.push(isOk) });
  const [ended, late] = [new AbortController(), new AbortController()];
  const [one, other] = [api.within(ended.signal).dataset("d"), api.within(late.signal).dataset("d")];
  ended.abort(new DOMException("Ended.", "AbortError"));
  late.abort(new DOMException("signal timed out", "TimeoutError"));
  await assert.rejects(one, { name: "AbortError" });
  await assert.rejects(other, { isLost: true });
  const left = createApi({ fetch: () => Promise.reject(new DOMException("The page is left.", "AbortError")), onConnection: (isOk) => seen.push(isOk) });
  await assert.rejects(left.dataset("d"), { isLost: true }, "nobody here ended it");
  assert.deepEqual(seen, [false, false]);
});

test("a page instead of JSON still gives a sentence", async () => {
  const api = createApi({ fetch: async () => new Response("<h1>Oops</h1>", { status: 500 }) });
  await assert.rejects(api.session(), /The server answered 500/);
});

test("paths: the digest is escaped, frames are named by attempt and number", async () => {
  const asked = [];
  const api = createApi({ fetch: async (path) => { asked.push(path); return new Response("{}"); } });
  await api.state("p", "a b");
  await api.frame("r", 2, 17);
  assert.deepEqual(asked, ["/api/projects/p/state?digest=a%20b", "/api/runs/r/frames/2-17"]);
});

test("newKey: a UUID, each time another", () => {
  assert.match(newKey(), /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  assert.notEqual(newKey(), newKey());
});

const crowded = () => new Response(JSON.stringify({ code: "too_many_requests", message: "Too much." }), { status: 429, headers: { "retry-after": "2" } });

test("who asks for too much is told so in one sentence, and it is sent again when the server says", async () => {
  const [waits, said, sent] = [[], [], []];
  const answers = [crowded(), crowded(), new Response('{"seq": 4}')];
  const fetch = async (path, { method, body }) => { sent.push([path, method, body]); return answers.shift(); };
  const seen = [];
  const api = createApi({ fetch, onConnection: (isOk) => seen.push(isOk), wait: async (ms, signal) => { signal.throwIfAborted(); waits.push(ms); }, say: (text) => said.push(text) });
  assert.deepEqual(await api.post("/api/x", { key: "k" }), { seq: 4 });
  assert.deepEqual(sent, Array(3).fill(["/api/x", "POST", '{"key":"k"}']));
  assert.deepEqual(waits, [2000, 2000]);
  assert.equal(new Set(said).size, 1);
  assert.match(said[0], /^You ask for more at once than one person may\. It goes on by itself/);
  assert.deepEqual(seen, [true], "the connection was never lost");
});

test("what is refused again and again ends, as lost: it may be sent later with the same key", async () => {
  let count = 0;
  const api = createApi({ fetch: async () => { count += 1; return crowded(); }, wait: async () => {}, say: () => {} });
  await assert.rejects(api.session(), { isLost: true, code: "too_many_requests", message: "Too much." });
  assert.equal(count, 4);
});

test("too many tries to sign in are a refusal that is not sent again", async () => {
  let count = 0;
  const api = createApi({ fetch: async () => { count += 1; return new Response('{"code": "too_many_tries"}', { status: 429 }); }, wait: assert.fail });
  await assert.rejects(api.session(), { code: "too_many_tries" });
  assert.equal(count, 1);
});

test("who leaves meanwhile waits no longer", async () => {
  const ending = new AbortController();
  const wait = (_ms, signal) => new Promise((_, reject) => { signal.addEventListener("abort", () => reject(signal.reason)); ending.abort(new DOMException("Ended.", "AbortError")); });
  const api = createApi({ fetch: async () => crowded(), wait, say: () => {} }).within(ending.signal);
  await assert.rejects(api.session(), { name: "AbortError" });
});
