import assert from "node:assert/strict";
import { test } from "node:test";

import { endOf, mixInto, progressOf, startTween } from "../../../assets/map/tween.mjs";

test("startTween: starts now when nothing went before", () => {
  assert.deepEqual(startTween(1000, 200, "linear"), { startMs: 1000, durationMs: 200, ease: "linear" });
});

test("startTween: a linear chain carries on from the last end, so that no time is lost", () => {
  assert.equal(startTween(1012, 200, "linear", 1000).startMs, 1000);
});

test("startTween: a long rest, or an ease, starts anew", () => {
  assert.equal(startTween(1500, 200, "linear", 1000).startMs, 1500);
  assert.equal(startTween(1012, 200, "out", 1000).startMs, 1012);
});

test("startTween: an unknown ease is named", () => {
  assert.throws(() => startTween(0, 100, "bounce"), /no ease 'bounce'/);
});

test("progressOf: linear is even, out is fast first, both arrive at exactly 1", () => {
  const at = (ease, ms) => progressOf({ startMs: 0, durationMs: 100, ease }, ms);
  assert.deepEqual(at("linear", 25), { t: 0.25, hasArrived: false });
  assert.ok(at("out", 25).t > 0.5);
  for (const ease of ["linear", "out"]) assert.deepEqual(at(ease, 100), { t: 1, hasArrived: true });
  assert.deepEqual(at("linear", -5), { t: 0, hasArrived: false });
});

test("progressOf: no duration arrives at once", () => {
  assert.deepEqual(progressOf({ startMs: 0, durationMs: 0, ease: "out" }, 0), { t: 1, hasArrived: true });
});

test("endOf: is the start and the duration", () => {
  assert.equal(endOf({ startMs: 40, durationMs: 60, ease: "linear" }), 100);
});

test("mixInto: is exact at both ends, and may write over its source", () => {
  const from = Float32Array.of(0.1, -3);
  const to = Float32Array.of(0.3, 5);
  assert.deepEqual(mixInto(from, to, 0), from);
  assert.deepEqual(mixInto(from, to, 1), to);
  assert.equal(mixInto(from, to, 0.5, from), from);
  assert.equal(from[1], 1);
});
