import assert from "node:assert/strict";
import { test } from "node:test";

import { isWellInSight, lookAt } from "../../../assets/map/looking.mjs";

const WINDOW = { width: 400, height: 200 };

test("well in sight: not near the rim, not outside, not behind the eye", () => {
  const seen = [[200, 100], [20, 100], [200, 195], [-50, 100], [NaN, NaN]].map((at) => isWellInSight(at, WINDOW));
  assert.deepEqual(seen, [true, false, false, false, false]);
});

test("the view goes only where it must, and is then the user's", () => {
  const asked = [];
  const view = { projection: { ...WINDOW, toPixel: ([x, y]) => [x, y] }, stanceAt: (place) => `at ${place}` };
  lookAt(view, [200, 100], (...of) => asked.push(of));
  lookAt(view, [900, 100], (...of) => asked.push(of));
  lookAt({ ...view, projection: null }, [900, 100], (...of) => asked.push(of));
  assert.deepEqual(asked, [[{ of: "at 900,100", isUsers: true }, 260]]);
});
