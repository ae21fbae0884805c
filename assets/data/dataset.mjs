// The data set of the open project: figures, pictures and how far its classes are named.

import { livingClasses } from "../parts/classes.mjs";
import { decodeSamples } from "../parts/codec.mjs";
import { el } from "../parts/elements.mjs";
import { notRead, stillReading } from "../parts/unread.mjs";
import { createReading } from "../shell/reading.mjs";
import { clearBalance, drawBalance } from "./balance.mjs";
import { createPlaying, markIn } from "./playing.mjs";
import { mountPreview } from "./preview.mjs";
import { many, num, sizeOf } from "../parts/counting.mjs";
import { shapeOf } from "./words.mjs";

/**
 * Rows of the balance: each class of the project with what is named, and how many the labels hold.
 * @param {{name: string, color: number, num_named: number}[]} classes living ones
 * @param {Map<string, number>} labelled samples by label
 */
export function balanceOf(classes, labelled) {
  const names = new Set(classes.map((each) => each.name));
  const loose = [...labelled].filter(([name]) => !names.has(name)).map(([name], at) => ({ name, color: (classes.length + at) % 36, num_named: 0 }));
  return [...classes, ...loose].map(({ name, color, num_named: named }) => {
    const total = labelled.get(name) ?? 0;
    const left = Math.max(0, total - named);
    return { name, slot: color, full: named, light: left, figures: [num(named), total ? num(left) : ""] };
  });
}

/** Samples by label. */
export function labelledOf(label, classNames) {
  const counts = new Map(classNames.map((name) => [name, 0]));
  for (const at of label) if (at >= 0) counts.set(classNames[at], counts.get(classNames[at]) + 1);
  return counts;
}

/** The data set's own labels in the order of the project's classes of the same name, then those without one. */
export function orderOf(classNames, classes) {
  const place = new Map(classes.map((each, at) => [each.name, at]));
  const at = (index) => place.get(classNames[index]) ?? classes.length + index;
  return [...classNames.keys()].sort((one, other) => at(one) - at(other));
}

const NO_MAP = "The network has drawn no map yet. Open the map first.";
const UNREAD = "The data set has not been read yet.";

/** Before there is a map nothing can be said of it: its links say so, or `why` else, instead of leading to an error. */
function allowExports(root, why) {
  for (const link of root.querySelectorAll("[data-needs-map] a")) {
    // Dash keeps the link when another project is opened: what it laid last is where it leads.
    if (link.hasAttribute("href")) link.dataset.href = link.getAttribute("href");
    if (why) link.removeAttribute("href");
    else link.setAttribute("href", link.dataset.href);
    link.setAttribute("aria-disabled", String(why !== ""));
    link.dataset.tip = why;
  }
}

/** What is said where an archive would lack files; nothing where it is whole. */
export const goneWords = (count) => (count ? `${many(count, "of its files is gone and", "of its files are gone and")} cannot be in it.` : "");

/** Say what is gone below what an archive is. */
function showGone(link, count) {
  const place = link.closest(".export").querySelector(".export-words");
  place.querySelector(".gone")?.remove();
  if (count) place.append(el("div", { class: "cap gone" }, goneWords(count)));
}

/**
 * Say on each link to an archive how large that is, and beside it what it would lack.
 * @param {{newest: number, every: number, data: number, newest_gone: number, every_gone: number}} sizes
 */
function showSizes(root, sizes) {
  for (const link of root.querySelectorAll("[data-size]")) {
    showGone(link, sizes[`${link.dataset.size.split(" ")[0]}_gone`]);
    const bytes = link.dataset.size.split(" ").reduce((sum, part) => sum + sizes[part], 0);
    link.dataset.word ??= link.textContent;
    link.dataset.label ??= link.getAttribute("aria-label");
    link.replaceChildren(link.dataset.word, el("span", { class: "num muted" }, sizeOf(bytes)));
    link.setAttribute("aria-label", `${link.dataset.label}, about ${sizeOf(bytes)}`);
  }
}

export function mountDataset({ root, projectId, api, onError, signal }) {
  let datasetId = "";
  const playing = createPlaying((n) => `/api/datasets/${datasetId}/sounds/${n}.wav`, markIn(root.querySelector("#set-preview")));
  const preview = mountPreview({ root, scope: "set", sounds: playing, signal });
  const figure = (name, words) => { root.querySelector(`#set-${name}`).textContent = words; };
  const place = root.querySelector("#set-preview");
  const reading = createReading({ onError: refuse });
  const measuring = createReading({ onError });

  function begin() {
    place.replaceChildren(stillReading("Reading the data set"));
    clearBalance({ root, scope: "set" });
    root.querySelector("#set-balance").append(stillReading("Reading the classes", "li"));
    allowExports(root, UNREAD);
  }

  /** What is seen already stays. */
  function refuse(error) {
    onError(error);
    if (datasetId) return;
    place.replaceChildren(notRead("The data set could not be read.", () => { begin(); refresh(); }));
    clearBalance({ root, scope: "set" });
  }

  async function read(signal) {
    const here = api.within(signal);
    const server = await here.state(projectId);
    const dataset = await here.dataset(server.project.dataset_id);
    return [server, dataset, decodeSamples(await here.samples(dataset.dataset_id), dataset.num_samples)];
  }

  function draw([server, dataset, { label, heldOut }]) {
    datasetId = dataset.dataset_id;
    const living = livingClasses(server.classes);
    const slots = new Map(living.map((each) => [each.name, each.color]));
    allowExports(root, server.head ? "" : NO_MAP);
    figure("samples", num(dataset.num_samples));
    figure("named", num(server.num_named));
    figure("held", num(heldOut.reduce((sum, each) => sum + each, 0)));
    figure("classes", num(living.length));
    preview.show({
      shape: shapeOf(dataset.kind, dataset.sample_shape), sheet: dataset.sheet, urlOf: (k) => `/api/datasets/${dataset.dataset_id}/sheets/${k}.png`,
      numSamples: dataset.num_samples, isSound: Boolean(dataset.sound_rate), label, flags: null, classes: dataset.class_names.map((name, at) => ({ name, slot: slots.get(name) ?? at % 36 })), order: orderOf(dataset.class_names, living),
    });
    drawBalance({ root, scope: "set", rows: balanceOf(living, labelledOf(label, dataset.class_names)), none: { title: "No classes yet", words: "Lasso a cluster on the map and press N to give it a name." } });
    measuring.ask(null, (signal) => api.within(signal).json(`/api/projects/${projectId}/exports/sizes`), (sizes) => showSizes(root, sizes));
  }

  const refresh = () => reading.ask(null, read, draw);
  begin();
  return { refresh, stop() { for (const part of [reading, measuring, preview, playing]) part.stop(); } };
}
