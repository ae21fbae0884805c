// Imports of an earlier visit, offered again above the page.

import { el } from "../parts/elements.mjs";
import { confirm } from "../parts/dialogs.mjs";
import { icon } from "../parts/icons.mjs";
import { calledOf, isPartlySent, unfinishedOf } from "./words.mjs";

/** @import {Import, Source} from "../records" */

const MOST_APART_MS = 2; // some browsers round when a file was changed, each time they start a little differently

/** Whether what is chosen is what was partly sent; null where no more is known than that name and size are the same. @param {Pick<Source, "name" | "size" | "imprint">} source @param {Pick<Import, "name" | "size" | "imprint">} imported */
export function isSame(source, { name, size, imprint }) {
  if (source.name !== name || source.size !== size) return false;
  if (!imprint) return null;
  const [sum, ...times] = source.imprint;
  return sum === imprint[0] && times.every((each, at) => Math.abs(each - imprint[at + 1]) <= MOST_APART_MS);
}

/**
 * The import whose file this is, or undefined: two halves of different files would make one data set, and nobody sees it.
 * @param {Pick<Source, "name" | "size" | "imprint">} source what is chosen
 * @param {Import | null} awaited the import it was chosen for; it alone is taken at its name and size where another
 *   browser, which alone knows more, sent the beginning
 * @param {Import[]} offered imports that may be gone on with
 */
export function sameOf(source, awaited, offered) {
  const known = [...(awaited ? [awaited] : []), ...offered].find((each) => isPartlySent(each) && each.is_here !== false && isSame(source, each));
  return known ?? (awaited && isSame(source, awaited) === null ? awaited : undefined);
}

/** Whether two of these are one import: the list is read anew now and then. Pure. */
export const isThat = (one, other) => Boolean(one && other && one.import_id === other.import_id);

/** Whether the picker was opened for the file of one import, and another file was chosen. What is dropped is a choice of its own. Pure. */
export const isWrongFile = (awaited, found, isDropped) => Boolean(awaited && !found && !isDropped);

/** Whether an import may be deleted: what can still become a project is asked about. */
export async function mayDiscard(imported) {
  if (imported.state === "failed" && !imported.outline) return true;
  return confirm({ title: `Discard ${calledOf({ imported })}?`, text: "What was sent and read of it is deleted; to have it here it must be brought in anew.", action: "Discard", cancel: "Keep", danger: true });
}

/**
 * @param {{root: HTMLElement, onGoOn: (imported: Import) => void, onChoose: (imported: Import, isFolder: boolean) => void, onDiscard: (imported: Import) => void}} parts
 * @returns {{show: (offered: Import[]) => void}}
 */
export function mountUnfinished({ root, onGoOn, onChoose, onDiscard }) {
  const place = root.querySelector("#data-unfinished");

  function offer(imported) {
    const { words, action, needsFile } = unfinishedOf(imported);
    const button = (text, run, tone = "") => el("button", { type: "button", class: `btn btn-sm ${tone}`, onclick: run }, text);
    const discard = async () => { if (await mayDiscard(imported)) onDiscard(imported); };
    // What was packed on the way came from files or from a folder: nobody but its owner knows.
    const mayBeFolder = needsFile && imported.name.endsWith(".zip");
    const hasFailed = imported.state === "failed";
    return el("div", { class: `notice offer${hasFailed ? " failed" : ""}`, role: "group", "aria-label": imported.name }, [
      icon(hasFailed ? "warn" : "file"),
      el("span", { class: "offer-words" }, [el("b", {}, words), needsFile ? " Choose the same file to go on, or discard it." : ""]),
      action ? button(action, () => (needsFile ? onChoose(imported, false) : onGoOn(imported))) : null,
      mayBeFolder ? button("Choose the folder", () => onChoose(imported, true)) : null,
      button("Discard", discard, "btn-light"),
    ]);
  }

  return {
    show(imports) {
      place.replaceChildren(...imports.map(offer));
      place.hidden = imports.length === 0;
    },
  };
}
