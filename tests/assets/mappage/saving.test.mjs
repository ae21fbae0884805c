import assert from "node:assert/strict";
import { test } from "node:test";

import { captionOf, fileNameOf } from "../../../assets/mappage/saving.mjs";

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
