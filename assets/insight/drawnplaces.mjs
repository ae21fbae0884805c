// What a network draws at one place of a map, asked for where no atlas has a picture: in space, and beside the cells of
// a flat map. One place at a time, once the hand rests; places close together have one answer.

import { decodeAtlas, openPicture } from "./atlas.mjs";
import { pause } from "../parts/pausing.mjs";
import { createReading } from "../shell/reading.mjs";

/** @import {Api, Atlas} from "../records" */

const REST_MS = 150;
/** Digits after the point of a place in an address. */
const DIGITS = 6;

/**
 * @param {{api: Api, frameOf: (snapshot: {runId: string, n: number}) => Promise<?{runId: string, attempt: number, n: number}>, wait?: typeof pause}} of
 *   frameOf: the snapshot that a picture of the map stands on
 */
export function createDrawnPlaces({ api, frameOf, wait = pause }) {
  const reading = createReading({ onError() {}, wait });
  const silent = new Set(); // maps whose network draws nothing
  let newest = null; // {key, atlas, picture, cell}
  let tell = null; // whoever asked last

  async function read(at, place, signal) {
    await wait(REST_MS, signal);
    const frame = await frameOf(at);
    if (!frame) return null;
    const bytes = await api.within(signal).drawnAt(frame.runId, frame.attempt, frame.n, place).catch((error) => {
      if (error.isLost) throw error;
      return null; // it has no decoder: the samples are shown, as before
    });
    if (!bytes) return null;
    const atlas = decodeAtlas(bytes);
    return { atlas, picture: await openPicture(atlas) };
  }

  /**
   * What is drawn at a place, or null: it is then asked for.
   * @param {{runId: string, n: number}} at the picture of the map
   * @param {number[]} place in map units
   * @param {number} step how far apart places are that are told apart, in map units
   * @param {() => void} onDrawn once there is an answer
   * @returns {?{atlas: Atlas, picture: CanvasImageSource, cell: number}} an atlas of one cell
   */
  function at({ runId, n }, place, step, onDrawn) {
    const middle = place.map((value) => (step * Math.round(value / step)).toFixed(DIGITS)).join(",");
    const map = `${runId}/${n}`;
    const key = `${map} ${middle}`;
    if (newest?.key === key) return newest;
    if (silent.has(map)) return null;
    tell = onDrawn; // the question may be on its way for somebody who has moved on
    reading.ask(key, (signal) => read({ runId, n }, middle, signal), (found) => {
      if (!found) return void silent.add(map);
      newest = { key, cell: 0, ...found };
      tell();
    });
    return null;
  }

  return { at, stop: reading.stop };
}
