// What the network is doing now, and how well.

import { alarmOf } from "./collapse.mjs";
import { resumable } from "./goingon.mjs";
import { leftOf } from "../parts/counting.mjs";
import { epochOf, hasBegun, hasFailed, isLive, kindOf, lineOf, LOSS_WITHHELD, lossOf, runToShow, runWaiting, titleOf, wordOf } from "../parts/runstates.mjs";
import { el } from "../parts/elements.mjs";
import { byHandOf, byHandTip, isOfHand } from "../parts/byhand.mjs";
import { byLabelOf, byLabelTip } from "../parts/bylabel.mjs";
import { drawSparkline, LEAST_ACCURACY } from "../parts/sparkline.mjs";
import { wilson } from "../parts/wilson.mjs";

/** Its worker was not heard of for a while: another takes over once its lease has ended. */
const LOST = ["worker lost", "warn"];
const LEAST_KNOWN = 20;

/** The word on a run's chip, and its kind. */
export function chipOf(run) {
  const [words, kind] = run.is_late && run.state === "running" ? LOST : [wordOf(run.state), kindOf(run.state)];
  return { text: run.state === "queued" && run.position > 0 ? `waits, ${run.position} ahead` : words, kind };
}

/** The sentence under the bar. */
export function progressOf(run) {
  if (run.is_late && run.state === "running") return "Waiting for another worker";
  if (run.state === "queued") return run.wait || (run.position > 0 ? "Another run is before it" : "Starts in a moment");
  if (run.last_epoch < 0 && run.state === "stopped") return "Stopped before its first epoch";
  return `Epoch ${epochOf(run)} of ${run.num_epochs}`;
}

/** Accuracy as pieces: the figure, its 95 % interval or of which samples it is, or why it is withheld. `hasNone`: of a run that failed before it had any. */
export function accuracyOf(metrics, kind, hasNone = false) {
  const { held_out_accuracy: accuracy, held_out_known: known, held_out_by_hand: numByHand } = metrics ?? {};
  if (accuracy === null || accuracy === undefined) {
    if (kind === "pretrain") return { why: "nothing is predicted yet" };
    if (known !== undefined && known < LEAST_KNOWN) return { why: `withheld: ${known} of ${LEAST_KNOWN} held-out truths known` };
    if (hasNone) return { why: "it failed before its first epoch" };
    return { why: "withheld until a class is predicted" };
  }
  const percent = (value) => (100 * value).toFixed(1);
  if (isOfHand(metrics)) return { figure: `${percent(accuracy)} %`, interval: numByHand < known ? byHandOf(numByHand, known) : `of ${byHandOf(numByHand, known)}`, tip: byHandTip(metrics) };
  return { figure: `${percent(accuracy)} %`, interval: known ? wilson(accuracy, known).map(percent).join("–") : "" };
}

/** Held-out accuracy before a run: of the one it went on from, "was 20.1 %"; "" where there is none to tell. */
export function wasOf(run, runs) {
  const before = run.on_line ? lineOf(runs).findLast((each) => each.line_place < run.line_place && hasBegun(each)) : null;
  const { figure } = accuracyOf(before?.metrics, before?.kind);
  return figure ? `was ${figure}` : "";
}

/** A share of the map's own measures, "97 %"; a dash where it is withheld. */
export const shareWord = (value) => (Number.isFinite(value) ? `${Math.round(100 * value)} %` : "–");

/** The loss as pieces: that of the newest epoch which has one, and which that is where it is not the last; "" else. */
export function lossPieces(metrics, epochs) {
  if (Number.isFinite(metrics.loss)) return { figure: lossOf(metrics.loss), from: "" };
  const known = epochs.findLast((frame) => Number.isFinite(frame.metrics.loss));
  return known ? { figure: lossOf(known.metrics.loss), from: `epoch ${known.epoch}` } : { figure: "–", from: "" };
}

/** The newest figures of a run: its newest listed epoch while it learns, after that what the state says. */
export function metricsOf(run, epochs) {
  const listed = epochs.at(-1)?.metrics;
  return isLive(run) ? { ...run.metrics, ...listed } : { ...listed, ...run.metrics };
}

/** What is said of a run that waits for the one shown: "Run 1 waits, begins after pretraining". */
export const waitingWords = (waiting, shown) => `${titleOf(waiting)} waits, begins after ${titleOf(shown).toLowerCase()}`;

/** The chip of a live run in the top bar. */
export function topWords(run) {
  if (run.state === "queued") return `${titleOf(run)} waits`;
  if (run.is_late) return `${titleOf(run)} · ${LOST[0]}`;
  return `${titleOf(run)} · epoch ${epochOf(run)} of ${run.num_epochs}`;
}

