// Which classes there are, and what a sample has that is of none.

/** Annotation or prediction of a sample that has none (ml/records.py). */
export const NO_CLASS = -1;
/** Annotation of a sample somebody looked at and could not decide. */
export const UNSURE = -2;

/** Living classes in the order of their keys: those that were not merged into another. */
export const livingClasses = (classes) => classes.filter((each) => each.merged_into == null);

/** The class with an index, undefined where there is none: one whose making was taken back leaves a gap in the server's list. */
export const classAt = (classes, index) => classes.find((each) => each.class_index === index);

/** The slot of each class index, a merged one's that of the class it lives on in; null for one whose making was taken back. */
export function slotsOf(classes) {
  const slots = Array(Math.max(-1, ...classes.map((each) => each.class_index)) + 1).fill(null);
  for (const each of classes) slots[each.class_index] = classAt(classes, each.merged_into ?? each.class_index)?.color ?? null;
  return slots;
}

/** Follow merges: the class a merged one lives on in, NO_CLASS for one that was taken back. */
export function livingClass(classes, classIndex) {
  let at = classIndex;
  for (let hops = 0; classes[at]?.merged_into != null && hops < classes.length; hops += 1) {
    at = classes[at].merged_into;
  }
  return classes[at] ? at : NO_CLASS;
}

/** Predictions of an old snapshot, in the classes that live today. */
export function livingPrediction(prediction, classes) {
  const isAlive = (value) => value < classes.length; // one that was taken back at the list's end is in it no more
  if (!prediction || (classes.every((each) => each.merged_into == null) && prediction.every(isAlive))) return prediction;
  return prediction.map((value) => (value < 0 ? value : livingClass(classes, value)));
}
