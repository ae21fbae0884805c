import assert from "node:assert/strict";
import { test } from "node:test";

import { holdRoom } from "../../../assets/presenting/holding.mjs";

/** Rooms that note what becomes of them, and a page that listens. */
function house() {
  const rooms = [];
  const create = (given) => { const room = { given, close() { this.isClosed = true; } }; rooms.push(room); return room; };
  const page = () => { const heard = []; const on = (name) => (value) => heard.push([name, value]); return { heard, onRoom: on("room"), onLine: on("line"), onView: on("view"), onSamples: on("samples"), onPoint: on("point"), onTold: on("told") }; };
  return { rooms, create, page };
}

test("the next page of a project takes the same room over, and is told where things stand", ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { rooms, create, page } = house();
  const [map, review] = [page(), page()];
  const first = holdRoom("p", map, { create });
  rooms[0].given.onLine(true);
  rooms[0].given.onRoom({ people: [] });
  first.release();
  mock.timers.tick(1000);
  const second = holdRoom("p", review, { create });
  mock.timers.tick(60_000);
  assert.equal(rooms.length, 1);
  second.catchUp();
  assert.deepEqual(review.heard, [["room", { people: [] }], ["line", true]]);
  rooms[0].given.onView({ n: 1 });
  assert.deepEqual([map.heard.length, review.heard.at(-1)], [2, ["view", { n: 1 }]]);
  first.release(); // a page that has gone already does not end what another holds
  mock.timers.tick(60_000);
  assert.ok(!rooms[0].isClosed);
  second.release();
  rooms[0].given.onPoint({}); // nobody is there
  mock.timers.tick(60_000);
  assert.ok(rooms[0].isClosed);
});

test("another project is another room", () => {
  const { rooms, create, page } = house();
  holdRoom("p", page(), { create });
  const held = holdRoom("q", page(), { create });
  assert.ok(rooms[0].isClosed && !rooms[1].isClosed);
  held.room.close();
});
