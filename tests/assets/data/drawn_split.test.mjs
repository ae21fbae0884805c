import assert from "node:assert/strict";
import { test } from "node:test";

import { createDrawnSplit } from "../../../assets/data/drawn_split.mjs";
import { splitWordsOf } from "../../../assets/data/words.mjs";

test("what is drawn of recordings that were cut is asked once, and not before they are read", async () => {
  const asked = [];
  let answer;
  const ask = (id, share) => { asked.push([id, share]); return new Promise((resolve) => { answer = resolve; }); };
  const known = { drawn: () => {} };
  const split = createDrawnSplit({ ask, onDrawn: () => known.drawn() });
  const imported = { import_id: "i", options: {}, state: "ready" };
  assert.deepEqual([split.of({ ...imported, state: "reading" }, 0.2), asked], [null, []]);
  assert.deepEqual([split.of(imported, 0.2), split.of(imported, 0.2), asked], [null, null, [["i", 0.2]]]);
  const isKnown = new Promise((resolve) => { known.drawn = resolve; });
  answer({ counts: [50], num_samples: 50, num_recordings: 1, note: "None comes nearer." });
  await isKnown;
  assert.deepEqual(split.of(imported, 0.2), { perClass: [50], total: 50, recordings: 1, note: "None comes nearer.", isAbout: false });
  assert.equal(split.of({ ...imported, options: { sound: {} } }, 0.2), null, "read otherwise, others are drawn");
  assert.equal(asked.length, 2);
  split.stop();
});

test("how many recordings and windows are held out is told", () => {
  assert.equal(splitWordsOf({ total: 50, recordings: 1, isAbout: false }, 100), "50 %, 50 windows, 1 recording");
});
