// The rooms of assets/ import one another, but no ring of them closes.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const ASSETS = new URL("../../assets/", import.meta.url);
const IMPORT = /(?:\bfrom |\bawait import\()"(\.[^"]+)"/g;
const roomOf = (url) => url.href.slice(ASSETS.href.length).split("/")[0];

/** The other rooms that each room imports from, what is fetched later among them. */
function knownRooms() {
  const known = new Map();
  for (const name of readdirSync(ASSETS, { recursive: true })) {
    if (!name.endsWith(".mjs") || !name.includes("/")) continue;
    const file = new URL(name, ASSETS);
    const others = known.get(roomOf(file)) ?? new Set();
    for (const [, path] of readFileSync(file, "utf8").matchAll(IMPORT)) others.add(roomOf(new URL(path, file)));
    others.delete(roomOf(file));
    known.set(roomOf(file), others);
  }
  return known;
}

test("each room can be read, and tested, without those that are built on it", () => {
  const known = knownRooms();
  assert.ok(known.get("mappage").has("teaching"), "or this test sees nothing");
  for (let isFewer = true; isFewer;) {
    const free = [...known].filter(([, others]) => ![...others].some((room) => known.has(room)));
    free.forEach(([room]) => known.delete(room));
    isFewer = free.length > 0;
  }
  assert.deepEqual([...known].map(([room, others]) => [room, ...[...others].filter((each) => known.has(each))]), []);
});

test("the page that replays a session from disk carries the engine and the parts of any page, no page of the app", () => {
  assert.deepEqual([...knownRooms().get("takeaway")].sort(), ["map", "parts"]);
});
