// The curves of the chosen runs: accuracy with its interval, macro-F1, or every loss term.

import { isByHand } from "../parts/byhand.mjs";
import { mountSegment } from "../parts/segment.mjs";
import { el, svg } from "../parts/elements.mjs";
import { isLive, lossOf } from "../parts/runstates.mjs";
import { notRead, stillReading } from "../parts/unread.mjs";
import { wilson } from "../parts/wilson.mjs";
import { apart, bandOf, pathOf, rangeOf, scaleOf, ticksOf } from "./axes.mjs";
import { nameOf, percent, shortOf, whyNoEpoch } from "./words.mjs";

/** @import {Curve, Run} from "../records" */

const MOST = 6;
const EDGE = { right: 54, top: 10, bottom: 24 };
/** Loss terms, in the glossary's words. */
export const TERMS = {
  loss: "Loss", classification: "Classification", reconstruction: "Reconstruction", kl: "KL", contrast: "Contrast", layout: "Layout",
  magnets: "Pull to magnets", anchor: "Anchor", teaching: "Teaching", displacement: "Displacement",
};
const METRIC = { accuracy: "held_out_accuracy", macro_f1: "macro_f1" };

/** The lines to draw, the newest last, so that it lies on top. Pure. @param {Curve[]} chosen newest first */
export function linesOf(chosen, metric) {
  return chosen.slice(0, MOST).map(({ run, epochs }, nth) => ({
    run, rank: nth, pairs: epochs.map((each) => [each.epoch, each.metrics[metric] ?? NaN]),
    band: metric === METRIC.accuracy && nth === 0
      ? epochs.map(({ epoch, metrics: { held_out_accuracy: at, held_out_known: known, held_out_by_hand: byHand } }) => [epoch, ...(Number.isFinite(at) && known && !isByHand(byHand, known) ? wilson(at, known) : [NaN, NaN])]) : [],
  })).reverse();
}

/** Loss terms that any of the chosen runs has. Pure. */
export function termsOf(chosen) {
  return Object.keys(TERMS).filter((term) => chosen.some(({ epochs }) => epochs.some((each) => Number.isFinite(each.metrics[term]))));
}

function describe(lines, words) {
  const said = lines.toReversed().map(({ run, pairs }) => `${nameOf(run)} ${percent(pairs.findLast(([, value]) => Number.isFinite(value))?.[1])}`);
  return `${words} by epoch: ${said.join(", ")}`;
}

/** What stands beside the ticks of a share: "72", and at the top "72.5 %". Pure. */
export const tickWords = (ticks) => ticks.map((tick) => `${Number((100 * tick).toFixed(1))}${tick === ticks.at(-1) ? " %" : ""}`);

/** How far from the left a plot begins, so that its widest tick is whole. Pure. */
export const leftEdgeOf = (words) => Math.max(34, 10 + 6.5 * Math.max(0, ...words.map(({ length }) => length)));

/** Why there is no curve. Pure. @param {{run: Run, pairs: number[][]}[]} lines none of which has a value */
export function noCurve(lines) {
  if (!lines.length) return "Choose a run in the table.";
  const begun = lines.filter(({ pairs }) => pairs.length > 0);
  const newest = lines.at(-1).run;
  if (newest && !begun.includes(lines.at(-1)) && whyNoEpoch(newest)) return whyNoEpoch(newest);
  if (!begun.length) return "No epoch of this run is there to draw.";
  if (begun.every(({ run }) => run.kind === "pretrain")) return "A pretraining predicts nothing. Name samples of at least two classes, then Update.";
  return "Nothing is predicted in these runs, or it is withheld: fewer than 20 held-out samples have a known class.";
}

/** Why there is no loss term. Pure. @param {Curve[]} chosen none of which has a term */
export function noTerms(chosen) {
  if (!chosen.length || chosen.every(({ epochs }) => epochs.length === 0)) return noCurve(chosen.map(({ run }) => ({ run, pairs: [] })).reverse());
  return "Losses begin with epoch 1; it is not there to draw.";
}

