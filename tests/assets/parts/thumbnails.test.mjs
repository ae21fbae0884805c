// Sheets of pictures over stand-ins for what a browser decodes and draws with.

import assert from "node:assert/strict";
import { test } from "node:test";

import { createThumbnails } from "../../../assets/parts/thumbnails.mjs";

const SIDE = 8;
const SHEET = { tile: 4, columns: 2, per_sheet: 4, ink: true };

/** Thumbnails that may keep two sheets; which were fetched, and the bitmaps they became. */
function stage() {
  const [fetched, bitmaps] = [[], []];
  globalThis.window = { devicePixelRatio: 1 };
  globalThis.Image = class { naturalWidth = SIDE; naturalHeight = SIDE; set src(url) { fetched.push(url); } async decode() {} };
  globalThis.OffscreenCanvas = class { getContext() { return { drawImage() {}, getImageData: () => ({ data: new Uint8ClampedArray(4) }), putImageData() {} }; } };
  globalThis.createImageBitmap = async () => {
    const bitmap = { width: SIDE, height: SIDE, isClosed: false, close() { this.isClosed = true; } };
    bitmaps.push(bitmap);
    return bitmap;
  };
  const dress = createThumbnails("d", SHEET, (k) => k, 2 * 4 * SIDE * SIDE);
  /** Draw a sample on a canvas of its own; the bitmap that was drawn from, open at that moment. */
  async function draw(id) {
    let from = null;
    const pen = { clearRect() {}, fillRect() {}, drawImage(image) { assert.ok(!image.isClosed); from = image; } };
    await dress({ width: 0, dataset: new Proxy({}, { set(of, name, value) { of[name] = String(value); return true; } }), style: { color: "black" }, getContext: () => pen }, id, SIDE);
    return from;
  }
  return { draw, fetched, bitmaps };
}

test("sheets are kept within a budget, and the least recently used is let go first", async () => {
  const { draw, fetched, bitmaps } = stage();
  for (const id of [0, 4, 1, 8]) assert.ok(await draw(id));
  assert.deepEqual(fetched, [0, 1, 2]);
  assert.deepEqual(bitmaps.map(({ isClosed }) => isClosed), [false, true, false], "the first was used again");
  assert.equal(await draw(2), bitmaps[0]);
  assert.equal(await draw(5), bitmaps[3], "what was let go comes again");
  assert.deepEqual(fetched, [0, 1, 2, 1]);
});

test("many sheets asked for at once are all drawn, though they cannot all stay", async () => {
  const { draw, bitmaps } = stage();
  const drawn = await Promise.all([0, 4, 8, 12, 16].map(draw));
  assert.equal(new Set(drawn).size, 5);
  assert.equal(bitmaps.filter(({ isClosed }) => !isClosed).length, 2);
});