export function mountRunPanel({ state, player, actions, keys, root, signal }) {
  const find = (id) => root.querySelector(`#${id}`);
  let alarmed = null; // the seq that the alarm's Undo is about
  let waiting = null; // the run that waits for the one shown

  function renderState(run) {
    const { text, kind } = chipOf(run);
    const chip = find("run-state");
    chip.hidden = false;
    chip.className = `chip ${kind}`;
    chip.textContent = text;
    find("run-title").textContent = titleOf(run);
    find("run-left").textContent = run.state === "running" && !run.is_late ? leftOf(run.time_left_s) : "";
  }

  function renderProgress(run) {
    const reached = Math.max(0, run.last_epoch, player.trackOf(run.run_id).at(-1)?.epoch ?? 0);
    const share = run.num_epochs > 0 ? reached / run.num_epochs : 0;
    const done = run.state === "finished" ? 1 : Math.min(1, share);
    find("run-bar").style.width = `${100 * done}%`;
    find("run-progress").setAttribute("aria-valuenow", String(Math.round(100 * done)));
    find("run-progress").classList.toggle("live", isLive(run));
    find("run-epoch").textContent = progressOf(run);
    find("run-pace").textContent = run.epoch_s ? `${run.epoch_s < 10 ? run.epoch_s.toFixed(2) : Math.round(run.epoch_s)} s each` : "";
  }

  function renderFigures(run, { runs, undo }) {
    const epochs = player.trackOf(run.run_id).filter((frame) => frame.is_snapshot && frame.metrics);
    const metrics = metricsOf(run, epochs);
    const series = (name) => epochs.map((frame) => frame.metrics[name]).filter(Number.isFinite);
    const loss = lossPieces(metrics, epochs);
    find("run-loss").replaceChildren(`${loss.figure} `, el("span", { class: "cap" }, loss.from));
    find("run-loss").title = loss.from && LOSS_WITHHELD;
    drawSparkline(find("run-loss-curve"), series("loss"), { span: run.num_epochs, words: "Loss by epoch" });
    const { figure, interval, tip, why } = accuracyOf(metrics, run.kind, hasFailed(run.state) && run.last_epoch < 0);
    // Words of their own, each whole: a narrow panel breaks between them.
    const small = why ? [el("span", { class: "cap why" }, why)] : [interval, wasOf(run, runs)].filter(Boolean).map((words) => el("span", { class: "cap", title: (words === interval && tip) || null }, words));
    if (byLabelOf(metrics)) small.push(el("span", { class: "cap by-label", title: byLabelTip(metrics) }, `by labels ${byLabelOf(metrics)}`));
    find("run-accuracy").replaceChildren(figure ?? "", ...small.flatMap((each) => [" ", each]));
    drawSparkline(find("run-accuracy-curve"), series("held_out_accuracy"), { span: run.num_epochs, words: "Held-out accuracy by epoch", least: LEAST_ACCURACY });
    for (const [name, value] of [["trust", metrics.trustworthiness], ["agreement", metrics.knn_agreement], ["stability", metrics.displacement_untouched]]) {
      find(`run-${name}`).textContent = shareWord(value);
      find(`run-${name}-bar`).style.width = `${100 * Math.min(1, value || 0)}%`;
    }
    renderAlarm(run, metrics, undo);
  }

  function renderAlarm(run, metrics, undo) {
    const node = find("run-alarm");
    const { limits, leastSpread } = node.dataset;
    const alarm = alarmOf(run, metrics, { limits: JSON.parse(limits), leastSpread: Number(leastSpread), undo });
    node.hidden = alarm === null;
    alarmed = alarm?.undo ?? null;
    if (alarm === null) return;
    const words = find("run-alarm-words");
    if (words.textContent !== alarm.text) words.textContent = alarm.text;
    find("run-alarm-undo").hidden = alarmed === null;
  }

  function renderWaiting(run, runs, stopping) {
    waiting = runWaiting(runs);
    const [line, back] = [find("run-next"), find("run-next-back")];
    // Whoever came by keyboard and loses the button goes on beside it.
    if (!waiting && back === document.activeElement && back.matches(":focus-visible")) find("update").focus();
    line.hidden = waiting === null;
    if (!waiting) return;
    const isGoing = stopping.includes(waiting.run_id);
    back.setAttribute("aria-disabled", String(isGoing));
    back.textContent = isGoing ? "Taking back" : "Take back";
    find("run-next-words").textContent = waitingWords(waiting, run);
  }

  function renderButtons(live, { server, stopping, isAsking }) {
    const stop = find("stop");
    const isStopping = live !== null && (live.state === "stopping" || stopping.includes(live.run_id));
    stop.disabled = live === null || isStopping;
    stop.querySelector(".words").textContent = isStopping ? "Stopping" : "Stop";
    find("update").setAttribute("aria-busy", String(isAsking));
    find("update").disabled = server?.project.archived === true;
  }

  function renderTop(live) {
    const slot = document.getElementById("top-status");
    if (!slot) return;
    const chip = document.createElement("span");
    chip.className = `chip ${live?.is_late ? "warn" : "accent"}`;
    if (live) chip.textContent = topWords(live);
    slot.replaceChildren(...(live ? [chip] : []));
  }

  function render(value) {
    const runs = value.server?.runs ?? [];
    const run = runToShow(runs);
    const live = run && isLive(run) ? run : null;
    renderButtons(live, value);
    renderTop(live);
    if (!run) return;
    renderState(run);
    renderProgress(run);
    renderWaiting(run, runs, value.stopping);
    renderFigures(run, value.server);
    find("run-go-on").hidden = resumable(value.server)?.run_id !== run.run_id;
    find("run-error").hidden = !run.error;
    find("run-error").textContent = run.error ?? "";
  }

  find("update").addEventListener("click", () => actions.update(), { signal });
  find("stop").addEventListener("click", () => actions.stop(), { signal });
  find("run-next-back").addEventListener("click", () => actions.stop(waiting), { signal });
  find("run-alarm-undo").addEventListener("click", () => actions.undoOf(alarmed), { signal });
  find("run-go-on").addEventListener("click", () => actions.goOnForming(), { signal });
  const unregister = [
    keys.register("Enter", { label: "Update: learn from every name so far", group: "Teach", run: () => actions.update() }),
    keys.register("s", { label: "Stop the run", group: "Teach", when: () => !find("stop").disabled, run: () => actions.stop() }),
  ];
  const stop = state.subscribe(["server", "stopping", "isAsking", "indexed"], render);
  return () => {
    stop();
    unregister.forEach((undo) => undo());
    document.getElementById("top-status")?.replaceChildren();
  };
}
