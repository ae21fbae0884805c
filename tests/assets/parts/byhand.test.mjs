import assert from "node:assert/strict";
import { test } from "node:test";

import { BY_HAND_SHARE, byHandSentence, byHandTip, byHandWords, isOfHand } from "../../../assets/parts/byhand.mjs";
import { linesOf } from "../../../assets/runs/curves.mjs";
import { accuracyOf } from "../../../assets/teaching/runpanel.mjs";

const METRICS = { held_out_accuracy: 0.984, held_out_known: 183, held_out_by_hand: 183 };

test("where names alone measure it is said of which samples, and no interval is told", () => {
  assert.equal(byHandWords(183, 183), "of the 183 held-out samples that were named by hand, not drawn at random");
  const { figure, interval, tip } = accuracyOf(METRICS, "fine_tune");
  assert.deepEqual([figure, interval], ["98.4 %", "of 183 named by hand"]);
  assert.equal(tip, byHandTip(METRICS));
  assert.match(tip, /not drawn at random: of the others nothing is known\.$/);
  assert.equal(byHandSentence(183, 183), "Accuracy is of the 183 held-out samples that were named by hand, not drawn at random.");
});

test("the curve has no band there", () => {
  const bandOf = (metrics) => linesOf([{ run: {}, epochs: [{ epoch: 1, metrics }] }], "held_out_accuracy")[0].band[0].slice(1);
  assert.ok(bandOf(METRICS).every(Number.isNaN));
  assert.ok(bandOf({ ...METRICS, held_out_by_hand: 3 }).every(Number.isFinite));
});

test("a single label among them brings no interval back", () => {
  const some = { ...METRICS, held_out_known: 200, held_out_by_hand: 199 };
  assert.equal(accuracyOf(some, "fine_tune").interval, "199 of 200 named by hand");
  assert.equal(byHandSentence(199, 200), "Accuracy is of the held-out samples of known class, 199 of 200 named by hand, not drawn at random.");
  for (const [number, isTold] of [[200 * BY_HAND_SHARE, true], [200 * BY_HAND_SHARE - 1, false]]) assert.equal(isOfHand({ ...some, held_out_by_hand: number }), isTold);
});

test("where labels tell nearly all of them, nothing is known, or an older run does not tell, there are no such words", () => {
  for (const metrics of [{ ...METRICS, held_out_by_hand: 18 }, { held_out_known: 0, held_out_by_hand: 0 }, { held_out_known: 183 }, {}, null, undefined]) {
    assert.equal(isOfHand(metrics), false);
    assert.equal(byHandTip(metrics), "");
  }
  assert.equal(byHandSentence(undefined, 183), "");
  assert.equal(accuracyOf({ ...METRICS, held_out_by_hand: undefined }, "fine_tune").interval, "95.3–99.5");
});
