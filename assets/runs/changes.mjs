// What lies between two snapshots, in words and small plots: verdict, flips, change of each class.

import { byHandSentence } from "../parts/byhand.mjs";
import { byLabelChange } from "../parts/bylabel.mjs";
import { numRenamed, renamedSince } from "../parts/renamed.mjs";
import { num, points } from "../parts/counting.mjs";
import { el } from "../parts/elements.mjs";
import { scaleOf } from "./axes.mjs";
import { gainWords, percent } from "./words.mjs";

/** @import {Comparison} from "../records" */

const MOST_SHOWN = 40;

/** The flips as rows, right and wrong ones taking turns so that both are seen. Pure. */
export function turnsOf({ to_right: right, to_wrong: wrong }, most = MOST_SHOWN) {
  const rows = [];
  for (let nth = 0; rows.length < most && nth < Math.max(right.length, wrong.length); nth += 1) {
    if (nth < right.length) rows.push({ id: right[nth], isRight: true });
    if (nth < wrong.length) rows.push({ id: wrong[nth], isRight: false });
  }
  return rows.slice(0, most);
}

/** Classes in the order of their change, the best first; those of equal change by their place. Pure. */
export const byChange = (classes) => [...classes].sort((a, b) => b.mean - a.mean || a.class_index - b.class_index);

/** "83.1 % before, 85.0 % after, of 359 held-out samples."; what is withheld is left out. Pure. */
export function accuracyWords(before, after, numKnown) {
  const told = [[before, "before"], [after, "after"]].filter(([value]) => value !== null).map(([value, when]) => `${percent(value)} ${when}`);
  return told.length ? `${told.join(", ")}, of ${num(numKnown)} held-out samples.` : "Held-out samples of known class.";
}

/** How many held-out samples are left out: the earlier run said of them what it had been told. "" without any, or in an older answer. Pure. */
export const renamedWords = (found) => (numRenamed(found) ? `${renamedSince(found)} ${numRenamed(found) === 1 ? "is" : "are"} left out.` : "");

/** Whether nothing flipped because one of the two predicts nothing, or is withheld: then a nought would be no finding. Pure. */
export const isSilent = ({ accuracy_before: before, accuracy_after: after, num_to_right: right, num_to_wrong: wrong }) =>
  right + wrong === 0 && (before === null || after === null);

/** How many flipped one way. The receipt on the Map counts all samples of known class, so that it is said which these are. */
const flipCount = (words, number, kind) => el("div", {}, [
  el("div", { class: "cap" }, words), el("div", { class: number ? `figure ${kind}` : "figure" }, [num(number), el("span", { class: "cap" }, " held out")]),
]);

/** The sentence, and both accuracies. */
export function drawVerdict(host, found) {
  const { gain, accuracy_before: before, accuracy_after: after, num_to_right: right, num_to_wrong: wrong } = found;
  const [words, end] = gainWords(gain);
  const kind = { "real gain": "good", harm: "bad" }[gain.verdict] ?? "";
  host.replaceChildren(
    ...(isSilent(found) ? [] : [el("div", { class: "flip-counts" }, [
      flipCount("Wrong to right", right, "good"),
      flipCount("Right to wrong", wrong, "bad"),
    ])]),
    el("p", {}, [words, end ? " " : "", el("b", { class: kind }, end)]),
    el("p", { class: "cap" }, [accuracyWords(before, after, gain.num_known), byHandSentence(found.num_by_hand, gain.num_known), renamedWords(found), byLabelChange(found)].filter(Boolean).join(" ")),
  );
}

/**
 * @param {HTMLElement} host
 * @param {Comparison} found the comparison
 * @param {{dress: function, wordsOf: (row: number) => [string, string], onPoint: (row: number) => void, onPick: (row: number) => void}} how
 *   wordsOf: what a sample was and is taken for
 */
export function drawFlips(host, found, { dress, wordsOf, onPoint, onPick }) {
  const rows = turnsOf(found);
  const total = found.num_to_right + found.num_to_wrong;
  if (isSilent(found)) return host.replaceChildren();
  if (!total) return host.replaceChildren(el("p", { class: "cap" }, "No held-out sample of known class flipped."));
  host.replaceChildren(
    el("h3", {}, ["Flips ", el("span", { class: "chip" }, num(total))]),
    el("ul", {}, rows.map(({ id, isRight }) => {
      const [was, is] = wordsOf(id);
      const canvas = el("canvas", { class: "flip-thumb" });
      const row = el("li", {}, el("button", {
        type: "button", "data-sample": id, "aria-label": `${was} to ${is}, ${isRight ? "now right" : "now wrong"}: select`,
        onclick: () => onPick(id), onmouseenter: () => onPoint(id), onmouseleave: () => onPoint(-1), onfocus: () => onPoint(id), onblur: () => onPoint(-1),
      }, [canvas, el("span", { class: "clip" }, [`${was} → `, el("b", {}, is)]), el("span", { class: isRight ? "good" : "bad" }, isRight ? "✓" : "✗")]));
      queueMicrotask(() => dress(canvas, id, 24));
      return row;
    })),
    ...(total > rows.length ? [el("p", { class: "cap" }, `and ${num(total - rows.length)} more`)] : []),
  );
}

/** A line for each class: its interval around its change. */
export function drawChanges(host, classes, nameOfClass) {
  if (!classes.length) return host.replaceChildren();
  const known = classes.filter((each) => each.low !== null);
  const most = Math.max(0.02, ...known.flatMap(({ low, high }) => [Math.abs(low), Math.abs(high)]));
  const x = scaleOf([-most, most], [0, 100]);
  host.replaceChildren(
    el("h3", {}, ["Change per class ", el("span", { class: "cap" }, "points, 95 % interval")]),
    el("ul", {}, byChange(classes).map(({ class_index: index, mean, low, high, num_known: known }) => {
      const kind = low > 0 ? "good" : high < 0 && high !== null ? "bad" : "";
      const words = low === null ? `${known} known, withheld` : `${points(low)} to ${points(high)}`;
      const line = low === null
        ? el("span", { class: "cap change-none" }, words)
        : el("span", { class: `change-line ${kind}`, role: "img", "aria-label": `95 % interval ${words}`, title: words }, [
          el("i", { class: "zero" }), el("i", { class: "bar", style: `left: ${x(low).toFixed(1)}%; right: ${(100 - x(high)).toFixed(1)}%` }), el("i", { class: "mark", style: `left: ${x(mean).toFixed(1)}%` }),
        ]);
      return el("li", {}, [el("span", { class: "clip", title: nameOfClass(index) }, nameOfClass(index)), line, el("span", { class: "num" }, low === null ? "–" : points(mean))]);
    })),
  );
}
