import assert from "node:assert/strict";
import { test } from "node:test";

import { createChooser, mountDrop } from "../../../assets/data/dropping.mjs";
import { pageOf } from "../nodes.mjs";

const soon = () => new Promise((done) => { setImmediate(done); });

/** A zone for files, and a folder whose entries come when the test says so. */
function scene(more = {}) {
  const zone = pageOf(["zone"]).querySelector("#zone");
  const told = { files: [], errors: [], page: new AbortController() };
  mountDrop({
    zone, onFolder: () => ({ signal: told.page.signal }), onFiles: (files) => told.files.push(files.map(({ path }) => path)), onError: (error) => told.errors.push(error.message), ...more,
  });
  const readEntries = (found, fail) => Object.assign(told, { found, fail });
  const entry = { isFile: false, isDirectory: true, name: "s", createReader: () => ({ readEntries }) };
  const items = [{ kind: "file", webkitGetAsEntry: () => entry }];
  return { told, drop: () => zone.fire("drop", { dataTransfer: { types: ["Files"], items } }) };
}

test("a folder is handed over once it was looked through", async () => {
  const { told, drop } = scene();
  drop();
  told.found([{ isFile: true, fullPath: "/s/1.png", file: (found) => found(new File(["x"], "1.png")) }]);
  await soon();
  told.found([]);
  await soon();
  assert.deepEqual([told.files, told.errors], [[["s/1.png"]], []]);
});

test("what was cancelled is neither handed over nor complained about; what cannot be read is", async () => {
  const cancelled = scene();
  cancelled.drop();
  cancelled.told.page.abort();
  cancelled.told.found([]);
  await soon();
  assert.deepEqual([cancelled.told.files, cancelled.told.errors], [[], []]);
  const moved = scene();
  moved.drop();
  moved.told.fail(new Error("moved"));
  await soon();
  assert.deepEqual([moved.told.files, moved.told.errors.length], [[], 1]);
});

test("where nothing may be dropped nothing is looked through", async () => {
  const { told, drop } = scene({ mayDrop: () => false, onFolder: assert.fail });
  assert.equal(drop(), false, "the browser does not open it either");
  await soon();
  assert.deepEqual([told.files, told.errors], [[], []]);
});

test("a picker that is closed without a choice says so", () => {
  pageOf();
  const told = [];
  const chooser = createChooser({ onFiles: () => told.push("files"), onCancel: () => told.push("cancelled") });
  chooser.node.fire("cancel");
  assert.deepEqual(told, ["cancelled"]);
});
