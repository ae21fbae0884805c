// Accuracy where no label of the data set tells the class of a held-out sample (ml/measures/by_label.py): known are those
// that somebody named by hand, and no interval is told, for it would suppose a random draw. An older run does not tell.

import { many } from "./counting.mjs";

/** Whether all known held-out samples were named by hand. */
export const isByHand = (numByHand, numKnown) => numKnown > 0 && numByHand === numKnown;

/** The same of a run's metrics. */
export const isOfHand = (metrics) => isByHand(metrics?.held_out_by_hand, metrics?.held_out_known);

/** "of the 183 held-out samples that were named by hand, not drawn at random" */
export const byHandWords = (number) => `of the ${many(number, "held-out sample that was", "held-out samples that were")} named by hand, not drawn at random`;

/** The same as a sentence that is a tip of a run's accuracy; "" where labels tell. */
export const byHandTip = (metrics) => (isOfHand(metrics) ? `It is right about so many ${byHandWords(metrics.held_out_known)}: of the others nothing is known.` : "");

/** The same of a receipt or a comparison, whose known samples are counted elsewhere. */
export const byHandSentence = (numByHand, numKnown) => (isByHand(numByHand, numKnown) ? `Accuracy is ${byHandWords(numKnown)}.` : "");
