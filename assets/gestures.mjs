// What a gesture changes, computed here at once; the server's answer then takes its place.

import { NO_CLASS, UNSURE } from "./look.mjs";

const VALUE_OF = {
  annotate: (gesture) => gesture.classIndex,
  clear: () => NO_CLASS,
  mark_unsure: () => UNSURE,
};

/**
 * Lay the gestures that are still on their way over the annotations of the server.
 * @param {Int16Array} annotation as of journal position `seq`
 * @param {{verb: string, ids: Uint32Array, classIndex?: number, seq: ?number}[]} pending
 * @param {number} seq gestures the server has folded in already are left out
 * @returns {Int16Array} the same array when nothing is pending
 */
export function withPending(annotation, pending, seq) {
  const open = pending.filter((gesture) => gesture.seq === null || gesture.seq > seq);
  if (open.length === 0) return annotation;
  const shown = annotation.slice();
  for (const gesture of open) apply(shown, gesture);
  return shown;
}

function apply(shown, gesture) {
  if (gesture.verb === "reset") {
    shown.fill(NO_CLASS);
    return;
  }
  const value = VALUE_OF[gesture.verb]?.(gesture);
  if (value === undefined) return;
  for (const id of gesture.ids) shown[id] = value;
}

/**
 * Put every class at its own index. One whose making was undone leaves a gap in the server's list; it lives on in
 * no class, as a merged one lives on in another.
 */
function placed(classes) {
  const length = Math.max(0, ...classes.map((each) => each.class_index + 1));
  const undone = (index) => ({ class_index: index, name: "", color: 0, merged_into: NO_CLASS, num_named: 0 });
  const list = Array.from({ length }, (_, index) => undone(index));
  for (const each of classes) list[each.class_index] = each;
  return list;
}

/** Lay new classes that are on their way over the server's; indices are given in order. */
export function withPendingClasses(classes, pending, seq) {
  const added = pending.filter((g) => g.newClass && (g.seq === null || g.seq > seq));
  const known = placed(classes);
  const first = known.length;
  return [
    ...known,
    ...added.map(({ newClass }, i) => ({
      class_index: first + i,
      name: newClass.name,
      color: newClass.color ?? (first + i) % 36,
      merged_into: null,
      num_named: 0,
    })),
  ];
}

const samples = (count) => `${count.toLocaleString("en")} ${count === 1 ? "sample" : "samples"}`;

/** Say in one short sentence what a gesture did. */
export function sentenceOf(verb, count, className = "") {
  if (verb === "annotate") return `${samples(count)} named ${className}.`;
  if (verb === "clear") return `${samples(count)} cleared.`;
  if (verb === "mark_unsure") return `${samples(count)} marked as unsure.`;
  if (verb === "reset") return "Back at the project's start.";
  return "Done.";
}