function plot(host, lines, words) {
  const { width, height } = host.getBoundingClientRect();
  const known = lines.filter(({ pairs }) => pairs.some(([, value]) => Number.isFinite(value)));
  if (!known.length) {
    return host.replaceChildren(el("div", { class: "empty" }, noCurve(lines)));
  }
  const span = Math.max(1, ...known.map(({ run, pairs }) => Math.max(isLive(run) ? run.num_epochs : 0, pairs.at(-1)[0])));
  const [low, high] = rangeOf(known.flatMap(({ pairs, band }) => [...pairs.map(([, value]) => value), ...band.flatMap(([, from, to]) => [from, to])]), 0.02);
  const range = [Math.max(0, low), Math.min(1, high)];
  const ticks = ticksOf(range[0], range[1]);
  const ticked = tickWords(ticks);
  const left = leftEdgeOf(ticked);
  const x = scaleOf([0, span], [left, width - EDGE.right]);
  const y = scaleOf(range, [height - EDGE.bottom, EDGE.top]);
  const ends = apart(known.map(({ pairs }) => y(pairs.findLast(([, value]) => Number.isFinite(value))[1])), 14);
  const node = svg("svg", { width, height, role: "img", "aria-label": describe(known, words) });
  ticks.forEach((tick, nth) => node.append(svg("path", { class: "grid", d: `M${left} ${y(tick)}H${width - EDGE.right}` }), label(left - 6, y(tick) + 4, ticked[nth], "end")));
  for (const tick of ticksOf(0, span).filter(Number.isInteger)) node.append(label(x(tick), height - 8, String(tick), "middle"));
  node.append(label(width - 4, height - 8, "epoch", "end"));
  known.forEach((line, nth) => node.append(...drawn(line, x, y, ends[nth])));
  return host.replaceChildren(node);
}

const label = (x, y, text, anchor, kind = "tick") => svg("text", { x, y, class: kind, "text-anchor": anchor }, text);

function drawn({ run, rank, pairs, band }, x, y, end) {
  const kind = `line rank-${rank}`;
  const last = pairs.findLast(([, value]) => Number.isFinite(value));
  return [
    svg("path", { class: "band", d: bandOf(band, x, y) }),
    svg("path", { class: kind, d: pathOf(pairs, x, y) }),
    ...pairs.filter(([, value]) => Number.isFinite(value)).map(([epoch, value]) => svg("circle", { class: "spot", cx: x(epoch), cy: y(value), r: 6 }, svg("title", {}, `${nameOf(run)}, epoch ${epoch}: ${percent(value)}`))),
    svg("circle", { class: `end rank-${rank}`, cx: x(last[0]), cy: y(last[1]), r: 3 }),
    label(x(last[0]) + 8, end + 4, isLive(run) ? `${shortOf(run)}, now` : shortOf(run), "start", rank === 0 ? "name first" : "name"),
  ];
}

/** A small plot for each loss term: they have scales of their own. */
function plotTerms(host, chosen) {
  const terms = termsOf(chosen);
  if (!terms.length) return host.replaceChildren(el("div", { class: "empty" }, noTerms(chosen)));
  return host.replaceChildren(el("div", { class: "terms" }, terms.map((term) => {
    const lines = linesOf(chosen, term);
    const newest = lines.at(-1).pairs.findLast(([, value]) => Number.isFinite(value))?.[1];
    const span = Math.max(1, ...lines.flatMap(({ run, pairs }) => [isLive(run) ? run.num_epochs : 0, ...pairs.map(([epoch]) => epoch)]));
    const x = scaleOf([0, span], [2, 158]);
    const y = scaleOf(rangeOf(lines.flatMap(({ pairs }) => pairs.map(([, value]) => value))), [46, 2]);
    const node = svg("svg", { viewBox: "0 0 160 48", preserveAspectRatio: "none", role: "img", "aria-label": `${TERMS[term]} by epoch, now ${lossOf(newest)}` });
    node.append(...lines.map(({ rank, pairs }) => svg("path", { class: `line rank-${rank}`, d: pathOf(pairs, x, y), "vector-effect": "non-scaling-stroke" })));
    return el("div", { class: "term" }, [el("div", { class: "term-head" }, [el("span", { class: "cap" }, TERMS[term]), el("span", { class: "num" }, lossOf(newest))]), node]);
  })));
}

/**
 * @returns {{draw: (chosen: Curve[]) => void, refuse: (again: () => void) => void, destroy: () => void}}
 *   chosen runs, newest first; `refuse` hears how to read again what could not be read
 */
export function mountCurves({ root, signal }) {
  const host = root.querySelector("#curves-plot");
  let chosen = null; // until it was read
  let unread = stillReading("Reading the curves");
  const measure = mountSegment(root.querySelector("#curves-measure"), () => draw(), signal);
  function draw() {
    if (!chosen) return void host.replaceChildren(unread);
    const value = measure.value();
    if (value === "losses") plotTerms(host, chosen.slice(0, MOST));
    else plot(host, linesOf(chosen, METRIC[value]), value === "accuracy" ? "Held-out accuracy" : "Macro-F1");
  }
  const watcher = new ResizeObserver(draw);
  watcher.observe(host);
  return {
    draw(list) { chosen = list; draw(); },
    refuse(again) { unread = notRead("The curves could not be read.", again); draw(); },
    destroy: () => watcher.disconnect(),
  };
}
