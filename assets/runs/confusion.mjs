// Which classes the newest chosen run takes for which, and the samples in a cell.

import { num } from "../parts/counting.mjs";
import { mountSegment } from "../parts/segment.mjs";
import { el } from "../parts/elements.mjs";
import { notRead, stillReading } from "../parts/unread.mjs";
import { createReading } from "../shell/reading.mjs";
import { cellWords, nameOf, noConfusion, whyNoEpoch } from "./words.mjs";

/** @import {Api} from "../records" */

const MOST_TINT = 50; // percent of a colour behind a figure that still reads in ink, in both themes

/** What stands in a cell: a count, or the share of its row in percent. Pure. */
export function textOf(counts, row, column, unit) {
  const value = counts[row][column];
  if (!value) return "";
  const total = counts[row].reduce((sum, each) => sum + each, 0);
  return unit === "share" ? String(Math.round((100 * value) / total)) : num(value);
}

/** How strong a cell is drawn, 0 to 1, by its share of its row; small mistakes must still be seen. Pure. */
export function strengthOf(counts, row, column) {
  const total = counts[row].reduce((sum, each) => sum + each, 0);
  const share = total ? counts[row][column] / total : 0;
  return share === 0 ? 0 : row === column ? 0.25 + 0.75 * share : Math.min(1, 0.12 + 1.6 * Math.sqrt(share) * share + share);
}

/** Where an arrow key leads in a square of cells, null for other keys. Pure. */
export function cellAfter(key, [row, column], size) {
  const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[key];
  if (!step) return null;
  const within = (value) => Math.min(size - 1, Math.max(0, value));
  return [within(row + step[0]), within(column + step[1])];
}

/**
 * @param {{root: HTMLElement, api: Api, nameOfClass: (classIndex: number) => string,
 *   onSelect: (chosen: Uint8Array) => void, onError: (error: Error) => void, signal?: AbortSignal}} options
 *   onSelect: the packed ids of a cell are wanted on the map
 */
