import assert from "node:assert/strict";
import { test } from "node:test";

import { contoursOf, SHARES } from "../../../assets/map/contours.mjs";

/** A bell of points around (x, y), the same each time. */
function bell(count, x = 0, y = 0, spread = 1) {
  const places = new Float32Array(2 * count);
  for (let i = 0; i < count; i += 1) {
    const radius = spread * Math.sqrt(-2 * Math.log(1 - (i + 0.5) / count));
    const angle = i * 2.399963; // the golden angle
    places.set([x + radius * Math.cos(angle), y + radius * Math.sin(angle)], 2 * i);
  }
  return places;
}
const middles = (segments) => Array.from({ length: segments.length / 6 }, (_, k) => [(segments[6 * k] + segments[6 * k + 3]) / 2, (segments[6 * k + 1] + segments[6 * k + 4]) / 2]);

test("of a bell the lines are circles that hold their share of it", () => {
  const found = contoursOf(bell(20_000), 2);
  assert.deepEqual(found.map(({ share }) => share), SHARES);
  for (const { share, segments } of found) {
    const radii = middles(segments).map(([x, y]) => Math.hypot(x, y));
    const mean = radii.reduce((sum, radius) => sum + radius, 0) / radii.length;
    const exact = Math.sqrt(-2 * Math.log(1 - share));
    assert.ok(Math.abs(mean - exact) < 0.15 * exact, `${share}: ${mean} for ${exact}`);
    assert.ok(Math.max(...radii) - Math.min(...radii) < 0.35 * exact, `${share} is round`);
  }
});

test("two crowds have lines of their own, in map units", () => {
  const [, , half] = contoursOf(Float32Array.of(...bell(3000, 100, -20), ...bell(3000, 112, -20)), 2);
  const xs = middles(half.segments).map(([x]) => x);
  assert.ok(xs.some((x) => Math.abs(x - 100) < 1.5) && xs.some((x) => Math.abs(x - 112) < 1.5));
  assert.ok(!xs.some((x) => Math.abs(x - 106) < 2));
});

test("of no points, one place, or places that are no numbers there is nothing to draw, and nothing breaks", () => {
  assert.deepEqual(contoursOf(new Float32Array(0), 2), []);
  assert.deepEqual(contoursOf(new Float32Array(40).fill(3), 2), []);
  assert.deepEqual(contoursOf(new Float32Array(40).fill(NaN), 2), []);
  const line = Float32Array.from({ length: 200 }, (_, k) => (k % 2 ? 0 : k));
  for (const { segments } of contoursOf(line, 2)) assert.ok(segments.every(Number.isFinite));
});
