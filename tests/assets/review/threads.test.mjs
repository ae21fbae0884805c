import assert from "node:assert/strict";
import test from "node:test";

import { mentionParts } from "../../../assets/review/mentions.mjs";
import { aboutWords, placeOf, someOf, targetOf, threadsOf } from "../../../assets/review/threads.mjs";

const CLASSES = [{ class_index: 0, name: "clock" }, { class_index: 1, name: "clock face" }, { class_index: 2, name: "b<i>" }];
const parts = (text) => mentionParts(text, CLASSES, 100);

test("#class and @sample become mentions, the longest name first", () => {
  assert.deepEqual(parts("Is #Clock face like @sample 12?"), [
    "Is ", { classIndex: 1, text: "Clock face" }, " like ", { sample: 12, text: "sample 12" }, "?",
  ]);
  assert.deepEqual(parts("#clock, @7"), [{ classIndex: 0, text: "clock" }, ", ", { sample: 7, text: "sample 7" }]);
});

test("what is no mention stays as it was typed", () => {
  for (const text of ["#clocks", "a#clock", "ada@12.org", "@100", "#", "@sample", "@12a", "<img src=x onerror=alert(1)>"]) assert.deepEqual(parts(text), [text]);
  assert.deepEqual(parts(""), []);
  assert.deepEqual(parts("#b<i>"), [{ classIndex: 2, text: "b<i>" }]);
});

const comment = (id, more = {}) => ({ comment_id: id, reply_to: null, resolved_by: null, is_deleted: false, kind: "selection", samples: "", ...more });

test("threads: open ones first, newest first, replies beneath, numbers stay", () => {
  const threads = threadsOf([comment("a", { resolved_by: "Ben" }), comment("b"), comment("r", { reply_to: "b" }), comment("c")]);
  assert.deepEqual(threads.map(({ head, number, replies }) => [head.comment_id, number, replies.length]), [["c", 3, 0], ["b", 2, 1], ["a", 1, 0]]);
});

test("threads: what was deleted stays only where it is answered", () => {
  const gone = { is_deleted: true };
  const threads = threadsOf([comment("a", gone), comment("b", gone), comment("c"), comment("r", { reply_to: "b" }), comment("s", { reply_to: "c", ...gone })]);
  assert.deepEqual(threads.map(({ head, number, replies }) => [head.comment_id, number, replies.length]), [["c", 2, 0], ["b", 1, 1]]);
});

test("ten thousand comments are no square", () => {
  let reads = 0;
  const many = Array.from({ length: 10_000 }, (_, n) => {
    const head = n % 2 ? String(n - 1) : null;
    return Object.defineProperty(comment(String(n)), "reply_to", { get() { reads += 1; return head; } });
  });
  assert.equal(threadsOf(many).length, 5000);
  assert.ok(reads < 4 * many.length, `each is asked what it answers a few times, not ${reads}`);
});

test("a comment stands at its region's middle, else at the median of its samples", () => {
  const on = { placeOf: (id) => [[0, 0], [1, 1], [5, 5], [9, 9]][id] ?? null, latentDim: 2 };
  const ids = Uint32Array.from([0, 1, 2]);
  assert.deepEqual([...someOf({ some: [0, 1, 2] })], [0, 1, 2]);
  assert.equal(someOf({}).length, 0);
  assert.deepEqual(placeOf(comment("a"), ids, on), [1, 1]);
  assert.deepEqual(placeOf(comment("a", { kind: "region", path: [[0, 0], [2, 0], [2, 2], [0, 2]] }), ids, on), [1, 1]);
  assert.equal(placeOf(comment("a"), new Uint32Array(0), on), null);
});

test("a new comment is about the selection, its region where asked, else the run", () => {
  const shown = { runId: "r", n: 4 };
  const region = { kind: "lasso", path: [[0, 0], [1, 0], [1, 1]] };
  const of = (ids, more = {}) => ({ selection: { ids: Uint32Array.from(ids), region: null, ...more }, latentDim: 2, shown });
  assert.equal(targetOf(of([1]), null, false).kind, "point");
  assert.equal(targetOf(of([1, 2], { region }), null, false).couldBeRegion, true);
  assert.deepEqual(targetOf(of([1, 2], { region }), null, true).path, region.path);
  assert.deepEqual(targetOf(of([1]), null, false).snapshot, { run_id: "r", n: 4 }, "from a list: the map that is looked at");
  assert.deepEqual(targetOf(of([1, 2], { region, snapshot: { runId: "q", n: 2 } }), null, true).snapshot, { run_id: "q", n: 2 }, "whatever is looked at since");
  const between = targetOf(of([1, 2], { region, snapshot: { runId: "q", n: 2, part: 0.4 } }), null, true);
  assert.deepEqual([between.kind, between.couldBeRegion], ["selection", false], "a picture that is not kept");
  assert.equal(targetOf(of([]), { run: { run_id: "r" } }, true).run_id, "r");
  assert.equal(targetOf(of([]), { run: null }, true), null);
});

test("what a comment is about, in words", () => {
  const runs = [{ run_id: "r", kind: "fine_tune", number: 12 }, { run_id: "p", kind: "pretrain", number: 0 }];
  assert.equal(aboutWords({ kind: "run", run_id: "r" }, 0, runs), "run 12");
  assert.equal(aboutWords({ kind: "run", run_id: "p" }, 0, runs), "pretraining");
  assert.equal(aboutWords({ kind: "point" }, 1, runs, 3702), "sample 3,702");
  assert.equal(aboutWords({ kind: "region" }, 31, runs), "region, 31 samples");
});
