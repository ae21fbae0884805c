// Accuracy where no label of the data set tells the class of many held-out samples (ml/measures/by_label.py): somebody named
// them by hand, and no interval is told, for it would suppose a random draw. An older run does not tell.

import { many, num } from "./counting.mjs";

/** Share of the known held-out samples named by hand from which on no interval is told. */
export const BY_HAND_SHARE = 0.1;

/** Whether too many known held-out samples were named by hand. */
export const isByHand = (numByHand, numKnown) => numKnown > 0 && numByHand / numKnown >= BY_HAND_SHARE;

/** The same of a run's metrics. */
export const isOfHand = (metrics) => isByHand(metrics?.held_out_by_hand, metrics?.held_out_known);

/** "30 of 183 named by hand", or where those are all that is known "183 named by hand" */
export const byHandOf = (numByHand, numKnown) => `${numByHand < numKnown ? `${num(numByHand)} of ` : ""}${num(numKnown)} named by hand`;

/** "of the 183 held-out samples that were named by hand, not drawn at random", or of how many some were */
export function byHandWords(numByHand, numKnown) {
  if (numByHand < numKnown) return `of the held-out samples of known class, ${byHandOf(numByHand, numKnown)}, not drawn at random`;
  return `of the ${many(numKnown, "held-out sample that was", "held-out samples that were")} named by hand, not drawn at random`;
}

/** The same as a sentence that is a tip of a run's accuracy; "" where labels tell. */
export const byHandTip = (metrics) => (isOfHand(metrics) ? `It is right about so many ${byHandWords(metrics.held_out_by_hand, metrics.held_out_known)}: of the others nothing is known.` : "");

/** The same of a receipt or a comparison, whose known samples are counted elsewhere. */
export const byHandSentence = (numByHand, numKnown) => (isByHand(numByHand, numKnown) ? `Accuracy is ${byHandWords(numByHand, numKnown)}.` : "");
