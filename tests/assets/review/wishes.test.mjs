import assert from "node:assert/strict";
import { test } from "node:test";
import { changed, forecastWords, isComing, placeOf, progressWords, sent, shortProgress, usualWish, widthsOf } from "../../../assets/review/wishes.mjs";

test("a GIF is narrow and slow, and a film again is not", () => {
  const gif = changed({ ...usualWish(), width: 1920 }, { form: "gif" });
  assert.deepEqual([gif.width, gif.fps], [1080, 15]);
  assert.equal(changed(gif, { form: "mp4" }).fps, 25);
  assert.deepEqual(widthsOf("gif"), [640, 1080]);
});

test("only a film's choices are sent with a film", () => {
  assert.deepEqual(sent(usualWish()), { kind: "replay", since: null, until: null });
  assert.equal(sent(changed(usualWish(), { kind: "film" })).form, "mp4");
  assert.deepEqual(placeOf("0"), { run: 0 });
  assert.equal(placeOf(""), null);
});

test("what it comes to is said in a sentence", () => {
  const told = { num_bytes: 1_200_000, length_s: 8.6, num_kept: 184, num_frames: 412 };
  assert.equal(forecastWords({ kind: "replay" }, told), "About 1.2 MB, 8.6 s, 184 frames.");
  assert.equal(forecastWords({ kind: "film" }, { ...told, length_s: 34.4 }), "About 1.2 MB, 34 s.");
  assert.equal(forecastWords({ kind: "report" }, told), "About 1.2 MB.");
});

test("waiting and making are told, and end", () => {
  assert.equal(progressWords({ state: "waiting", position: 2 }), "Waits behind 2 others.");
  assert.equal(progressWords({ state: "making", done: 0.374 }), "Making it: 37 %");
  assert.deepEqual([{ state: "waiting" }, { state: "making", done: 0.374 }].map(shortProgress), ["Waits to be made", "Being made, 37 %"]);
  assert.deepEqual(["waiting", "making", "ready", "failed"].map((state) => isComing({ state })), [true, true, false, false]);
});
