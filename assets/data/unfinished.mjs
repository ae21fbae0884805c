// Imports of an earlier visit, offered again above the page.

import { el } from "../elements.mjs";
import { icon } from "../icons.mjs";
import { unfinishedOf } from "./words.mjs";

/** Whether a chosen file is the one that was partly sent. */
export const isSame = (source, imported) => source.name === imported.name && source.size === imported.size;

/**
 * @param {{root: HTMLElement, onGoOn: function(object), onChoose: function(object), onDiscard: function(object)}} parts
 * @returns {{show: function(object[]): void}}
 */
export function mountUnfinished({ root, onGoOn, onChoose, onDiscard }) {
  const place = root.querySelector("#data-unfinished");

  function offer(imported) {
    const { words, action, needsFile } = unfinishedOf(imported);
    const leave = () => { node.remove(); place.hidden = place.children.length === 0; };
    const run = needsFile ? () => onChoose(imported) : () => { leave(); onGoOn(imported); };
    const node = el("div", { class: "notice offer", role: "group", "aria-label": imported.name }, [
      icon("file"),
      el("span", { class: "offer-words" }, [el("b", {}, words), needsFile ? " Choose the same file to go on, or discard it." : ""]),
      action ? el("button", { type: "button", class: "btn btn-sm", onclick: run }, action) : null,
      el("button", { type: "button", class: "btn btn-sm btn-light", onclick: () => { leave(); onDiscard(imported); } }, "Discard"),
    ]);
    return node;
  }

  return {
    show(imports) {
      place.replaceChildren(...imports.map(offer));
      place.hidden = imports.length === 0;
    },
  };
}
