import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { ApiError } from "../../../assets/shell/api.mjs";
import { savingSentenceOf, SentenceError, sentenceOf } from "../../../assets/shell/errors.mjs";

const ASSETS = new URL("../../../assets/", import.meta.url);
/** Where an error's own words may be read: the one place that says them, and where the error is known to be the server's. */
const MAY = new Set(["shell/errors.mjs", "shell/polling.mjs", "shell/session.mjs"]);

test("what breaks within the page is said in a sentence of ours, not in the engine's", (t) => {
  const noted = t.mock.method(console, "error", () => {});
  assert.equal(sentenceOf(new ApiError({ message: "Epochs is 0.", status: 422 })), "Epochs is 0.");
  assert.equal(sentenceOf(new SentenceError("This epoch is gone; choose another.")), "This epoch is gone; choose another.");
  assert.match(sentenceOf(new TypeError("x is undefined")), /^Something on this page stopped working. Reload it;/);
  assert.equal(noted.mock.callCount(), 1);
});

test("only where something was being saved people are told to look whether it was", () => {
  const lost = new ApiError({ message: "Connection lost." });
  assert.equal(sentenceOf(lost), "Connection lost.");
  assert.match(savingSentenceOf(lost), /Look whether it was saved/);
  assert.equal(savingSentenceOf(new ApiError({ message: "Epochs is 0.", status: 422 })), "Epochs is 0.");
});

test("no module shows an error's own words: sentenceOf does", () => {
  const names = readdirSync(ASSETS, { recursive: true }).filter((name) => name.endsWith(".mjs"));
  const raw = names.filter((name) => !MAY.has(name) && /(?<![.\w])error\.message\b/.test(readFileSync(new URL(name, ASSETS), "utf8")));
  assert.deepEqual(raw, []);
});
