// The collapse of a map: foretold by the knobs, and told in the run panel once it has happened.
// Numbers and sentences are those of ml/measures/collapse.py, which components/ write into the page.

import { isLive } from "../parts/runstates.mjs";

/** The row of the table that holds for a class weight. */
export function limitAt(table, classWeight) {
  return table.findLast((row) => row.class_weight <= Math.max(0, classWeight));
}

/**
 * Return what the knobs foretell: "none", "may" or "will" (as `forecast` in ml/measures/collapse.py).
 * @param {{class_weight: number, may_above: number, will_from: ?number}} limit
 */
export function levelOf(limit, smoothness) {
  if (limit.will_from !== null && smoothness >= limit.will_from) return "will";
  return smoothness > limit.may_above ? "may" : "none";
}

/** Bind the sentence of a preset that may collapse; `rows` are its knobs. Returns what to call when one was turned. */
export function mountForecast(node, rows) {
  const table = JSON.parse(node.dataset.limits);
  const row = (name) => rows.find((each) => each.knob.name === name);
  const [smoothness, classWeight] = [row("beta_kl"), row("beta_classifier")];

  return () => {
    if (smoothness.problem() || classWeight.problem()) return;
    const limit = limitAt(table, classWeight.value());
    const level = levelOf(limit, smoothness.value());
    const sentence = { none: "", may: node.dataset.may, will: node.dataset.will }[level].replace("{limit}", limit.may_above);
    smoothness.warnAbove(limit.may_above);
    if (node.textContent !== sentence) node.textContent = sentence;
  };
}

/** Whether a snapshot's map is one blob; never for presets that count no units, as they draw nothing at random. */
export function hasCollapsed(metrics, leastSpread) {
  const { active_units: units, spread } = metrics ?? {};
  if (!Number.isFinite(units) || !Number.isFinite(spread)) return false;
  return units === 0 || spread < leastSpread;
}

/**
 * Return what to say of a run whose map has collapsed, and the seq of what Undo takes back, null where that is not the run.
 * A pretraining is given time: the guard starts it anew, and nobody can undo it.
 * @returns {?{text: string, undo: ?number}}
 */
export function alarmOf(run, metrics, { limits, leastSpread, undo }) {
  if (!run.on_line || !hasCollapsed(metrics, leastSpread)) return null;
  if (run.kind === "pretrain") {
    return isLive(run) ? null : { text: "The map is one blob: nothing was found yet that tells the samples apart. Naming some may help.", undo: null };
  }
  const { beta_kl: smoothness, beta_classifier: classWeight } = run.config;
  const limit = limitAt(limits, classWeight);
  const mend = levelOf(limit, smoothness) === "none" ? "lower Learning rate" : `lower Smoothness from ${smoothness} to ${limit.may_above} or less`;
  const seq = undo?.run_id === run.run_id ? undo.seq : null;
  const back = seq !== null ? "Undo leads back to the map before it" : "Undoing this Update leads back to the map before it";
  return { text: `The map has collapsed to one blob. ${back}; then ${mend}.`, undo: seq };
}
