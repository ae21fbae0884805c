// Sheets of pictures over stand-ins for what a browser decodes and draws with.

import assert from "node:assert/strict";
import { test } from "node:test";

import { createThumbnails } from "../../../assets/parts/thumbnails.mjs";

const SIDE = 8;
const SHEET = { tile: 4, columns: 2, per_sheet: 4, ink: true };

/** The data of a node, which are texts. */
const dataset = () => new Proxy({}, { set(of, name, value) { of[name] = String(value); return true; } });

/** Thumbnails that may keep two sheets; which were fetched, and the bitmaps they became. */
function stage() {
  const [fetched, bitmaps] = [[], []];
  globalThis.window = { devicePixelRatio: 1 };
  globalThis.Image = class { width = SIDE; height = SIDE; set src(url) { fetched.push(url); } async decode() {} };
  globalThis.OffscreenCanvas = class { getContext() { return { drawImage() {}, getImageData: () => ({ data: new Uint8ClampedArray(4) }), putImageData() {} }; } };
  globalThis.createImageBitmap = async () => {
    const bitmap = { width: SIDE, height: SIDE, isClosed: false, close() { this.isClosed = true; } };
    bitmaps.push(bitmap);
    return bitmap;
  };
  const dress = createThumbnails("d", SHEET, { urlOf: (k) => k, budget: 2 * 4 * SIDE * SIDE });
  /** Draw a sample on a canvas of its own; the bitmap that was drawn from, open at that moment. */
  async function draw(id) {
    let from = null;
    const pen = { clearRect() {}, fillRect() {}, drawImage(image) { assert.ok(!image.isClosed); from = image; } };
    await dress({ width: 0, dataset: dataset(), style: { color: "black" }, getContext: () => pen }, id, SIDE);
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

/** Pictures whose sheet a browser could not decode at first; then the server answers in turn as given: a status, or an error where the connection is lost. */
function losing(mock, ...ends) {
  mock.timers.enable({ apis: ["setTimeout"] });
  globalThis.window = { devicePixelRatio: 1 };
  globalThis.Image = class { async decode() { throw new Error("It does not say why."); } };
  globalThis.createImageBitmap = async ({ size }) => {
    if (size === 0) throw new Error("This is no picture.");
    return { width: SIDE, height: SIDE };
  };
  mock.method(globalThis, "fetch", async () => {
    const end = ends.shift();
    if (end instanceof Error) throw end;
    return { ok: end < 300, status: end, arrayBuffer: async () => new ArrayBuffer(end === 204 ? 0 : 8) };
  });
  let isOpen = true;
  const dress = createThumbnails("d", { ...SHEET, ink: false }, { isWanted: () => isOpen });
  const drawn = [];
  /** A canvas of its own with this sample. */
  function draw(id) {
    dress({ width: 0, dataset: dataset(), getContext: () => ({ clearRect() {}, drawImage() { drawn.push(id); } }) }, id, SIDE);
  }
  const soon = () => new Promise((done) => { setImmediate(done); });
  const wait = async (ms) => { await soon(); mock.timers.tick(ms); await soon(); };
  return { ends, drawn, draw, soon, wait, leave() { isOpen = false; } };
}

test("a sheet that was lost on its way comes by itself, for all that waited for it", async ({ mock }) => {
  const { ends, drawn, draw, wait } = losing(mock, new TypeError("lost"), 503, 200);
  draw(1);
  await wait(1000);
  draw(2);
  await wait(3999);
  assert.deepEqual([drawn, ends], [[], [200]]);
  await wait(1);
  draw(3);
  assert.deepEqual(drawn, [1, 2, 3]);
});

test("a sheet that is not there, or is no picture, is asked for again only with the next picture", async ({ mock }) => {
  const { ends, drawn, draw, wait } = losing(mock, 404, 204, 200);
  for (const left of [2, 1]) {
    draw(1);
    await wait(60_000);
    assert.equal(ends.length, left);
  }
  draw(2);
  await wait(0);
  assert.deepEqual(drawn, [2]);
});

test("once the page is left a lost sheet is left too", async ({ mock }) => {
  const { ends, draw, soon, wait, leave } = losing(mock, new TypeError("lost"), 200);
  draw(1);
  await soon();
  leave();
  await wait(60_000);
  assert.equal(ends.length, 1);
});
