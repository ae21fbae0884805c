// What is on screen: a frame of the line, or a picture between two, and what the network said there.

import { frameKey } from "./frames.mjs";
import { mixInto } from "../map/tween.mjs";

/** @import {Frames, LaidFrame, Picture, Playhead} from "../records" */

/**
 * @param {object} options
 * @param {Frames} options.frames
 * @param {Playhead} options.playhead what `createPlayhead` returned
 * @param {(pos: number) => Promise<?LaidFrame>} options.newestAt the newest snapshot at or before a place
 * @param {(places: Float32Array, ms: number, ease: import("../map/tween.mjs").Ease) => void} options.draw positions, ms (0 cuts), ease
 * @param {(picture: Picture) => void} options.onShown hears {frame, opinion, at} for each picture; at.part: of the way to the next frame
 * @param {{now: () => number}} options.clock
 */
export function createScreen({ frames, playhead, newestAt, draw, onShown, clock }) {
  let picture = null; // {at, part}: a frame, and how much of the way from it to the next
  let shownAt = 0;
  let heard = ""; // the snapshot whose opinion was told last

  /** Show a frame once it has come, if nothing else was asked for until then. */
  async function show(at, ms, ease) {
    const isWanted = playhead.turn();
    const frame = await frames.load(at);
    if (!isWanted()) return;
    const isFirst = picture === null;
    picture = { at, part: 0 };
    playhead.setPos(at.pos);
    shownAt = clock.now();
    draw(frame.embedding, isFirst ? 0 : ms, ease);
    tell(frame, at, frame.prediction ? { said: frame, of: at } : null);
    playhead.report();
    if (frame.prediction) return;
    const opinion = await opinionAt(at).catch((error) => {
      if (playhead.mode() !== "live") throw error;
      return null; // the motion goes on, and the next frame asks again
    });
    if (isWanted() && opinion) tell(frame, at, opinion);
  }

  /** Show a place between two frames, as `betweenAt` tells it; the older one's opinion counts. */
  async function showBetween({ from, to, part }, isWanted, signal) {
    const [a, b] = await Promise.all([from, to].map((at) => frames.load(at, { signal })));
    if (!isWanted()) return;
    const embedding = part === 0 ? a.embedding : mixInto(a.embedding, b.embedding, part);
    picture = { at: from, part };
    draw(embedding, 0, "linear");
    const opinion = a.prediction ? { said: a, of: from } : await opinionAt(from);
    const epoch = part > 0 && to.runId === from.runId ? a.epoch + (b.epoch - a.epoch) * part : a.epoch;
    if (isWanted()) tell({ ...a, embedding, epoch }, { ...from, part }, opinion);
  }

  function tell(frame, at, opinion) {
    if (opinion) heard = frameKey(opinion.of);
    onShown({ frame, at, opinion: opinion?.said });
  }

  /** What the network said at the newest snapshot before a frame that says nothing itself; null where that was told last. */
  async function opinionAt({ pos }) {
    const of = await newestAt(pos);
    return of && frameKey(of) !== heard ? { said: await frames.load(of), of } : null;
  }

  return {
    show, showBetween,
    /** The run of what is on screen; null before the first picture. */
    runId: () => picture?.at.runId ?? null,
    /** Whether this very frame is on screen. */
    isShown: (at) => picture !== null && picture.part === 0 && frameKey(picture.at) === frameKey(at),
    /** How long ago the newest frame was shown, in ms. */
    age: () => clock.now() - shownAt,
    /** What it shows lies long back: what was missed goes by at the eye's pace. */
    setOld() { shownAt = -Infinity; },
  };
}
