import assert from "node:assert/strict";
import { test } from "node:test";

import { createState } from "../../../assets/parts/state.mjs";
import { mountPinList, statusOf } from "../../../assets/teaching/pinlist.mjs";
import { el } from "../../../assets/parts/elements.mjs";
import { pageOf } from "../nodes.mjs";

test("a pin is new until it was learned from, then reached or so far away", () => {
  assert.deepEqual(statusOf(0.3, true), { text: "new", kind: "new" });
  assert.deepEqual(statusOf(0.05, false), { text: "reached", kind: "ok" });
  assert.deepEqual(statusOf(0.214, false), { text: "0.21 away", kind: "" });
});

/** The list of three pins, of samples 4, 5 and 6; the newest stands first. */
function stage() {
  const root = pageOf(["pins", "pin-rows", "pin-count", "pins-empty", "pin-release-all", "main-pane"]);
  root.querySelector("#pins").append(root.querySelector("#pin-rows"), root.querySelector("#pin-release-all"));
  const tool = el("button", { "aria-label": "Move", "data-tool": "move" });
  root.append(tool);
  globalThis.cancelAnimationFrame = () => {};
  const released = [];
  const pinsOf = (...ids) => ({ ids: Uint32Array.from(ids), places: new Float32Array(2 * ids.length), seqs: Uint32Array.from(ids) });
  const edit = { embedding: Float32Array.from({ length: 20 }, (_, k) => k), latentDim: 2, runId: "r" };
  const state = createState({
    pins: pinsOf(4, 5, 6), edit, shown: edit, base: edit, held: null, classes: [], named: new Int16Array(10).fill(-1), prediction: null, server: { runs: [] }, classPlaces: [], tool: "move", themeCount: 0,
  });
  const close = mountPinList({ state, map: { setPins() {} }, actions: { release: ([id]) => released.push(id) }, dress() {}, root });
  const button = (label) => root.querySelectorAll("button").find((each) => each.getAttribute("aria-label") === label);
  state.set({ pins: pinsOf(4, 5, 6) });
  return { root, state, close, button, released, pin: (...ids) => state.set({ pins: pinsOf(...ids) }), focused: () => document.activeElement?.getAttribute("aria-label") };
}

test("a colleague's pin moves the rows, and the focus goes along with its own", () => {
  const { root, pin, button, released, focused, close } = stage();
  button("Release Sample 5").focus();
  pin(4, 5, 6, 7);
  assert.equal(focused(), "Release Sample 5");
  document.activeElement.click();
  assert.deepEqual(released, [5]);
  pin(4, 6, 7);
  assert.equal(focused(), "Release Sample 4", "the next one");
  close();
});

test("whoever releases the last one by keyboard, or all at once, is on the tool that pins: the list may be gone", () => {
  for (const label of ["Release Sample 4", "all"]) {
    const { root, state, pin, button, focused, close } = stage();
    pin(4);
    (label === "all" ? root.querySelector("#pin-release-all") : button(label)).focus();
    state.set({ tool: "lasso" });
    pin();
    assert.equal(focused(), "Move");
    close();
  }
});

test("a release pressed with the mouse leaves no button that Enter would press next", () => {
  const { pin, button, released, close } = stage();
  const pressed = button("Release Sample 5");
  pressed.focus();
  pressed.isPressed = true;
  pressed.click();
  pin(4, 6);
  assert.deepEqual([released, document.activeElement], [[5], pressed], "which is gone: nothing else has the focus");
  close();
});
