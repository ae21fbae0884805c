// Draws the tree of the history; a click looks at a step.

import { slotsOf } from "../parts/classes.mjs";
import { el, svg } from "../parts/elements.mjs";
import { hasFailed } from "../parts/runstates.mjs";
import { layTree, pathOf, seenSteps } from "./tree.mjs";
import { stepBy, stepNote, stepTitle } from "./words.mjs";

/** @import {PageValues} from "../records" */

const SIZE = { height: 76, pitch: 16, left: 14 };

function lines(rows, here) {
  const height = rows.length * SIZE.height;
  const width = SIZE.left + 3.5 * SIZE.pitch;
  const drawn = svg("svg", { class: "step-lines", width, height, "aria-hidden": "true" });
  for (const row of rows) drawn.append(svg("path", { d: pathOf(row, SIZE), class: row.isOnWay ? "on-way" : "" }));
  for (const { step, row, lane, isOnWay } of rows) {
    const at = { cx: SIZE.left + lane * SIZE.pitch, cy: row * SIZE.height + SIZE.height / 2 };
    const isBad = hasFailed(step.run?.state);
    const look = [step.kind, isOnWay ? "on-way" : "", step.step_id === here ? "here" : "", isBad ? "bad" : ""].join(" ");
    drawn.append(svg("circle", { ...at, r: step.kind === "gestures" ? 3.5 : 5, class: look }));
  }
  return drawn;
}

const frameOf = (head) => (head ? `/api/runs/${head.run_id}/frames/${head.attempt}-${head.n}` : null);

/** The small map of a step; the one before stays until the new one is painted, where only the frame is another. */
function stepMap(frame, colors, known) {
  const isKept = known && frame && known.dataset.colors === colors;
  const holder = isKept ? known : el("span", { class: "step-map", "data-colors": frame ? colors : null }, el("canvas", {}));
  if (frame && holder.dataset.frame !== frame) holder.dataset.frame = frame;
  return holder;
}

function stepNode({ step, row, lane }, { here, chosen, colors, known }, onChoose) {
  const title = stepTitle(step);
  const button = el("button", { type: "button", class: `step-node${step.step_id === chosen ? " on" : ""}`, "data-step": step.step_id, "aria-current": step.step_id === chosen ? "step" : null, onclick: () => onChoose(step.step_id) }, [
    stepMap(frameOf(step.head), colors, known),
    el("span", { class: "step-words" }, [
      el("span", { class: "step-name" }, [el("span", { class: "strong clip", title }, title), step.step_id === here ? el("span", { class: "chip accent" }, "here") : null]),
      el("span", { class: "cap clip" }, stepNote(step)),
      el("span", { class: "cap clip" }, stepBy(step)),
    ]),
  ]);
  const item = el("li", { class: "step-row" }, button);
  item.style.top = `${row * SIZE.height}px`;
  item.style.left = `${SIZE.left + 14 + lane * SIZE.pitch}px`;
  return item;
}

/** All that a row shows, as a text: while it stays the same, so does the row. Pure. */
export function lookOf({ step, row, lane }, { here, chosen, colors, isFaint }) {
  return JSON.stringify([step, row, lane, step.step_id === here, step.step_id === chosen, step.head ? colors : "", isFaint, stepBy(step)]);
}

/** Put nodes into a list in their order; those that are there already are not touched. */
export function settleNodes(list, nodes) {
  nodes.forEach((node, nth) => { if (list.children[nth] !== node) list.insertBefore(node, list.children[nth] ?? null); });
  while (list.children.length > nodes.length) list.lastElementChild.remove();
}

export function mountHistory({ state, root, onChoose }) {
  const list = root.querySelector("#history-steps");
  const people = root.querySelector("#history-people");
  const room = el("li", { class: "step-room", "aria-hidden": "true" });
  const kept = new Map(); // step_id -> {look, node}
  let drawn = "";

  function drawPeople(steps) {
    const names = [...new Set(steps.map((step) => step.author).filter(Boolean))].sort();
    const known = [...people.options].slice(1).map((option) => option.value);
    if (JSON.stringify(known) === JSON.stringify(names)) return;
    const { value } = people;
    people.replaceChildren(el("option", { value: "" }, "All people"), ...names.map((name) => el("option", { value: name }, name)));
    people.value = names.includes(value) ? value : "";
  }

  /** The row of a step: drawn anew only where it looks otherwise than before. */
  function nodeOf(row, looks) {
    const before = kept.get(row.step.step_id);
    const look = lookOf(row, looks);
    if (before?.look === look) return before.node;
    const node = stepNode(row, { ...looks, known: before?.node.querySelector(".step-map") }, onChoose);
    node.classList.toggle("faint", looks.isFaint);
    kept.set(row.step.step_id, { look, node });
    return node;
  }

  /** @param {PageValues} value */
  function render({ history, chosen, latest }) {
    if (!history) return;
    drawPeople(history.steps);
    const colors = JSON.stringify(slotsOf(latest.classes));
    const at = chosen ?? history.here;
    const looks = JSON.stringify([history, at, colors, people.value]);
    if (looks === drawn) return;
    drawn = looks;
    const focused = document.activeElement?.dataset?.step;
    const { rows } = layTree(seenSteps(history.steps, [history.here, at]), history.here);
    const nodes = rows.map((row) => nodeOf(row, { here: history.here, chosen: at, colors, isFaint: people.value !== "" && row.step.author !== people.value }));
    const ids = new Set(rows.map(({ step }) => step.step_id));
    for (const id of kept.keys()) if (!ids.has(id)) kept.delete(id);
    room.style.height = `${rows.length * SIZE.height}px`;
    room.replaceChildren(lines(rows, history.here));
    settleNodes(list, [room, ...nodes]);
    if (focused !== undefined) list.querySelector(`[data-step="${focused}"]`)?.focus({ preventScroll: true });
  }

  const again = () => render(state.get());
  people.addEventListener("change", again);
  again();
  const stop = state.subscribe(["history", "chosen", "latest"], render);
  return () => { stop(); people.removeEventListener("change", again); };
}
