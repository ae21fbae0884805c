// What a gesture changes, computed here at once; the server's answer then takes its place.

import { samples } from "../parts/counting.mjs";
import { NO_CLASS, UNSURE } from "../parts/classes.mjs";

/** @import {KnownClass} from "../records" */

/** Where the class a pending gesture speaks of stands in `classes`: NO_CLASS where it is in none, undefined where it speaks of none. */
export const classOfGesture = ({ classIndex, madeBy }, classes) => classIndex ?? (madeBy && classes.findIndex((each) => each.key === madeBy));

const VALUE_OF = {
  annotate: classOfGesture,
  clear: () => NO_CLASS,
  mark_unsure: () => UNSURE,
  move: classOfGesture,
};

const isOpen = (gesture, seq) => gesture.seq === null || gesture.seq > seq;

/** The gestures the server has not folded in yet; the same list when that is all of them. */
export function stillOpen(pending, seq) {
  const open = pending.filter((gesture) => isOpen(gesture, seq));
  return open.length === pending.length ? pending : open;
}

/**
 * Lay the gestures that are still on their way over the annotations of the server.
 * @param {Int16Array} annotation as of journal position `seq`
 * @param {{verb: string, ids: Uint32Array, classIndex?: number, madeBy?: string, seq: ?number}[]} pending
 *   a class that has no index yet goes by the key of the gesture that makes it
 * @param {number} seq gestures the server has folded in already are left out
 * @param {KnownClass[]} classes what `withPendingClasses` returned
 * @returns {Int16Array} the same array when nothing is pending
 */
export function withPending(annotation, pending, seq, classes = []) {
  const open = stillOpen(pending, seq);
  if (open.length === 0) return annotation;
  const shown = annotation.slice();
  for (const gesture of open) apply(shown, gesture, classes);
  return shown;
}

function apply(shown, gesture, classes) {
  if (gesture.verb === "reset") {
    shown.fill(NO_CLASS);
    return;
  }
  const value = VALUE_OF[gesture.verb]?.(gesture, classes);
  if (value === undefined) return;
  for (const id of gesture.ids) shown[id] = value;
}

/** Take in the server's answer to one gesture: where it stands, and the index of the class it made. */
export function acknowledged(pending, key, { seq, class_index: classIndex }) {
  return pending.map((each) => {
    const isMade = each.madeBy === key && classIndex != null;
    const known = isMade ? { ...each, classIndex, madeBy: undefined } : each;
    return each.key === key ? { ...known, seq } : known;
  });
}

/**
 * Put every class at its own index. One whose making was undone leaves a gap in the server's list; it lives on in
 * no class, as a merged one lives on in another.
 */
export function placed(classes) {
  const length = Math.max(0, ...classes.map((each) => each.class_index + 1));
  const undone = (index) => ({ class_index: index, name: "", color: 0, merged_into: NO_CLASS, num_named: 0 });
  const list = Array.from({ length }, (_, index) => undone(index));
  for (const each of classes) list[each.class_index] = each;
  return list;
}

const pendingClass = ({ newClass }, index) => ({
  class_index: index, name: newClass.name, color: newClass.color ?? index % 36, merged_into: null, num_named: 0,
});

/**
 * Lay new classes that are on their way over the server's. Until the server has answered, one stands last, and its
 * `key` (of the gesture that makes it) says that its index is only a guess.
 */
export function withPendingClasses(classes, pending, seq) {
  const making = stillOpen(pending, seq).filter((gesture) => gesture.newClass);
  const made = making.filter((gesture) => gesture.classIndex !== undefined);
  const list = placed([...classes, ...made.map((gesture) => pendingClass(gesture, gesture.classIndex))]);
  for (const gesture of making) if (!made.includes(gesture)) list.push({ ...pendingClass(gesture, list.length), key: gesture.key });
  return list;
}

/** How a request names a class: by its index, or by the gesture that makes it (assets/teaching/outbox.mjs puts the index in). */
export const referTo = (info) => (info.key ? { made_by: info.key } : info.class_index);

/** How a pending gesture names a class, in the same way (`classOfGesture`). */
export const knownBy = (info) => (info.key ? { madeBy: info.key } : { classIndex: info.class_index });

/** On which map something was drawn, as a request says it: between two frames the one before. Nothing where there was none. */
export const drawnOn = (picture) => (picture ? { snapshot: { run_id: picture.runId, n: picture.n } } : {});

/**
 * The index in `classes` of a class of an earlier list: one that was on its way may stand elsewhere since. One that is
 * gone keeps its own, so that the server says what became of it.
 */
export function indexNow(info, classes) {
  const at = classes.findIndex((each) => each.merged_into == null && each.name === info.name);
  return at < 0 ? info.class_index : at;
}

/** Return `known` when `fresh` says the same, so that nothing that depends on it is done anew. */
export function keepEqual(known, fresh) {
  return JSON.stringify(known) === JSON.stringify(fresh) ? known : fresh;
}

/** What naming did, in the pieces of a toast: the name stands out. */
export const annotateWords = (number, className) => [`${samples(number)} named `, { strong: className }];
