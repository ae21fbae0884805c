import assert from "node:assert/strict";
import { test } from "node:test";

import { leaveWheel } from "../../../assets/runs/wheel.mjs";
import { pageOf } from "../nodes.mjs";

test("the wheel over a map scrolls the page, and with Ctrl or Cmd it is the map's alone", () => {
  const [page, map] = [[], []];
  const root = pageOf(["pane"]);
  const [pane] = root.children;
  leaveWheel([pane], { onLeft: () => page.push("left") });
  root.addEventListener("wheel", () => map.push("zoom"));
  assert.equal(pane.fire("wheel", { ctrlKey: false, metaKey: false }), true, "the browser goes on to scroll");
  assert.deepEqual([page, map.includes("zoom")], [["left"], false]);
  for (const held of [{ ctrlKey: true }, { metaKey: true }]) assert.equal(pane.fire("wheel", held), false, "and does not zoom the page");
  assert.deepEqual([page.length, map.filter((each) => each === "zoom").length], [1, 2]);
});
