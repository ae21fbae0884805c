// The atlas of a network that decodes: below the points where somebody lives, beside a hand everywhere.

import assert from "node:assert/strict";
import { test } from "node:test";

import { mountAtlas } from "../../../assets/insight/atlaslayer.mjs";
import { createState } from "../../../assets/parts/state.mjs";
import { pageOf } from "../nodes.mjs";

const TILE = 32;
const HEADER = { kind: "decoded", tile: TILE, columns: 3, rows: 2, low: [0, 0], size: 1, cells: [0, 1, 2, 3, 4, 5], lived: [0, 5], ids: null, ink: false };
const ONE = { ...HEADER, columns: 1, rows: 1, cells: [0], lived: [] };
const IN_BETWEEN = { place: [1.5, 0.5], tile: [TILE, TILE] };
const BESIDE = [9, 1];
const settled = () => new Promise((done) => { setImmediate(done); });

function packed(header) {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length);
  bytes.set(new TextEncoder().encode("LMA2"));
  new DataView(bytes.buffer).setUint32(4, text.length, true);
  bytes.set(text, 8);
  return bytes.buffer;
}

/** A canvas of tests notes the corners of the tiles that are drawn on it. */
function canvases() {
  const make = document.createElement;
  document.createElement = (tag) => {
    const node = make(tag);
    if (tag !== "canvas") return node;
    node.tiles = [];
    return Object.assign(node, { getContext: () => ({ drawImage: (_, x, y) => node.tiles.push([x, y]) }) });
  };
}

/** The map of one run, whose hand is over `under` in map units. */
async function page({ isOn = true, header = HEADER, latentDim = 2, drawn = null } = {}) {
  const root = pageOf({ "toggle-atlas": "", "atlas-note": "", "atlas-card": "", "map-window": "pane map-graph" });
  canvases();
  globalThis.window = {};
  globalThis.createImageBitmap = async () => ({});
  const layers = [];
  const hand = { under: null };
  const state = createState({ picture: { runId: "r", n: 3 }, shown: null, latentDim, tool: "move", server: { project: { preset: "annotate-vae" } }, hoverId: null, moving: 0, connection: "ok", themeCount: 0 });
  const map = { places: { unproject: () => hand.under }, setAtlas: (layer) => layers.push(layer) };
  const player = { trackOf: () => [{ n: 3, attempt: 1, is_snapshot: true }] };
  const asked = [];
  const api = { atlas: async () => { await drawn; return packed(header); }, within: () => ({ drawnAt: async (...of) => { asked.push(of); return packed(ONE); } }) };
  const layer = mountAtlas({ state, map, player, sync: {}, api, keys: { register: () => () => {} }, root, choices: { isOn: () => isOn } });
  await settled();
  return { layer, asked, layers, hand, pane: root.querySelector(".pane"), card: root.querySelector("#atlas-card") };
}

test("the painted layer shows inhabited places alone", async () => {
  const { layers } = await page();
  assert.deepEqual(layers.at(-1).canvas.tiles, [[0, TILE], [2 * TILE, 0]]);
});

test("the card of a drag shows what the network draws between the clusters too", async () => {
  const { layer } = await page({ isOn: false });
  const canvas = document.createElement("canvas");
  assert.equal(layer.drawAt(canvas, IN_BETWEEN.place, 48, {}), "The network draws this here.");
  assert.deepEqual(canvas.tiles, [IN_BETWEEN.tile]);
});

test("a drag that began before the atlas was there has its card drawn once it is", async () => {
  let arrive;
  const { layer } = await page({ isOn: false, drawn: new Promise((done) => { arrive = done; }) });
  const canvas = document.createElement("canvas");
  const said = [];
  const onDrawn = () => said.push(layer.drawAt(canvas, IN_BETWEEN.place, 48, { radius: 2, onDrawn }));
  onDrawn();
  arrive();
  await settled();
  assert.deepEqual(said, ["", "The network draws this here."]);
  assert.deepEqual(canvas.tiles, [IN_BETWEEN.tile]);
});

test("the card beside the pointer shows what the network draws between the clusters too", async (t) => {
  const { hand, pane, card } = await page();
  t.mock.timers.enable({ apis: ["setTimeout"] });
  hand.under = IN_BETWEEN.place;
  pane.fire("pointermove", { clientX: 5, clientY: 5, buttons: 0 });
  t.mock.timers.tick(1000);
  assert.equal(card.hidden, false);
  assert.equal(card.textContent, "The network draws this here.");
  assert.deepEqual(card.querySelector("canvas").tiles, [IN_BETWEEN.tile]);
});

test("the card beside the pointer shows what the network draws beside the cells once it is there, if the hand still rests", async (t) => {
  const { asked, hand, pane, card } = await page();
  t.mock.timers.enable({ apis: ["setTimeout"] });
  hand.under = BESIDE;
  for (const isResting of [false, true]) {
    pane.fire("pointermove", { clientX: 5, clientY: 5, buttons: 0 });
    t.mock.timers.tick(200);
    if (!isResting) pane.fire("wheel");
    t.mock.timers.tick(1000);
    await settled();
    assert.equal(card.hidden, !isResting);
    hand.under = [-4, 1];
  }
  assert.deepEqual(asked, [["r", 1, 3, "9.000000,1.000000"], ["r", 1, 3, "-4.000000,1.000000"]]);
});

for (const [where, latentDim, place] of [["in space", 3, [0.5, 1, -2]], ["beside the cells of a flat map", 2, BESIDE]]) {
  test(`the card of a drag asks what the network draws ${where}`, async (t) => {
    const { layer, asked } = await page({ latentDim });
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const canvas = document.createElement("canvas");
    let numDrawn = 0;
    const draw = () => layer.drawAt(canvas, place, 48, { radius: 2, onDrawn: () => { numDrawn += 1; } });
    assert.equal(draw(), "");
    t.mock.timers.tick(1000);
    await settled();
    assert.deepEqual(asked, [["r", 1, 3, place.map((each) => each.toFixed(6)).join(",")]]);
    assert.deepEqual([numDrawn, draw(), canvas.tiles], [1, "The network draws this here.", [[0, 0]]]);
  });
}

test("samples stay on the card of a drag where they are what an atlas shows", async () => {
  const { layer, asked } = await page({ header: { ...HEADER, kind: "typical" } });
  assert.equal(layer.drawAt(document.createElement("canvas"), BESIDE, 48, { radius: 2 }), "");
  await settled();
  assert.deepEqual(asked, []);
});
