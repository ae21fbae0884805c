import assert from "node:assert/strict";
import { test } from "node:test";

import { viewOf } from "../../../assets/map/frame_axes.mjs";
import { Picker } from "../../../assets/map/picking.mjs";
import { Points } from "../../../assets/map/points.mjs";

const BOX = { left: 0, top: 0, width: 400, height: 400 };
const VIEW = viewOf({ plot: BOX, canvas: BOX, range: { x: [-1, 1], y: [-1, 1] } });

/** Points between -1 and 1 on both axes, the first of them elsewhere, and how many of them a look at a pixel looks at. */
function cloud(numSamples, first) {
  const places = Float32Array.from({ length: 2 * numSamples }, (_, i) => (Math.sin(i * 12.9898) * 43758.5453) % 1);
  places.set(first);
  const points = new Points(numSamples, 2);
  points.cut(places);
  let looked = 0;
  points.mark.array = new Proxy(points.mark.array, { get: (marks, id) => (looked++, marks[id]) });
  const picker = new Picker();
  const look = (x, y) => {
    looked = 0;
    return { id: picker.idAt(points, VIEW, x, y), looked };
  };
  return { places, look };
}

test("a point far from all others costs a hover nothing, and can be hit", () => {
  const near = cloud(5000, [0.5, 0.5]);
  const far = cloud(5000, [5000, -5000]);
  for (const [x, y] of [[200, 200], [37, 310], [390, 5]]) {
    const [one, other] = [near.look(x, y), far.look(x, y)];
    assert.equal(other.id, one.id);
    assert.ok(other.looked > 0 && other.looked < 100, `${other.looked} of 5,000 were looked at`);
  }
  const elsewhere = viewOf({ plot: BOX, canvas: BOX, range: { x: [4999, 5001], y: [-5001, -4999] } });
  const points = new Points(5000, 2);
  points.cut(far.places);
  assert.equal(new Picker().idAt(points, elsewhere, 200, 200), 0);
});
