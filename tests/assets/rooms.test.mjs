// The rooms of assets/ import one another, but no ring of them closes.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const ASSETS = new URL("../../assets/", import.meta.url);
const IMPORT = /(?:\bfrom |\bimport |\bimport\()"(\.[^"]+)"/g;
/** Without comments: a type may be named of any room. */
const codeOf = (file) => readFileSync(file, "utf8").replace(/\/\*[^]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
/** Each knows at most those before it. */
const BELOW = ["map", "parts", "shell", "motion", "insight", "teaching"];
const roomOf = (url) => url.href.slice(ASSETS.href.length).split("/")[0];

/** The other rooms that each room imports from, what is fetched later among them. */
function knownRooms() {
  const known = new Map();
  for (const name of readdirSync(ASSETS, { recursive: true })) {
    if (!name.endsWith(".mjs") || !name.includes("/")) continue;
    const file = new URL(name, ASSETS);
    const others = known.get(roomOf(file)) ?? new Set();
    for (const [, path] of codeOf(file).matchAll(IMPORT)) others.add(roomOf(new URL(path, file)));
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

test("what pages are made of knows what comes before it, and no page but the Review page knows another", () => {
  const known = knownRooms();
  BELOW.forEach((room, at) => assert.deepEqual([...known.get(room)].filter((each) => !BELOW.slice(0, at).includes(each)), [], room));
  const pages = ["data", "mappage", "projects", "review", "runs"];
  for (const [room, others] of known) {
    const allowed = room === "review" ? ["mappage", "runs"] : [];
    assert.deepEqual([...others].filter((each) => pages.includes(each)).sort(), allowed, room);
  }
});
