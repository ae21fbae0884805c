// The row of checks below the preview, and the lists behind "Show".

import { openDialog } from "../parts/dialog_box.mjs";
import { stillWanted } from "../parts/stillwanted.mjs";
import { el } from "../parts/elements.mjs";
import { icon } from "../parts/icons.mjs";
import { num } from "../parts/counting.mjs";
import { checksOf, minusOnesOf } from "./words.mjs";

const TITLES = { duplicates: "The same as others", rejected: "Left out", warnings: "Kept without a label" };
const WORDS = {
  duplicates: "Of samples with equal values the first is kept, these are not.",
  rejected: "These could not be read. The others are not harmed.",
  warnings: "No class can have the label these came with. They can be named on the map.",
};
const MOST = 500;

/** Rows of a file of the import that belong to a list. */
export const listed = (rows, act) => rows.filter((each) => act === "warnings" || each.code.startsWith("duplicate") === (act === "duplicates"));

export function mountChecks({ root, state, api, onOdd, onError, signal }) {
  const place = root.querySelector("#data-checks");
  const treatment = root.querySelector("#data-treatment");

  async function show(act) {
    if (act === "odd") { onOdd(); return; }
    const { imported } = state.get();
    const list = act === "warnings" ? "warnings" : "rejected";
    const isWanted = stillWanted(signal);
    try {
      const rows = listed(await api.listing(imported.import_id, list), act);
      if (isWanted()) open(act, rows, api.listingUrl(imported.import_id, list));
    } catch (error) {
      if (isWanted()) onError(error);
    }
  }

  function open(act, rows, url) {
    const body = rows.slice(0, MOST).map((each) => el("tr", {}, [el("td", { class: "num" }, each.sampleId), el("td", { class: "wrap" }, each.message)]));
    const rest = rows.length > MOST ? `The first ${num(MOST)} of ${num(rows.length)}; the list has them all. ` : "";
    openDialog({
      title: TITLES[act], class: "dialog-wide",
      content: el("div", { class: "stack" }, [
        el("p", { class: "sec" }, rest + WORDS[act]),
        el("div", { class: "scroll found-list", tabindex: "0" }, el("table", { class: "rows" }, [el("thead", {}, el("tr", {}, [el("th", {}, "Sample"), el("th", {}, "Why")])), el("tbody", {}, body)])),
      ]),
      actions: [el("a", { class: "btn", href: url, download: "" }, [icon("download"), "Download list"])],
    });
  }

  /** @param {{act?: string}} check */
  function action({ act }) {
    if (!act) return null;
    const words = act === "odd" ? "Odd ones" : "Show";
    return [" ", el("button", { type: "button", class: "link", "data-act": act, onclick: () => show(act) }, words)];
  }

  function render({ imported }) {
    const { summary, outline } = imported ?? {};
    if (!summary || outline.kind === "project") { place.replaceChildren(); treatment.replaceChildren(); return; }
    place.replaceChildren(...checksOf(summary, outline.kind).map((check) =>
      el("li", {}, [
        el("span", { class: `chip ${check.tone}` }, [icon(check.icon), check.title]),
        el("div", { class: "cap" }, [check.words, ...(action(check) ?? [])]),
      ])));
    const none = summary.num_minus_one ? [minusOnesOf(summary.num_minus_one)] : [];
    const known = summary.is_known ? ["This data set is here already; the new project shares it."] : [];
    treatment.replaceChildren(...[...outline.treatment, ...none, ...known].map((sentence) => el("li", {}, sentence)));
  }

  return state.subscribe(["imported"], render);
}