export function mountConfusion({ root, api, nameOfClass, onSelect, onError, signal }) {
  const at = (id) => root.querySelector(`#${id}`);
  const unit = mountSegment(at("confusion-unit"), () => draw(), signal);
  let shown = null; // {run, epoch, found}
  const reading = createReading({ onError(error) { refuse(() => show(wanted)); onError(error); } });
  let wanted = null;
  let unread = stillReading("Reading the confusion matrix"); // null once something was read
  let open = null; // "row column" of the cell that is told of
  let entry = "0 0"; // the cell that Tab enters
  let drawn = ""; // run and classes of the table
  let names = []; // as they were drawn last

  const cellAt = (where) => at("confusion-table").querySelector(`[data-at="${where}"]`);
  const namesOf = () => (shown?.found.class_indices ?? []).map(nameOfClass);

  /** Say that nothing could be read, where nothing was; `again` tries anew. */
  function refuse(again) {
    if (!unread) return;
    unread = notRead("The confusion matrix could not be read.", again);
    draw();
  }

  function show(run) {
    wanted = run;
    const isThere = run !== null && run.last_epoch >= 0;
    const path = `/api/runs/${run?.run_id}/confusion/${run?.last_epoch}`;
    if (!shown || namesOf().join("\n") !== names.join("\n")) draw(); // a class has another name since
    return reading.ask(path, async (signal) => (isThere ? api.within(signal).json(path) : null), (found) => {
      unread = null;
      shown = found && { run, epoch: run.last_epoch, found };
      draw();
    });
  }

  function draw() {
    const before = { of: drawn, open, held: heldNow() };
    close();
    names = namesOf();
    drawn = shown ? `${shown.run.run_id} ${shown.found.class_indices}` : "";
    if (drawn !== before.of) entry = "0 0";
    const chip = at("confusion-run");
    chip.hidden = shown === null;
    if (unread) return at("confusion-table").replaceChildren(unread);
    if (!shown) return at("confusion-table").replaceChildren(el("div", { class: "empty" }, wanted ? whyNoEpoch(wanted) || "Once this run has an epoch, you see here which classes it takes for which." : "Choose a run in the table to see which classes it takes for which."));
    chip.textContent = nameOf(shown.run);
    const why = noConfusion(shown.found);
    if (why) return at("confusion-table").replaceChildren(el("div", { class: "empty" }, [el("span", { class: "strong" }, "No confusion matrix"), why]));
    at("confusion-table").replaceChildren(table(), el("p", { class: "cap" }, `Rows: true class. Columns: what the network says. ${num(shown.found.num_known)} held-out samples.`));
    if (drawn === before.of) goOn(before);
  }

  /** Where the focus is: in a cell of the table, in what is told of the one that is open ("open"), or elsewhere (null). */
  function heldNow() {
    if (at("confusion-cell").contains(document.activeElement)) return "open";
    return at("confusion-table").contains(document.activeElement) ? document.activeElement.dataset.at ?? null : null;
  }

  /** The next epoch of a run, or another unit, leaves open what is open, and the focus where it is. */
  function goOn({ open: was, held }) {
    if (was) choose(...was.split(" ").map(Number));
    if (held === "open") (open ? at("confusion-cell").querySelector("button") : cellAt(was)).focus({ preventScroll: true });
    else if (held) cellAt(held).focus({ preventScroll: true });
  }

  function table() {
    const { counts } = shown.found;
    const head = el("tr", {}, [el("td"), ...names.map((name) => el("th", { scope: "col", title: name }, el("span", { class: "clip" }, name)))]);
    const rows = names.map((name, row) => el("tr", {}, [
      el("th", { scope: "row", class: "clip", title: name }, name),
      ...names.map((_, column) => el("td", {}, cellButton(counts, row, column))),
    ]));
    return el("table", { class: "confusion-grid", style: `--size: ${names.length}` }, [el("tbody", {}, rows), el("tfoot", {}, head)]);
  }

  function cellButton(counts, row, column) {
    const [much, rest] = cellWords(counts[row][column], names[row], names[column], row === column);
    return el("button", {
      type: "button", class: row === column ? "right" : "wrong", style: `--strength: ${(MOST_TINT * strengthOf(counts, row, column)).toFixed(0)}%`,
      "aria-label": much + rest, "data-at": `${row} ${column}`, tabindex: entry === `${row} ${column}` ? 0 : -1, "aria-disabled": String(counts[row][column] === 0),
      onclick: () => choose(row, column), onkeydown: (event) => walk(event, row, column),
    }, textOf(counts, row, column, unit.value()));
  }

  function walk(event, row, column) {
    const next = cellAfter(event.key, [row, column], shown.found.class_indices.length);
    if (!next) return;
    event.preventDefault();
    entry = next.join(" ");
    const button = cellAt(entry);
    event.target.tabIndex = -1;
    button.tabIndex = 0;
    button.focus();
  }

  function close() {
    open = null;
    at("confusion-cell").hidden = true;
    for (const each of root.querySelectorAll("#confusion-table [aria-pressed]")) each.removeAttribute("aria-pressed");
  }

  function choose(row, column) {
    const { class_indices: classes, counts } = shown.found;
    const isAgain = open === `${row} ${column}`;
    close();
    if (isAgain || !counts[row][column]) return;
    open = `${row} ${column}`;
    cellAt(open).setAttribute("aria-pressed", "true");
    const [much, rest] = cellWords(counts[row][column], names[row], names[column], row === column);
    const { run, epoch } = shown;
    const path = `/api/runs/${run.run_id}/confusion/${epoch}/${classes[row]}-${classes[column]}`;
    const button = el("button", { type: "button", class: "btn btn-sm", onclick: () => take(path, button) }, "Select on the map");
    at("confusion-cell").replaceChildren(el("span", { class: "clip" }, [el("b", {}, much), rest]), button);
    at("confusion-cell").hidden = false;
  }

  async function take(path, button) {
    button.disabled = true;
    try {
      onSelect(new Uint8Array(await api.binary(path)));
    } catch (error) {
      onError(error);
    } finally {
      button.disabled = false;
    }
  }

  draw();
  return { show, refuse, destroy: reading.stop };
}
