import assert from "node:assert/strict";
import { test } from "node:test";

import { ApiError } from "../../../assets/shell/api.mjs";
import { readAhead, readProject } from "../../../assets/mappage/opening.mjs";

const [OLD, ONE, TWO, GONE] = [0, 1, 2, 3].map((nth) => `a000000${nth}-0000-4000-8000-000000000000`);
const PROJECTS = [{ project_id: OLD, archived: true }, { project_id: ONE, archived: false }, { project_id: TWO, archived: false }];

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
    state: note("state", (id) => (PROJECTS.some((each) => each.project_id === id)
      ? { seq: 7, project: { project_id: id, dataset_id: "digits", archived: id === OLD }, runs }
      : Promise.reject(new ApiError({ message: "There is no such project.", code: "not_found", status: 404 })))),
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
  assert.equal(found.server.project.project_id, ONE);
  assert.deepEqual(found.dataset, { dataset_id: "digits" });
  assert.equal(found.table.byteLength, 3);
  assert.deepEqual(api.asked.at(-1), ["annotation", ONE, 7]);
  assert.ok(!names(api).includes("submitRun"), "a project with a run needs no pretraining");
});

test("readProject: a project without a run is pretrained, under a key two tabs share", async () => {
  const api = recordingApi();
  assert.equal((await readProject(api, TWO)).isForming, true);
  assert.deepEqual(api.asked.at(-1), ["submitRun", TWO, { key: TWO, kind: "pretrain", config: {} }]);
});

test("readProject: what cannot be pretrained opens all the same, and says what was refused", async () => {
  const refusal = new ApiError({ message: "The disk is full; nothing was saved.", status: 507 });
  const found = await readProject(recordingApi({ refusal }), TWO);
  assert.deepEqual([found.isForming, found.refusal, found.dataset.dataset_id], [false, refusal, "digits"]);
  const archived = recordingApi();
  assert.deepEqual((await readProject(archived, OLD)).refusal, null);
  assert.ok(!names(archived).includes("submitRun"), "an archived project takes no run");
});

test("readProject: a project is not there only where the app says so", async () => {
  for (const told of [{ code: "lost" }, { status: 404 }, { status: 500 }, { code: "forbidden", status: 403 }]) {
    const error = new ApiError({ message: "No.", ...told });
    await assert.rejects(readProject({ ...recordingApi(), state: () => Promise.reject(error) }, ONE), error);
  }
});

test("readProject: a lost connection is no refusal: the page asks for all of it again", async () => {
  const lost = new ApiError({ message: "Connection lost.", code: "lost" });
  await assert.rejects(readProject(recordingApi({ refusal: lost }), TWO), lost);
});

test("readProject: a project that is named is asked for without the list of all", async () => {
  const api = recordingApi();
  await readProject(api, TWO);
  assert.deepEqual(api.asked[0], ["state", TWO]);
  assert.ok(!names(api).includes("projects"));
});

test("readProject: null for a project that is not there, an archived one when it is named", async () => {
  assert.equal(await readProject(recordingApi(), GONE), null);
  const api = recordingApi();
  for (const noId of ["unknown", "../runs", `${TWO}/pins`, TWO.toUpperCase()]) assert.equal(await readProject(api, noId), null);
  assert.deepEqual(api.asked, [], "what is no id leads nowhere");
  assert.equal((await readProject(recordingApi(), OLD)).server.project.project_id, OLD);
});

test("readAhead: read once, for the project of the address only", async () => {
  const api = recordingApi();
  const take = readAhead(api, { pathname: "/", search: `?project=${TWO}` });
  const found = await take(TWO);
  assert.equal(found.server.project.project_id, TWO);
  assert.equal(take(TWO), null, "a second page reads what is true by then");
  assert.equal(readAhead(api, { pathname: "/", search: "" })(TWO), null);
});

test("readAhead: other pages ask for nothing", () => {
  const api = recordingApi();
  assert.equal(readAhead(api, { pathname: "/projects", search: `?project=${TWO}` })(TWO), null);
  assert.deepEqual(api.asked, []);
});
