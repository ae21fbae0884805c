// What is in a project saved by Lodemap, from its manifest.

import { el } from "../parts/elements.mjs";
import { many, num, sizeOf } from "../parts/counting.mjs";
import { nounOf } from "./words.mjs";

/** "26 Nov 2026, 10:15", in the reader's own time; nothing where it is no time. */
export function dayOf(text, zone) {
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) return "";
  return at.toLocaleString("en-GB", { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", timeZone: zone });
}

/** Rows of what there is to know: [term, words]; what an older archive does not tell is left out. */
export function factsOf({ size, outline: { archive, chosen } }, zone) {
  const { kind, num_labels: labels } = archive;
  const told = (number, words = "") => (number === null || number === undefined ? "" : `${num(number)}${words}`);
  return [
    ["Project", chosen.name],
    ["Samples", told(archive.num_samples, ` (${nounOf(kind)}s)`)],
    ["Classes", told(archive.num_classes ?? labels)],
    ["Named", told(archive.num_named)],
    ["Gestures", told(archive.num_gestures)],
    ["Runs", told(archive.num_runs)],
    ["Networks", told(archive.num_networks)],
    ["Comments", told(archive.num_comments)],
    ["Bookmarks", told(archive.num_bookmarks)],
    ["Size", size ? sizeOf(size) : ""],
    ["Saved", [dayOf(archive.created_at, zone), archive.version ? `by Lodemap ${archive.version}` : ""].filter(Boolean).join(", ")],
  ].filter(([, words]) => words);
}

/** Whether its data set travels along and what that means, and what it lacks. */
export function noteOf({ has_data: hasData, num_gone: gone }) {
  const words = hasData
    ? "Its data set is in it. It opens as a project of its own; nothing that is here is changed."
    : "Its data set is not in it: it opens where that data set has been brought in before.";
  return gone ? `${words} ${many(gone, "file was", "files were")} gone or damaged when it was saved; what they held is not in it.` : words;
}

export function mountArchive({ root, state }) {
  const card = root.querySelector("#data-archive");
  function render({ imported }) {
    const isShown = imported?.outline?.kind === "project" && Boolean(imported.outline.archive);
    card.hidden = !isShown;
    if (!isShown) return;
    root.querySelector("#data-archive-facts").replaceChildren(...factsOf(imported).flatMap(([term, words]) => [el("dt", {}, term), el("dd", { class: "clip", title: words }, words)]));
    root.querySelector("#data-archive-note").textContent = noteOf(imported.outline.archive);
  }
  return state.subscribe(["imported"], render);
}
