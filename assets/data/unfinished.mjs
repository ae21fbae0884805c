// Imports of an earlier visit, offered again above the page.

import { el } from "../parts/elements.mjs";
import { icon } from "../parts/icons.mjs";
import { unfinishedOf } from "./words.mjs";

/** Whether a chosen file is the one that was partly sent. */
export const isSame = (source, imported) => source.name === imported.name && source.size === imported.size;

/**
 * @param {{root: HTMLElement, onGoOn: function(object), onChoose: function(object, boolean), onDiscard: function(object)}} parts
 * @returns {{show: function(object[]): void}}
 */
export function mountUnfinished({ root, onGoOn, onChoose, onDiscard }) {
  const place = root.querySelector("#data-unfinished");

  function offer(imported) {
    const { words, action, needsFile } = unfinishedOf(imported);
    const button = (text, run, tone = "") => el("button", { type: "button", class: `btn btn-sm ${tone}`, onclick: run }, text);
    // What was packed on the way came from files or from a folder: nobody but its owner knows.
    const mayBeFolder = needsFile && imported.name.endsWith(".zip");
    const hasFailed = imported.state === "failed";
    return el("div", { class: `notice offer${hasFailed ? " failed" : ""}`, role: "group", "aria-label": imported.name }, [
      icon(hasFailed ? "warn" : "file"),
      el("span", { class: "offer-words" }, [el("b", {}, words), needsFile ? " Choose the same file to go on, or discard it." : ""]),
      action ? button(action, () => (needsFile ? onChoose(imported, false) : onGoOn(imported))) : null,
      mayBeFolder ? button("Choose the folder", () => onChoose(imported, true)) : null,
      button("Discard", () => onDiscard(imported), "btn-light"),
    ]);
  }

  return {
    show(imports) {
      place.replaceChildren(...imports.map(offer));
      place.hidden = imports.length === 0;
    },
  };
}
