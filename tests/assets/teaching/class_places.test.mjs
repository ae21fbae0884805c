import assert from "node:assert/strict";
import { test } from "node:test";

import { classPlacesOf, withWaitingPlaces } from "../../../assets/teaching/class_places.mjs";

const SERVER = { seq: 7, class_places: [{ class_index: 2, place: [5, 6], seq: 4 }] };
const place = (classIndex, at, seq = null) => ({ verb: "place_class", classIndex, place: at, seq, ids: [] });
const NAMES = [{ text: "apple", x: 0, y: 1, classIndex: 0 }, { text: "pear", x: 2, y: 3, classIndex: 2 }];

test("classPlacesOf: gestures on their way are laid over the server's, the newest of all", () => {
  assert.deepEqual(classPlacesOf(SERVER, []), [{ classIndex: 2, place: [5, 6], seq: 4 }]);
  const found = classPlacesOf(SERVER, [place(0, [1, 1]), place(2, [9, 9], 8), place(2, [0, 0], 6)]);
  assert.deepEqual(found, [{ classIndex: 0, place: [1, 1], seq: Infinity }, { classIndex: 2, place: [9, 9], seq: 8 }]);
});

test("classPlacesOf: release and reset take them away", () => {
  assert.deepEqual(classPlacesOf(SERVER, [{ verb: "release_class", classIndex: 2, seq: null, ids: [] }]), []);
  assert.deepEqual(classPlacesOf({ seq: 7 }, [place(0, [1, 1]), { verb: "reset", seq: null, ids: [] }]), []);
  assert.deepEqual(classPlacesOf(SERVER, [{ verb: "release", withClasses: true, seq: null, ids: [] }]), []);
});

test("classPlacesOf: a class on its way stands at the index it has by now", () => {
  const maker = { madeBy: "k", verb: "place_class", place: [1, 1], seq: null, ids: [] };
  const classes = [{ class_index: 0 }, { class_index: 1, key: "k" }];
  assert.deepEqual(classPlacesOf({ seq: 7 }, [maker], classes), [{ classIndex: 1, place: [1, 1], seq: Infinity }]);
  assert.deepEqual(classPlacesOf({ seq: 7 }, [maker, { ...maker, verb: "release_class" }], classes), []);
  assert.deepEqual(classPlacesOf({ seq: 7 }, [maker], [{ class_index: 0 }]), []);
});

test("withWaitingPlaces: only what the run has not learned is shown elsewhere, and before the others", () => {
  const places = classPlacesOf(SERVER, []);
  assert.equal(withWaitingPlaces(NAMES, places, 4), NAMES);
  assert.deepEqual(withWaitingPlaces(NAMES, places, 3), [{ ...NAMES[1], x: 5, y: 6, was: [2, 3] }, NAMES[0]]);
});

test("withWaitingPlaces: three axes", () => {
  const names = [{ text: "pear", x: 1, y: 2, z: 3, classIndex: 2 }];
  const [name] = withWaitingPlaces(names, [{ classIndex: 2, place: [4, 5, 6], seq: 9 }], 0);
  assert.deepEqual([name.x, name.y, name.z, name.was], [4, 5, 6, [1, 2, 3]]);
});
