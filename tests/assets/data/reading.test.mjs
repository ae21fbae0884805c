import assert from "node:assert/strict";
import test from "node:test";

import { mountReading } from "../../../assets/data/reading.mjs";
import { createState } from "../../../assets/parts/state.mjs";
import { pageOf } from "../nodes.mjs";

function scene(imported) {
  const place = pageOf();
  const state = createState({ imported, phase: "ready", wanted: null });
  const read = [];
  const stop = mountReading({ place, state, onRead: (options) => { read.push(options); state.set({ phase: "reading", wanted: options }); } });
  state.set({ imported: { ...imported } });
  const field = (name) => place.querySelector(`#${name}, [data-column="${name}"]`);
  const choose = (name, value) => field(name).choose(value);
  return { state, read, stop, field, choose };
}

const columns = ["a", "b"].map((name) => ({ name, type: "number" }));
const of = (kind, more = {}) => ({ import_id: "i", outline: { kind, columns: [], chosen: {}, ...more }, options: { side: null }, summary: { classes: [] } });

test("a second choice builds on the first before the server has heard it", () => {
  const pictures = scene(of("image"));
  pictures.choose("data-side", "64");
  pictures.choose("data-color", "grey");
  assert.deepEqual(pictures.read.at(-1), { side: 64, color: "grey" });
  const sounds = scene(of("spectrogram"));
  sounds.choose("data-window", "2");
  sounds.choose("data-overlap", "0.5");
  assert.deepEqual([sounds.read.at(-1).sound.window_s, sounds.read.at(-1).sound.overlap], [2, 0.5]);
  const table = scene(of("vector", { columns }));
  table.choose("a", "id");
  table.choose("b", "label");
  assert.deepEqual([table.read.at(-1).id_column, table.read.at(-1).label_column], ["a", "b"]);
});

test("once a reading ends the fields say what is in force, though nothing else has changed", () => {
  const { state, field, choose } = scene(of("image"));
  const before = field("data-side");
  choose("data-side", "64");
  assert.equal(field("data-side"), before);
  state.set({ phase: "ready", wanted: null, imported: { ...state.get().imported } });
  assert.notEqual(field("data-side"), before, "drawn anew");
});

test("what was chosen of sounds stands there while they are read anew, though the outline is of the time before", () => {
  const before = of("spectrogram", { chosen: { sound: { window_s: 1, overlap: 0 } } });
  const { state, field } = scene(before);
  state.set({ phase: "reading", imported: { ...before, options: { sound: { window_s: 0.25 } } } });
  const taken = [...field("data-window").children].find((each) => each.selected || each.getAttribute("selected") !== null);
  assert.equal(taken.value, "0.25");
});
