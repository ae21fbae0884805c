// Accuracy by the data set's own labels, told where people named held-out samples against them (ml/measures/by_label.py).
// A run or receipt of an older Lodemap has no such figure, and nor has one where both agree: then there are no words.

import { many } from "./counting.mjs";

const percent = (share) => `${(100 * share).toFixed(1)} %`;

/** The figure of a run beside its accuracy, "65.0 %"; "" where there is none to tell. */
export const byLabelOf = (metrics) => (Number.isFinite(metrics?.held_out_by_label) ? percent(metrics.held_out_by_label) : "");

/** "By the data set's labels alone 65.0 %: 62 held-out samples are named against them."; "" without a figure. */
export function byLabelWords(figure, number) {
  if (!figure) return "";
  return `By the data set's labels alone ${figure}: ${many(number, "held-out sample is", "held-out samples are")} named against them.`;
}

/** The same of a run's metrics, as a tip. */
export const byLabelTip = (metrics) => byLabelWords(byLabelOf(metrics), metrics?.held_out_contradicted);

/** The same of a receipt or a comparison, before and after. */
export function byLabelChange({ by_label_before: before, by_label_after: after, num_contradicted: number }) {
  if (!Number.isFinite(after)) return "";
  return byLabelWords(Number.isFinite(before) ? `${percent(before)} before, ${percent(after)} after` : percent(after), number);
}
