import assert from "node:assert/strict";
import { test } from "node:test";

import { captionOf, dressOf, fileNameOf } from "../../../assets/mappage/saving.mjs";

const server = { project: { name: "Round <things>: 圆" }, runs: [{ run_id: "a", number: 3, kind: "fine_tune" }] };
const at = { runId: "a", epoch: 5.0 };

test("fileNameOf: the project in its own script, run and epoch, nothing a file system refuses", () => {
  assert.equal(fileNameOf({ server, at }, "png"), "Round _things_ 圆 - map - run 3 epoch 5.png");
  assert.equal(fileNameOf({ server, at: { ...at, epoch: 2.46 }, paneName: "Result" }, "svg"), "Round _things_ 圆 - map - result - run 3 epoch 2.5.svg");
  for (const name of ["हिन्दी", "ภาษาไทยที่", "தமிழ்", "שָׁלוֹם"]) assert.equal(fileNameOf({ server: { project: { name }, runs: [] }, at: null }, "png"), `${name} - map.png`);
  assert.equal(fileNameOf({ server: { project: { name: ".." }, runs: [] }, at: null }, "png"), "- map.png");
});

test("captionOf: what the figure says of itself", () => {
  assert.equal(captionOf({ server, at }), "Round <things>: 圆 · Run 3, epoch 5");
});

test("dressOf: a held Edit window is saved in its own colours", () => {
  const own = { look: "own", classOf: Int16Array.of(0, 0), slotOf: [3] };
  const value = { shown: at, look: "result", classOf: Int16Array.of(0, 1), slotOf: [3], counts: new Map([[0, 1], [1, 1]]), editLook: own };
  assert.equal(dressOf(at, value).look, "result");
  assert.deepEqual(dressOf({ ...at }, value), { ...own, counts: new Map([[0, 2]]) });
  assert.equal(dressOf({ ...at }, { ...value, editLook: null }).look, "result");
});
