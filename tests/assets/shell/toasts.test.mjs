import assert from "node:assert/strict";
import { test } from "node:test";

import { pageOf } from "../nodes.mjs";
import { anchor, freePlace, inSight, overflowing, parts, showToast } from "../../../assets/shell/toasts.mjs";

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

const ROOM = { left: 272, right: 1016, top: 144, bottom: 712 };
const HOME = { left: 450, right: 850, top: 644, bottom: 684 };
const boxOf = (left, top, width, height) => ({ left, right: left + width, top, bottom: top + height });
const isApart = (a, b) => a.right <= b.left || a.left >= b.right || a.bottom <= b.top || a.top >= b.bottom;

test("freePlace: where they belong, unless they would cover there what must stay free", () => {
  assert.deepEqual(freePlace(HOME, ROOM, []), HOME);
  assert.deepEqual(freePlace(HOME, ROOM, [boxOf(900, 600, 60, 60)]), HOME);
  assert.deepEqual(freePlace(HOME, ROOM, [boxOf(500, 640, 300, 34)]), boxOf(450, 592, 400, 40), "over a bar");
  assert.deepEqual(freePlace(HOME, ROOM, [boxOf(840, 600, 20, 80)]), boxOf(432, 644, 400, 40), "beside a ring, which is nearer");
});

test("freePlace: clear of all the rings among which there is room, within the window", () => {
  const rings = Array.from({ length: 20 }, (_, nth) => boxOf(290 + 36 * nth, 560 + ((nth * 53) % 130), 20, 20));
  const at = freePlace(HOME, ROOM, rings);
  assert.ok(rings.every((each) => isApart(at, each)));
  assert.ok(at.left >= ROOM.left && at.right <= ROOM.right && at.top >= ROOM.top && at.bottom <= HOME.bottom);
});

test("freePlace: where nothing is free, what covers the least; where nothing fits, where they belong", () => {
  const wall = boxOf(272, 144, 744, 568);
  assert.deepEqual(freePlace(HOME, ROOM, [wall]), HOME);
  assert.deepEqual(freePlace(HOME, ROOM, [wall, boxOf(500, 640, 20, 20)]).top, 592);
  assert.deepEqual(freePlace(HOME, { ...ROOM, right: 400 }, []), HOME);
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

test("freePlace: many boxes cost no more than each a few looks", () => {
  let looks = 0;
  const numbers = Array.from({ length: 400 }, (_, nth) => {
    const box = boxOf(280 + ((nth * 89) % 720), 150 + ((nth * 37) % 540), 26, 26);
    return { ...box, get left() { looks += 1; return box.left; } };
  });
  const at = freePlace(HOME, ROOM, numbers);
  assert.ok(at.left >= ROOM.left && at.right <= ROOM.right && at.top >= ROOM.top);
  assert.ok(looks < 1e6, `${looks} looks`);
});

test("inSight: what of the place is on the screen, where it is as high as what stands there", () => {
  const place = boxOf(100, -500, 600, 800);
  assert.deepEqual(inSight(place, 1000, 700), { left: 100, right: 700, top: 0, bottom: 300, width: 600 });
  assert.deepEqual(inSight(place, 400, 200), { left: 100, right: 400, top: 0, bottom: 200, width: 300 });
  assert.equal(inSight(place, 1000, 700, 301), null);
  for (const nowhere of [undefined, boxOf(100, -900, 600, 800), boxOf(0, 0, 0, 0)]) assert.equal(inSight(nowhere, 1000, 700), null);
});

/** A message over a place; where it was put, once it is said where the place lies then. */
function placed() {
  Object.assign(globalThis, { innerWidth: 1280, innerHeight: 800 });
  const page = pageOf(["toast-host", "toast-errors", "window"]);
  const [host, place] = [page.querySelector("#toast-host"), page.querySelector("#window")];
  place.dataset.toastPlace = "true";
  host.box = { ...HOME, width: 400, height: 40 };
  const at = (box) => { place.box = { ...box, width: box.right - box.left, height: box.bottom - box.top }; };
  return { at, styleOf: () => [host.style.left, host.style.bottom] };
}

test("messages are on the screen, however far the place they belong to was scrolled away", ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { at, styleOf } = placed();
  at(boxOf(0, -900, 1280, 700));
  showToast({ text: "one" }).close();
  assert.deepEqual(styleOf(), ["640px", "24px"]);
  at(boxOf(0, -500, 1280, 700));
  showToast({ text: "two" }).close();
  assert.deepEqual(styleOf(), ["640px", "628px"]);
});

test("a message leaves what a panel that opens has taken of its place", ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { at, styleOf } = placed();
  let resized = null;
  globalThis.ResizeObserver = class { constructor(told) { resized = told; } observe() {} disconnect() {} };
  at(ROOM);
  const toast = showToast({ text: "one" });
  assert.deepEqual(styleOf(), ["644px", "116px"]);
  at({ ...ROOM, left: 500 });
  resized();
  delete globalThis.ResizeObserver;
  assert.deepEqual(styleOf(), ["758px", "116px"]);
  toast.close();
});
