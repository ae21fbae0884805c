import assert from "node:assert/strict";
import { test } from "node:test";

import { ApiError } from "../../../assets/shell/api.mjs";
import { readAhead, readProject } from "../../../assets/mappage/opening.mjs";

const PROJECTS = [{ project_id: "old", archived: true }, { project_id: "one", archived: false }, { project_id: "two", archived: false }];

/** An API that answers at once and notes what it was asked. */
function recordingApi({ runs = [], refusal = null } = {}) {
  const asked = [];
  const note = (name, answer) => (...args) => {
    asked.push([name, ...args]);
    return Promise.resolve(answer(...args));
  };
  return {
    asked,
    projects: note("projects", () => PROJECTS),
    state: note("state", (id) => ({ seq: 7, project: { project_id: id, dataset_id: "digits", archived: id === "old" }, runs })),
    dataset: note("dataset", (id) => ({ dataset_id: id })),
    samples: note("samples", () => new ArrayBuffer(3)),
    annotation: note("annotation", () => new ArrayBuffer(2)),
    submitRun: note("submitRun", () => (refusal ? Promise.reject(refusal) : { run_id: "r" })),
  };
}

const names = (api) => api.asked.map(([name]) => name);

test("readProject: the first that is not archived, with all a page needs", async () => {
  const api = recordingApi({ runs: [{ run_id: "r" }] });
  const found = await readProject(api, "");
  assert.equal(found.server.project.project_id, "one");
  assert.deepEqual(found.dataset, { dataset_id: "digits" });
  assert.equal(found.table.byteLength, 3);
  assert.deepEqual(api.asked.at(-1), ["annotation", "one", 7]);
  assert.ok(!names(api).includes("submitRun"), "a project with a run needs no pretraining");
});

test("readProject: a project without a run is pretrained, under a key two tabs share", async () => {
  const api = recordingApi();
  assert.equal((await readProject(api, "two")).isForming, true);
  assert.deepEqual(api.asked.at(-1), ["submitRun", "two", { key: "two", kind: "pretrain", config: {} }]);
});

test("readProject: what cannot be pretrained opens all the same, and says what was refused", async () => {
  const refusal = new ApiError({ message: "The disk is full; nothing was saved.", status: 507 });
  const found = await readProject(recordingApi({ refusal }), "two");
  assert.deepEqual([found.isForming, found.refusal, found.dataset.dataset_id], [false, refusal, "digits"]);
  const archived = recordingApi();
  assert.deepEqual((await readProject(archived, "old")).refusal, null);
  assert.ok(!names(archived).includes("submitRun"), "an archived project takes no run");
});

test("readProject: a lost connection is no refusal: the page asks for all of it again", async () => {
  const lost = new ApiError({ message: "Connection lost.", code: "lost" });
  await assert.rejects(readProject(recordingApi({ refusal: lost }), "two"), lost);
});

test("readProject: null for a project that is not there, an archived one when it is named", async () => {
  assert.equal(await readProject(recordingApi(), "gone"), null);
  assert.equal(await readProject(recordingApi(), "unknown"), null);
  assert.equal((await readProject(recordingApi(), "old")).server.project.project_id, "old");
});

test("readAhead: read once, for the project of the address only", async () => {
  const api = recordingApi();
  const take = readAhead(api, { pathname: "/", search: "?project=two" });
  const found = await take("two");
  assert.equal(found.server.project.project_id, "two");
  assert.equal(take("two"), null, "a second page reads what is true by then");
  assert.equal(readAhead(api, { pathname: "/", search: "" })("two"), null);
});

test("readAhead: other pages ask for nothing", () => {
  const api = recordingApi();
  assert.equal(readAhead(api, { pathname: "/projects", search: "?project=two" })("two"), null);
  assert.deepEqual(api.asked, []);
});
