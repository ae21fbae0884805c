// Two maps that are one to the hands: seen alike, selected alike, pointed at alike.

import { classAt, livingPrediction } from "../parts/classes.mjs";
import { placeAt } from "../parts/places.mjs";
import { buildLook, medians, speakersOf } from "../parts/look.mjs";
import { createMap } from "../map/index.mjs";
import { mapRadius, movedMost } from "../teaching/moved.mjs";
import { combine, maskOf } from "../parts/selection.mjs";
import { readTheme } from "../parts/theme.mjs";
import { mountRings } from "./rings.mjs";

/** @import {Decoded, KnownClass} from "../records" */

const MOST_LINES = 400;
/** All lines together, in radii of the larger map: a pretraining moves everything far, and the map must be seen below. */
const MOST_RADII = 100;
const TWEEN_MS = 260;
/** Opacity of a drift line: many of them lie over the points they lead to. */
const DRIFT = 0.5;

/** The ways of the samples that went furthest, each in the colour of its class. Pure. */
export function driftOf(before, after, latentDim, colorOf, most = MOST_LINES) {
  const { ids, distances } = movedMost(before, after, latentDim, most);
  const [narrow, wide] = [before, after].map((embedding) => mapRadius(embedding, latentDim) || 1);
  const share = narrow / Math.max(narrow, wide); // an untrained map is one spot
  let radii = 0;
  const shown = ids.filter((_, nth) => (radii += share * distances[nth]) <= MOST_RADII || nth === 0);
  return Array.from(shown, (id) => {
    const ends = [before, after].map((embedding) => placeAt(embedding, id, latentDim));
    return { path: Float32Array.from([...ends[0], ...ends[1]]), latentDim, color: colorOf(id) };
  });
}

/** So few of a class are one crowd at last. */
const CROWD = 12;

/**
 * The members of a class that stand closest together. What is predicted may lie in several clusters, whose median is
 * a void: half of the members are left out again and again, those farthest from the median. Pure.
 *
 * @param {{classIndex: number, ids: Uint32Array}} group
 * @param {Float32Array} embedding interleaved by sample
 * @returns {{classIndex: number, ids: Uint32Array}} an eighth to a quarter of them, or all of a few
 */
export function crowdOf({ classIndex, ids }, embedding, latentDim) {
  const least = Math.max(CROWD, ids.length / 8);
  let crowd = ids;
  while (crowd.length >= 2 * least) {
    const [{ x, y, z = 0 }] = medians([{ classIndex, ids: crowd }], embedding, latentDim);
    const away = (id) => [x, y, z].slice(0, latentDim).reduce((sum, value, axis) => sum + (embedding[id * latentDim + axis] - value) ** 2, 0);
    crowd = Uint32Array.from([...crowd].sort((one, other) => away(one) - away(other)).slice(0, Math.ceil(crowd.length / 2)));
  }
  return { classIndex, ids: crowd };
}

/**
 * @param {{panes: HTMLElement[], numSamples: number, latentDim: 2 | 3, heldOut: Uint8Array,
 *   onSelect: (ids: Uint32Array, n: number) => void, onTrouble: (trouble: {code: string, message: string}) => void, create?: typeof createMap}} options
 *   onSelect: what is selected now, and which of the two it was done on last
 */
export function createTwins({ panes, numSamples, latentDim, heldOut, onSelect, onTrouble, create = createMap }) {
  /** @type {Uint32Array} */
  let ids = new Uint32Array(0);
  let pair = null; // {frames, classes}
  const adopted = new Map();
  const maps = panes.map((pane, nth) => create({
    graph: pane,
    onSelect: (made) => { select(combine({ ids }, made.ids, made.mode)); onSelect(ids, nth); },
    onHover: (id) => other(nth).setRing(id ?? -1),
    onView: () => { follow(nth); rings.forEach((each) => each.place()); },
    onTrouble,
  }));
  const rings = panes.map((pane, nth) => mountRings(pane, maps[nth]));
  const other = (nth) => maps[1 - nth];
  for (const map of maps) { map.setPoints(numSamples, latentDim); map.setTool("pan"); }

  /** What a map was made to see by the other it does not tell back. */
  function follow(nth) {
    const { stance } = maps[nth];
    const told = JSON.stringify(stance.of);
    if (told === adopted.get(nth)) return;
    adopted.set(nth, told);
    adopted.set(1 - nth, told);
    other(nth).adopt(stance);
  }

  function select(chosen) {
    ids = chosen;
    for (const map of maps) map.setSelected(maskOf(ids, numSamples), ids.length);
  }

  /** @param {Decoded[]} frames decoded, before and after @param {KnownClass[]} classes of the project, each at its own index */
  function show(frames, classes) {
    const isFirst = pair === null;
    pair = { frames, classes };
    frames.forEach((frame, nth) => {
      maps[nth].setCompany(frames[1 - nth].embedding);
      if (isFirst) maps[nth].cut(frame.embedding);
      else maps[nth].tweenTo(frame.embedding, TWEEN_MS, "out").then(() => rings[nth].place());
    });
    if (!isFirst) maps[1].makeRoom(); // unless somebody looks closer
    dress();
  }

  function dress() {
    if (!pair) return;
    const theme = readTheme();
    const slotOf = [];
    for (const each of pair.classes) slotOf[each.class_index] = each.color;
    pair.frames.forEach((frame, nth) => {
      const classOf = livingPrediction(frame.prediction, pair.classes) ?? new Int16Array(numSamples).fill(-1);
      const look = buildLook({ mode: "prediction", classOf, slotOf, hidden: new Set(), confidence: null, uncertainty: null, heldOut, annotation: classOf, theme });
      maps[nth].setLook(look.color, look.mark);
      const names = medians(speakersOf(classOf).map((group) => crowdOf(group, frame.embedding, latentDim)), frame.embedding, latentDim);
      const nameOf = (index) => classAt(pair.classes, index)?.name ?? "";
      maps[nth].setNames(names.map((place) => ({ text: nameOf(place.classIndex), ...place })).filter((each) => each.text));
      pair.looks = [...(pair.looks ?? []).slice(0, nth), look];
    });
  }

  return {
    show, select,
    /** The same maps, of classes that have changed. */
    rename(classes) { pair = { ...pair, classes }; dress(); },
    selected: () => ids,
    ring: (id) => maps.forEach((map) => map.setRing(id)),
    setDrift(isOn) {
      if (!pair) return;
      const { color } = pair.looks[1];
      const [before, after] = pair.frames.map((frame) => frame.embedding);
      maps[1].setTrails(isOn ? driftOf(before, after, latentDim, (id) => [...color.subarray(4 * id, 4 * id + 3), 255 * DRIFT]) : []);
    },
    setFlips: (list) => rings.forEach((each) => each.show(list)),
    setTool: (tool) => maps.forEach((map) => map.setTool(tool)),
    fit: () => maps[1].fit(true),
    refreshTheme() { maps.forEach((map) => map.refreshTheme()); dress(); },
    destroy() { rings.forEach((each) => each.destroy()); maps.forEach((map) => map.destroy()); },
  };
}
