// The filters above the table: what there is to choose from, and what is looked for.

import { el } from "../parts/elements.mjs";
import { wordOf } from "../parts/runstates.mjs";
import { isWanted } from "./words.mjs";

const FIELDS = { text: "#runs-find", who: "#runs-who", state: "#runs-state" };
const inOrder = (values) => [...new Set(values)].sort();

/** @param {{root: HTMLElement, onChange: () => void, signal?: AbortSignal}} options */
export function mountFilters({ root, onChange, signal }) {
  const wanted = { text: "", who: "", state: "" };
  const fields = Object.fromEntries(Object.entries(FIELDS).map(([name, selector]) => [name, /** @type {HTMLInputElement} */ (root.querySelector(selector))]));
  for (const [name, field] of Object.entries(fields)) {
    field.addEventListener(name === "text" ? "input" : "change", () => { wanted[name] = field.value; onChange(); }, { signal });
  }

  /** A choice that is not there any more is taken back, in what is seen and in what is looked for. */
  function offer(name, values) {
    const select = fields[name];
    const key = values.join("\n");
    if (select.dataset.key === key) return;
    select.dataset.key = key;
    const [everything] = select.children;
    select.replaceChildren(everything, ...values.map((each) => el("option", { value: each }, each)));
    if (!values.includes(wanted[name])) wanted[name] = "";
    select.value = wanted[name];
  }

  return {
    /** The rows that are looked for, once all that they have can be chosen. */
    taken(rows) {
      offer("who", inOrder(rows.map((row) => row.who)));
      offer("state", inOrder(rows.map((row) => wordOf(row.state))));
      return rows.filter((row) => isWanted(row, wanted));
    },
  };
}
