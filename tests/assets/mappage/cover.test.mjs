import assert from "node:assert/strict";
import { test } from "node:test";

import { mountCover } from "../../../assets/mappage/cover.mjs";
import { createState } from "../../../assets/parts/state.mjs";
import { pageOf } from "../nodes.mjs";

test("while opening is tried again and again its words are left where they are, and they come back after a card", () => {
  const root = pageOf({ "map-cover": "cover-loading", "map-offline": "" });
  const cover = root.querySelector("#map-cover");
  const loading = cover.querySelector(".cover-loading");
  loading.append(document.createElement("span"));
  let placed = 0;
  const place = cover.replaceChildren;
  cover.replaceChildren = (...nodes) => { placed += 1; place.apply(cover, nodes); };
  const { opening, noMap } = mountCover({ state: createState({ connection: "ok", waiting: 0, server: null }), root });
  for (let tries = 0; tries < 3; tries += 1) opening("Opening the map");
  assert.deepEqual([cover.textContent, placed], ["Opening the map", 0]);
  noMap("Nothing was drawn.");
  opening("Opening the map");
  assert.ok(cover.children[0] === loading);
});

test("without WebGL2 each page says what of it still works, and no picture takes the sentence away", () => {
  const root = pageOf({ "map-cover": "cover-loading", "map-offline": "" });
  const cover = root.querySelector("#map-cover");
  const { noWebgl, opening, noMap, clear } = mountCover({ state: createState({ connection: "ok", waiting: 0, server: null }), root, still: "The log still works." });
  noWebgl();
  opening("Opening the map");
  noMap("Nothing was drawn.");
  clear();
  assert.match(cover.textContent, /^This browser cannot draw the map.*Safari\. The log still works\.$/);
  assert.equal(cover.hidden, false);
});
