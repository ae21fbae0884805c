import assert from "node:assert/strict";
import { test } from "node:test";

import { Turning } from "../../../../assets/map/space/turning.mjs";
import { pageOf } from "../../nodes.mjs";

/** A map under the hand, and what it and the page around it have heard. */
function stage(isTurning = true) {
  const root = pageOf(["glass", "field"]);
  const [glass, field] = root.children;
  const heard = [];
  glass.setPointerCapture = () => {};
  root.addEventListener("keydown", ({ key }) => heard.push(key));
  const tell = { isTurning: () => isTurning, onOrbit: () => heard.push("turned"), onSlide: () => heard.push("slid"), onZoom: () => {}, onHold: () => {} };
  new Turning(glass, tell);
  /** To whatever has the focus, as a browser does. */
  const press = (key) => (document.activeElement ?? root).fire("keydown", { key });
  function turnByHand() {
    glass.fire("pointerdown", { pointerId: 1, button: 0, clientX: 5, clientY: 5 });
    glass.fire("pointermove", { pointerId: 1, clientX: 9, clientY: 5 });
    glass.fire("pointerup", { pointerId: 1 });
  }
  return { glass, field, heard, press, turnByHand };
}

test("arrows: turn a map that has the focus, and the page does not hear them", () => {
  const { glass, heard, press } = stage();
  glass.focus();
  press("ArrowRight");
  assert.deepEqual(heard, ["turned"]);
});

test("arrows: after a turn by hand they are the page's, wherever the focus was", () => {
  for (const from of ["glass", "field"]) {
    const { heard, press, turnByHand, [from]: node } = stage();
    node.focus();
    turnByHand();
    press("ArrowRight");
    assert.deepEqual(heard, ["turned", "ArrowRight"], from);
    assert.equal(document.activeElement, null);
  }
});

test("arrows: an outline that is drawn ends the focus too", () => {
  const { glass, heard, press, turnByHand } = stage(false);
  glass.focus();
  turnByHand();
  press("ArrowRight");
  assert.deepEqual(heard, ["ArrowRight"]);
});
