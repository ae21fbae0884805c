// Drags as gestures: move, pin, release, and the place of a class.

import { num } from "../parts/counting.mjs";
import { placeAt } from "../parts/places.mjs";
import { VERBS } from "../parts/verbs.mjs";
import { toBase64 } from "../parts/codec.mjs";
import { drawnOn, knownBy, referTo } from "./gestures.mjs";

/** @import {Ack, ShowToast, State} from "../records" */

/** Samples one gesture may move (store/journal/moves.py). */
export const MOST_MOVED = 10_000;

const bytesOf = (places) => toBase64(new Uint8Array(places.buffer, places.byteOffset, places.byteLength));

/**
 * @param {{state: State, gesture: (verb: string, values: object, local: object) => Promise<?Ack>, showToast: ShowToast, needSelection: () => ?Uint32Array}} of
 */
export function createMoves({ state, gesture, showToast, needSelection }) {
  /** Send a gesture, and say what its answer remarks beside that it is saved. */
  async function send(verb, values, local) {
    const ack = await gesture(verb, values, local);
    if (ack?.remarks?.length) showToast({ text: ack.remarks.join(" ") });
    return ack;
  }

  const trained = (ids) => ids.filter((id) => !state.get().heldOut[id]);

  /** The places of some points as they are shown. */
  function placesOf(ids) {
    const { embedding, latentDim } = state.get().picture;
    const places = new Float32Array(ids.length * latentDim);
    ids.forEach((id, nth) => places.set(placeAt(embedding, id, latentDim), nth * latentDim));
    return places;
  }

  function isTooMany(ids) {
    if (ids.length <= MOST_MOVED) return false;
    showToast({ text: `At most ${num(MOST_MOVED)} samples move at once; ${num(ids.length)} are selected. Select fewer.` });
    return true;
  }

  /** Move samples to `targets` on the map `picture`, the shown one if left out, and name them where `classIndex` is a class. */
  function move({ ids, targets, classIndex = null, picture = state.get().picture }) {
    const info = classIndex === null ? null : state.get().classes[classIndex];
    const words = VERBS.move.done(ids.length);
    const toast = info ? { text: [words.replace(/\.$/, " and named "), { strong: info.name }], color: info.color } : { text: words };
    const values = { targets: bytesOf(targets), ...drawnOn(picture), ...(info ? { class_index: referTo(info) } : {}) };
    return send("move", values, { ids, targets, ...(info ? knownBy(info) : {}), toast });
  }

  /** Hold the selected samples where they are. */
  function pin() {
    const all = needSelection();
    if (!all || !state.get().picture) return null;
    state.set({ held: null }); // where they are is where the newest map has them
    const ids = trained(all);
    if (ids.length === 0) return void showToast({ text: "Held-out samples measure the network, so they cannot be pinned." });
    if (isTooMany(ids)) return null;
    const targets = placesOf(ids);
    return send("pin", { targets: bytesOf(targets), ...drawnOn(state.get().picture) }, { ids, targets, toast: { text: VERBS.pin.done(ids.length) } });
  }

  /** Take away the pins of some samples. */
  function release(ids) {
    return gesture("release", {}, { ids, toast: { text: VERBS.release.done(ids.length) } });
  }

  /** Take away all pins, those of whole classes too: one gesture, one undo. */
  function releaseAll() {
    const { pins, classPlaces } = state.get();
    const total = pins.ids.length + classPlaces.length;
    if (total === 0) return null;
    return gesture("release", { with_classes: true }, { ids: pins.ids, withClasses: true, toast: { text: VERBS.release.done(total) } });
  }

  function releaseSelected() {
    const all = needSelection();
    if (!all) return null;
    const pinned = new Set(state.get().pins.ids);
    const ids = all.filter((id) => pinned.has(id));
    return ids.length > 0 ? release(ids) : void showToast({ text: "None of the selected samples has a pin." });
  }

  /** Say where a class should be, on the map `picture`, the shown one if left out; its samples follow in the next Update. */
  function placeClass(classIndex, place, picture = state.get().picture) {
    const info = state.get().classes[classIndex];
    const toast = { text: ["Class ", { strong: info.name }, " has a new place. Its samples follow in the next Update."], color: info.color };
    return send("place_class", { class_index: referTo(info), place: [...place], ...drawnOn(picture) }, { ...knownBy(info), place, toast });
  }

  function releaseClass(classIndex) {
    const info = state.get().classes[classIndex];
    const toast = { text: ["Class ", { strong: info.name }, " is free again: it goes where the network puts it."] };
    return gesture("release_class", { class_index: referTo(info) }, { ...knownBy(info), toast });
  }

  return { move, pin, release, releaseAll, releaseSelected, placeClass, releaseClass, isTooMany };
}
