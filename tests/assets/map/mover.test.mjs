// The Move tool from press or key to drop, over a window and a map that only note what happens: a pixel is a place.

import assert from "node:assert/strict";
import { test } from "node:test";

import { targetsOf } from "../../../assets/map/drag.mjs";
import { Mover } from "../../../assets/map/mover.mjs";
import { Points } from "../../../assets/map/points.mjs";

const GRIP = { kind: "points", ids: Uint32Array.of(1) };
const NOTHING = { x: 300, y: 300 };
const PLACES = [0, 0, 50, 50, 100, 100];

/** A mover over three points, the last of which cannot be moved; `told` is what its listeners heard, in order. */
function ground() {
  globalThis.window = new EventTarget();
  const plot = new EventTarget();
  const points = new Points(3, 2);
  points.cut(Float32Array.from(PLACES));
  const told = [];
  const grips = { name: null }; // what a press on the name of a class takes hold of
  const tell = (name) => (of) => void told.push(of?.isOutside ? `${name} outside` : name);
  const places = { project: ([x, y]) => ({ x, y, depth: 0 }), unproject: ({ x, y }) => [x, y] };
  const idAt = ({ x, y }) => [0, 1, 2].find((id) => Math.hypot(x - PLACES[2 * id], y - PLACES[2 * id + 1]) < 5) ?? -1;
  const mover = new Mover({ points: () => points, idAt, holds: ({ x }) => x < 500, places }, {
    onGrab: ({ id, classIndex }) => (told.push(`grab ${id}`), id === 2 ? null : classIndex === null ? { kind: "points", ids: Uint32Array.of(id) } : grips.name),
    onDrag: () => {}, onDrop: tell("drop"), onLetGo: tell("let go"), onClick: tell("click"), onStir: () => {},
  });
  mover.isOn = true;
  mover.attach(plot);
  const send = (to, type) => ({ x, y }, finger = { isPrimary: true, pointerId: 1 }) =>
    to.dispatchEvent(Object.assign(new Event(type, { cancelable: true }), { clientX: x, clientY: y, button: 0, ...finger }));
  return { mover, points, places, plot, grips, told, press: send(plot, "pointerdown"), move: send(window, "pointermove"), release: send(window, "pointerup"), cancel: send(window, "pointercancel") };
}

const at = (id) => ({ x: PLACES[2 * id], y: PLACES[2 * id + 1] });

test("a press, a move beyond a click and a release are a drop", () => {
  const { mover, told, press, move, release } = ground();
  press(at(1));
  move({ x: 70, y: 60 });
  assert.deepEqual([...mover.drag.offset], [20, 10]);
  release({ x: 70, y: 60 });
  assert.deepEqual([told, mover.drag, mover.isBusy], [["grab 1", "drop"], null, false]);
});

test("beside the map a release lets go", () => {
  const { told, press, move, release } = ground();
  press(at(1));
  move({ x: 600, y: 60 });
  release({ x: 600, y: 60 });
  assert.deepEqual(told, ["grab 1", "let go outside"]);
});

test("a click on a point that cannot be moved lets go of what hangs, and is a click", () => {
  const { mover, points, told, press, release } = ground();
  mover.nudge(GRIP, [8, 0]);
  press(at(2));
  release(at(2));
  assert.deepEqual(told, ["let go", "grab 2", "click"]);
  assert.deepEqual([mover.drag, points.dragged], [null, null]);
});

test("a click on a point that may be moved lets go of what hangs, and is a click", () => {
  const { mover, told, press, release } = ground();
  mover.nudge(GRIP, [8, 0]);
  press(at(0));
  release(at(0));
  assert.deepEqual(told, ["let go", "grab 0", "click"]);
  assert.equal(mover.drag, null);
});

test("a press on empty ground is the view's: what hangs stays there", () => {
  const { mover, told, press, release } = ground();
  mover.nudge(GRIP, [8, 0]);
  press(NOTHING);
  release(NOTHING);
  assert.deepEqual([told, [...mover.drag.offset]], [[], [8, 0]]);
  mover.drop();
  assert.deepEqual(told, ["drop"]);
});

