import assert from "node:assert/strict";
import { test } from "node:test";

import { createApi } from "../../../assets/shell/api.mjs";
import { sendingBy } from "../../../assets/shell/sendfile.mjs";

const FILE = { size: 100 };

function stage(mock, options = {}) {
  mock.timers.enable({ apis: ["setTimeout"] });
  const requests = [];
  class Request {
    upload = {};
    headers = {};
    constructor() { requests.push(this); }
    open(method, path) { Object.assign(this, { method, path }); }
    setRequestHeader(name, value) { this.headers[name] = value; }
    send(body) { this.body = body; }
    abort() { this.isAborted = true; }
    answer(status, body) { Object.assign(this, { status, responseText: JSON.stringify(body) }); this.onload(); }
  }
  const told = [];
  const by = sendingBy({ onProgress: (each) => told.push(each.sent), Request, ...options });
  const page = new AbortController();
  const sent = createApi().json("/names", { method: "POST", body: FILE, headers: { "content-type": "x" }, signal: page.signal, by });
  return { sent, told, page, request: requests[0] };
}

test("an upload that goes on is not cut off, however long it takes", async ({ mock }) => {
  const { sent, told, request } = stage(mock);
  for (let loaded = 10; loaded <= 100; loaded += 10) {
    mock.timers.tick(14_000);
    request.upload.onprogress({ loaded });
  }
  request.upload.onload();
  mock.timers.tick(60_000); // the server reads a long table
  request.answer(200, { num_added: 3 });
  assert.deepEqual(await sent, { num_added: 3 });
  assert.deepEqual(told.slice(0, 2), [10, 20]);
  assert.equal(told.at(-1), 100);
});

test("one that stands still is lost", async ({ mock }) => {
  const { sent, request } = stage(mock);
  request.upload.onprogress({ loaded: 10 });
  mock.timers.tick(15_001);
  await assert.rejects(sent, { isLost: true });
  assert.equal(request.isAborted, true);
});

test("a refusal is told in the server's words", async ({ mock }) => {
  const { sent, request } = stage(mock);
  request.answer(422, { message: "No column names samples.", code: "bad" });
  await assert.rejects(sent, { message: "No column names samples.", status: 422 });
});

test("cancelled it ends, and nothing is told of a loss", async ({ mock }) => {
  const { sent, page, request } = stage(mock);
  page.abort();
  await assert.rejects(sent, { name: "AbortError" });
  assert.equal(request.isAborted, true);
});
