// The table of runs: rows, filters and what is chosen. AG Grid lays it out, we draw the cells.

import { el } from "../parts/elements.mjs";
import { SentenceError } from "../shell/errors.mjs";
import { kindOf, LOSS_WITHHELD, lossOf, wordOf } from "../parts/runstates.mjs";
import { drawSparkline, LEAST_ACCURACY } from "../parts/sparkline.mjs";
import { notRead, stillReading } from "../parts/unread.mjs";
import { percent } from "./words.mjs";

/** @import {Run} from "../records" */

const GRID = "runs-grid";
const SLOT = "runs-grid-slot";
/** Columns of figures, the loss first. */
const FIGURES = 3;
let code = null; // the promise of the grid's code: only this page needs it, and once

/** Fetch the grid's code where it is not here yet. */
function fetchCode(address) {
  code ??= new Promise((resolve, reject) => {
    const node = el("script", { src: address });
    node.addEventListener("load", resolve);
    node.addEventListener("error", () => { code = null; node.remove(); reject(new SentenceError("The code of the table did not arrive. Reload the page.")); });
    document.head.append(node);
  });
  return code;
}
/** What AG Grid calls a selection that a person made. */
const BY_HAND = new Set(["checkboxSelected", "rowClicked", "spaceKey", "keyboardSelectAll"]);

/** A cell drawn from its row, in the form AG Grid asks for. */
const cell = (draw) => class {
  init(params) { this.node = el("span", { class: "runs-cell" }); this.refresh(params); }
  getGui() { return this.node; }
  refresh({ data }) { if (data) this.node.replaceChildren(...[draw(data)].flat().filter(Boolean)); return true; }
};

/** Why a run has no figures, or failed. */
const noteOf = ({ note }) => el("span", { class: "cap clip", title: note }, note);
/** A run without figures has the room of all of them for why. */
const spanOf = ({ data }) => (data?.note && data.loss === null && data.accuracy === null ? FIGURES : 1);

function curveOf(row) {
  const { curve, num_epochs: span, note } = row;
  if (note) return noteOf(row);
  const host = el("span", { class: "sparkline runs-spark" });
  drawSparkline(host, curve.filter(Number.isFinite), { span, words: "Held-out accuracy by epoch", least: LEAST_ACCURACY });
  return host;
}

/** What stands beside accuracy: that by labels, or that names alone measure. */
const beside = (row) => (row.by_label ? ` / ${row.by_label}` : row.by_hand && Number.isFinite(row.accuracy) ? " by hand" : "");

const CELLS = {
  number: (row) => el("span", { class: "strong" }, row.number === 0 ? "pretraining" : String(row.number)),
  state: (row) => el("span", { class: `chip ${kindOf(row.state)}` }, wordOf(row.state)),
  loss: (row) => (spanOf({ data: row }) > 1 ? noteOf(row) : el("span", { class: "num", title: row.loss === null && row.curve.length > 1 ? LOSS_WITHHELD : null }, lossOf(row.loss))),
  accuracy: (row) => el("span", { class: "num strong", title: row.accuracy_tip || null }, [percent(row.accuracy), beside(row) ? el("span", { class: "cap" }, beside(row)) : null]),
  epochs: (row) => el("span", { class: "num" }, row.epochs),
  took: (row) => el("span", { class: "num" }, row.took),
  curve: curveOf,
};
const byNumber = (name) => (_a, _b, one, other) => (one.data[name] ?? -Infinity) - (other.data[name] ?? -Infinity);
const ORDERS = { took: byNumber("seconds"), epochs: (_a, _b, one, other) => parseInt(one.data.epochs, 10) - parseInt(other.data.epochs, 10) };

/** A column of the layout with its cell and its order. */
const dressed = (column) => ({
  ...column,
  ...(CELLS[column.field] ? { cellRenderer: cell(CELLS[column.field]) } : { tooltipField: column.field }),
  ...(column.field === "loss" ? { colSpan: spanOf } : {}),
  ...(ORDERS[column.field] ? { comparator: ORDERS[column.field] } : {}),
});

/** Once React has drawn what it was told. */
const drawn = () => new Promise((resolve) => { requestAnimationFrame(() => setTimeout(resolve)); });

/**
 * @param {{root: HTMLElement, onChoose: (ids: string[], isAlone: boolean) => void, onError: (error: Error) => void, signal?: AbortSignal}} options hears the
 *     run_ids among the rows shown, newest first, and whether a click meant this one alone
 * @returns {{show: (runs: Run[]) => void, choose: (ids: string[]) => void, refuse: (again: () => void) => void, destroy: () => void}}
 */
export function mountTable({ root, onChoose, onError, signal }) {
  const section = root.querySelector(".runs-table");
  const unread = stillReading("Reading the runs");
  let grid = null;
  let rows = null; // until some were read
  let wanted = [];
  let isGone = false;
  let isAdding = false; // Ctrl, Cmd or Shift was held at the last click

  function apply() {
    if (!grid || !rows || isGone) return;
    grid.setGridOption("rowData", rows);
    grid.refreshCells({ force: true });
    mark();
    unread.remove();
    section.classList.add("ready");
  }

  /** A grid that Dash has taken out must not be touched: its own timers would trip over it. */
  function mark() {
    if (isGone) return;
    grid.forEachNode((node) => { if (node.isSelected() !== wanted.includes(node.id)) node.setSelected(wanted.includes(node.id), false, "api"); });
  }

  function onSelection({ source }) {
    // Dash's wrapper unchecks what was not checked through its own property.
    if (isGone) return undefined;
    if (!BY_HAND.has(source)) return void setTimeout(mark);
    wanted = grid.getSelectedRows().sort((a, b) => b.number - a.number).map((row) => row.run_id);
    return onChoose(wanted, source === "rowClicked" && wanted.length === 1 && !isAdding);
  }

  async function begin() {
    const slot = root.querySelector(`#${SLOT}`);
    slot.addEventListener("click", (event) => { isAdding = Boolean(event.ctrlKey || event.metaKey || event.shiftKey); }, { capture: true, signal }); // before the grid hears it
    await fetchCode(slot.dataset.code);
    if (isGone) return;
    window.dash_clientside.set_props(SLOT, { children: JSON.parse(slot.dataset.grid) });
    const found = await window.dash_ag_grid.getApiAsync(GRID);
    await drawn(); // Dash's wrapper knows the grid only then, and trips over a row that is checked before
    if (isGone) return;
    grid = found;
    grid.setGridOption("overlayNoRowsTemplate", "<span>No run is like that.</span>");
    grid.setGridOption("columnDefs", grid.getColumnDefs().map(dressed));
    grid.addEventListener("selectionChanged", onSelection);
    apply();
  }
  section.classList.remove("ready", "bare"); // it may have shown another project
  section.append(unread);
  begin().catch((error) => { unread.textContent = "The table could not be drawn. Reload the page."; onError(error); });

  return {
    show(list) { rows = list; apply(); },
    refuse(again) {
      if (!rows) unread.replaceChildren(...notRead("The runs could not be read.", again).children);
    },
    choose(ids) { wanted = ids; apply(); },
    destroy() { isGone = true; unread.remove(); },
  };
}
