import assert from "node:assert/strict";
import { test } from "node:test";

import { pageOf } from "../nodes.mjs";
import { anchor, liftedOver, overflowing, parts, showToast } from "../../../assets/shell/toasts.mjs";

test("parts: strings and strong strings, empty ones left out", () => {
  assert.deepEqual(parts("213 *named*"), [{ text: "213 *named*", isStrong: false }]);
  assert.deepEqual(parts(["213 samples named ", { strong: "apple" }, ""]), [
    { text: "213 samples named ", isStrong: false }, { text: "apple", isStrong: true },
  ]);
});

test("overflowing: the oldest leave so that three remain", () => {
  assert.deepEqual(overflowing([1, 2, 3]), []);
  assert.deepEqual(overflowing([1, 2, 3, 4, 5]), [1, 2]);
});

/** A page with places for toasts, and those in it. */
function toastPage() {
  Object.assign(globalThis, { innerWidth: 1280, innerHeight: 800 });
  const page = pageOf(["toast-host", "toast-errors"]);
  return () => page.querySelectorAll(".notice-toast");
}

for (const [held, left] of [[false, 0], [true, 1]]) {
  test(`a withdrawn toast ${held ? "waits for the pointer on it" : "leaves, though the focus went with its action"}`, ({ mock }) => {
    mock.timers.enable({ apis: ["setTimeout"] });
    const toasts = toastPage();
    const toast = showToast({ text: "213 samples named apple", action: { label: "Undo" } });
    const [node] = toasts();
    node.fire("focusin"); // as the standard has it, what is removed with the focus sends no focusout
    node.isHovered = held;
    toast.withdraw();
    mock.timers.tick(6000);
    assert.equal(toasts().length, left);
    toast.close();
  });
}

test("the same sentence twice is one toast, and its clock begins anew", ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const toasts = toastPage();
  showToast({ text: "Nothing is selected." });
  mock.timers.tick(4000);
  showToast({ text: "Nothing is selected." });
  assert.equal(toasts().length, 1);
  mock.timers.tick(4000);
  assert.equal(toasts().length, 1);
  showToast({ text: "Nothing is selected.", kind: "error" });
  assert.equal(toasts().length, 2, "an error of the same words is another thing");
  mock.timers.tick(6000);
  assert.equal(toasts().length, 1);
});

test("anchor: bottom centre of the map window, above the timeline", () => {
  const place = { left: 272, width: 744, bottom: 712 };
  assert.deepEqual(anchor(place, 1280, 800), { left: 644, bottom: 116 });
});

test("anchor: bottom centre of the page where there is no map window", () => {
  assert.deepEqual(anchor(undefined, 1280, 800), { left: 640, bottom: 24 });
  assert.deepEqual(anchor({ left: 0, width: 0, bottom: 0 }, 1280, 800), { left: 640, bottom: 24 });
});

test("liftedOver: over what must stay free, only where they would cover it", () => {
  const free = { left: 500, right: 800, top: 600, bottom: 634 };
  const toasts = { left: 450, right: 850, height: 40 };
  assert.equal(liftedOver(toasts, free, 116, 800), 116);
  assert.equal(liftedOver({ ...toasts, height: 88 }, free, 116, 800), 208);
  assert.equal(liftedOver({ ...toasts, left: 810, height: 88 }, free, 116, 800), 116);
  assert.equal(liftedOver(toasts, null, 116, 800), 116);
});

test("an error nobody has read is not pushed out by news", ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const toasts = toastPage();
  const said = ["error", "info", "info", "info", "info"].map((kind, nth) => showToast({ text: `message ${nth}`, kind }));
  assert.deepEqual(toasts().map((each) => each.querySelector(".toast-words").textContent), ["message 2", "message 3", "message 4", "message 0"]);
  said[0].close();
  assert.equal(toasts().length, 3);
  said.forEach((each) => each.close());
});
