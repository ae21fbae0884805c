import assert from "node:assert/strict";
import { test } from "node:test";

import { createReader, groundAt, meaningOf, nearestTo } from "../../../assets/teaching/territory.mjs";

// Twenty points of class 0 about (0, 0), twenty of class 1 about (10, 0).
const embedding = Float32Array.from({ length: 80 }, (_, at) => (at % 2 ? (at % 7) * 0.05 : (at < 40 ? 0 : 10) + (at % 5) * 0.05));
const classOf = Int16Array.from({ length: 40 }, (_, id) => Number(id >= 20));
const map = { embedding, latentDim: 2, classOf, radius: 5, isOut: new Uint8Array(40) };

test("the ground is that of the nearest points", () => {
  assert.equal(groundAt([0.1, 0.1], map).classIndex, 0);
  assert.equal(groundAt([9.9, 0.1], map).classIndex, 1);
});

test("far from every point the ground is nobody's", () => {
  assert.equal(groundAt([5, 3], map).classIndex, -1);
  assert.ok(groundAt([5, 3], map).nearestId >= 0);
});

test("points in the hand have no say", () => {
  const isOut = Uint8Array.from({ length: 40 }, (_, id) => Number(id < 20));
  assert.equal(groundAt([0.1, 0.1], { ...map, isOut }).classIndex, -1);
  assert.equal(groundAt([0, 0], { ...map, isOut: new Uint8Array(40).fill(1) }).nearestId, -1);
});

test("the nearest come first and are as many as asked", () => {
  const line = Float32Array.of(0, 0, 3, 0, 1, 0, 2, 0);
  assert.deepEqual(nearestTo([0.1, 0], { embedding: line, latentDim: 2 }, 3).ids, [0, 2, 3]);
});

const ids = Uint32Array.of(0, 1, 2);
const named = new Int16Array(40).fill(-1);
const asks = (of) => meaningOf({ ids, ground: 0, classOf, named, isFlipped: false, ...of });

test("inside its own class a drop is a move; the key names it too", () => {
  assert.equal(asks({}).kind, "move");
  assert.deepEqual(asks({ isFlipped: true }), { kind: "relabel", classIndex: 0, numChanged: 3, from: [] });
});

test("in another class's region a drop is a relabel and move; the key makes it a move", () => {
  assert.deepEqual(asks({ ground: 1 }), { kind: "relabel", classIndex: 1, numChanged: 3, from: [0] });
  assert.equal(asks({ ground: 1, isFlipped: true }).kind, "move");
});

test("a few of another class do not stand for all that would be renamed", () => {
  const mixed = Int16Array.from(classOf, (value, id) => (id === 0 ? -2 : value));
  assert.deepEqual(asks({ classOf: mixed }).from, [0, -2]);
});

test("on nobody's ground, or where nothing would be renamed, a drop is a move", () => {
  assert.equal(asks({ ground: -1, isFlipped: true }).kind, "move");
  const said = named.slice().fill(0, 0, 3);
  assert.equal(asks({ named: said, isFlipped: true }).kind, "move");
});

test("where the head on the map tells regions, its word counts, not that of the points around", () => {
  const scene = { ids, named, ground: map };
  assert.equal(createReader(scene)([9.9, 0.1], false).meaning.classIndex, 1);
  const told = createReader({ ...scene, regionOf: () => -1 })([9.9, 0.1], false);
  assert.deepEqual([told.meaning.kind, told.meaning.classIndex, told.nearestId >= 20], ["move", -1, true]);
});

test("of very many points some have a say, spread over all", () => {
  const many = Float32Array.from({ length: 200_000 }, (_, at) => (at % 2 ? 0 : (at / 200_000) * 100));
  const { ids } = nearestTo([50, 0], { embedding: many, latentDim: 2 });
  assert.equal(ids.length, 15);
  assert.ok(ids.every((id) => id % 4 === 0 && Math.abs(id - 50_000) <= 32));
});