test("what is taken hold of on its way is held at where it will rest", () => {
  for (const take of [({ mover }) => mover.nudge(GRIP, [8, 0]), ({ press, move }) => (press(at(1)), move({ x: 58, y: 50 }))]) {
    const scene = ground();
    scene.points.aim(Float32Array.from(PLACES, (value) => value + 7), 0, 260, "out");
    take(scene);
    assert.deepEqual([...targetsOf(scene.mover.drag)], [65, 57]);
  }
});

test("whatever ends a drag is told once, and the next press begins anew", () => {
  const ends = {
    drop: ({ mover }) => mover.drop(), "let go": ({ mover }) => mover.letGo(), "let go of the tool": ({ mover }) => (mover.isOn = false),
    "let go beside it": ({ release }) => release({ x: 600, y: 0 }), cancel: ({ cancel }) => cancel(at(1)), release: ({ release }) => release(at(0)),
  };
  const heard = Object.values(ends).map((end) => {
    const scene = ground();
    scene.press(at(1));
    scene.move({ x: 70, y: 60 });
    scene.told.length = 0;
    end(scene);
    scene.release(at(1));
    scene.mover.drop();
    scene.mover.letGo();
    assert.deepEqual([scene.mover.drag, scene.mover.isBusy, scene.points.dragged], [null, false, null]);
    return scene.told.join();
  });
  assert.deepEqual(heard, ["drop", "let go", "let go", "let go outside", "let go", "drop"]);
});

test("a second finger puts back what the first holds, and neither takes hold of anything until both are up", () => {
  const [first, second] = [true, false].map((isPrimary, nth) => ({ isPrimary, pointerId: nth + 1, pointerType: "touch" }));
  const { mover, plot, told, press, move, release } = ground();
  let begun = 0;
  for (const name of ["pointerdown", "touchstart"]) plot.addEventListener(name, () => { begun += 1; });
  press(at(1), first);
  move({ x: 70, y: 60 }, first);
  press(at(0), second);
  plot.dispatchEvent(new Event("touchstart"));
  move({ x: 80, y: 60 }, first);
  release({ x: 80, y: 60 }, first);
  release(at(0), second);
  assert.deepEqual([told, mover.drag, mover.isBusy, begun], [["grab 1", "let go"], null, false, 0]);
  press(at(1), first);
  move({ x: 70, y: 60 }, first);
  release({ x: 70, y: 60 }, first);
  assert.deepEqual(told.slice(2), ["grab 1", "drop"]);
});

test("what lies behind the eye is not taken hold of by keys", () => {
  const { mover, told, places } = ground();
  places.project = () => null;
  mover.nudge(GRIP, [8, 0]);
  mover.drop();
  assert.deepEqual([mover.drag, told], [null, []]);
});

test("a class is held where its name stands, not where one of its points is", () => {
  const { mover, plot, grips, places, press, move } = ground();
  const depths = [];
  plot.closest = () => ({ dataset: { classIndex: "4" } });
  grips.name = { kind: "class", ids: Uint32Array.of(0), classInfo: {}, centre: [200, 60], offset: [10, 5] };
  places.project = ([x, y]) => ({ x, y, depth: x });
  places.unproject = ({ x, y }, depth) => (depths.push(depth), [x, y]);
  press(NOTHING);
  move({ x: 320, y: 310 });
  assert.deepEqual(depths, [210, 210]);
  assert.deepEqual([...mover.drag.offset], [30, 15]);
});

test("a class whose name lies behind the eye is not taken hold of: the press is the view's", () => {
  const { mover, plot, grips, places, press, move } = ground();
  plot.closest = () => ({ dataset: { classIndex: "4" } });
  grips.name = { kind: "class", ids: Uint32Array.of(0), classInfo: {}, centre: [200, 60], offset: [10, 5] };
  places.project = () => null;
  press(NOTHING);
  move({ x: 320, y: 310 });
  assert.deepEqual([mover.drag, mover.isBusy], [null, false]);
});
