import assert from "node:assert/strict";
import { test } from "node:test";

import { createPace, fitStance, isOfKind } from "../../../assets/presenting/sight.mjs";

const FLAT = { x: [0, 4], y: [-1, 1] };
const lengthOf = ([low, high]) => high - low;

test("the same window sees the same", () => {
  assert.deepEqual(fitStance(FLAT, [800, 400], [800, 400]), FLAT);
});

test("any other window sees all of it, in the same proportions and about the same middle", () => {
  for (const to of [[400, 400], [1600, 400], [300, 900], [1000, 500]]) {
    const { x, y } = fitStance(FLAT, [800, 400], to);
    assert.ok(x[0] <= 1e-9 && x[1] >= 4 - 1e-9 && y[0] <= -1 + 1e-9 && y[1] >= 1 - 1e-9, String(to));
    assert.ok(Math.abs(lengthOf(x) / to[0] / (lengthOf(y) / to[1]) - 1) < 1e-9);
    assert.ok(Math.abs((x[0] + x[1]) / 2 - 2) < 1e-9 && Math.abs(y[0] + y[1]) < 1e-9);
    const isTight = Math.abs(lengthOf(x) - 4) < 1e-9 || Math.abs(lengthOf(y) - 2) < 1e-9;
    assert.ok(isTight, "no more than needed");
  }
});

test("what counts as not zoomed grows as what is in sight does", () => {
  const home = { x: [-8, 8], y: [-4, 4] };
  const seen = fitStance({ ...FLAT, home }, [800, 400], [400, 400]);
  assert.deepEqual(seen, { x: [0, 4], y: [-2, 2], home: { x: [-8, 8], y: [-8, 8] } });
});

test("in space a narrow window steps back, a wide one does not", () => {
  const of = { angles: { yaw: 1, pitch: 0 }, lens: { span: 2, home: 3, target: [0, 0, 0] } };
  assert.equal(fitStance(of, [800, 400], [400, 400]).lens.span, 4);
  assert.equal(fitStance(of, [800, 400], [1600, 400]).lens.span, 2);
  assert.equal(fitStance(of, [800, 400], [400, 400]).lens.home, 6);
  assert.deepEqual(fitStance(of, [800, 400], [1600, 800]).angles, of.angles);
});

test("a size that is not known changes nothing", () => {
  assert.equal(fitStance(FLAT, undefined, [1, 1]), FLAT);
  assert.equal(fitStance(FLAT, [0, 0], [1, 1]), FLAT);
});

test("a stance fits a map of its kind only", () => {
  assert.ok(isOfKind(FLAT, 2) && !isOfKind(FLAT, 3) && !isOfKind({ lens: {} }, 2) && isOfKind({ lens: {} }, 3));
  assert.ok(!isOfKind(null, 2) && !isOfKind(undefined, 3) && !isOfKind({}, 2));
});

test("a pace: at once, then at most once in a while, and the last is never lost", ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  let count = 0;
  const pace = createPace(50, () => { count += 1; });
  for (let nth = 0; nth < 10; nth += 1) pace.ask();
  assert.equal(count, 1);
  mock.timers.tick(50);
  assert.equal(count, 2);
  mock.timers.tick(500);
  assert.equal(count, 2);
  pace.ask();
  pace.ask();
  pace.stop();
  mock.timers.tick(500);
  assert.equal(count, 3);
});
