// Pictures of some samples: by class, at random, or the odd ones.

import { el } from "../parts/elements.mjs";
import { createThumbnails } from "../parts/thumbnails.mjs";
import { atRandom, byClass, flagged } from "./picks.mjs";
import { mountSegment } from "../parts/segment.mjs";
import { many } from "../parts/counting.mjs";

const SIDE = 36;
const GAP = 5;
const NAME = 112;
const ROWS = 9;
const EMPTY_FLAG = 2;
const MOST_ROWS = 60;

/** How many pictures fit side by side. */
export const perRow = (width, isNamed) => Math.max(3, Math.floor((width - (isNamed ? NAME : 0) + GAP) / (SIDE + GAP)));

/**
 * @param {{root: HTMLElement, scope: string, sounds?: {over: Function, out: Function, play: Function}, signal?: AbortSignal}} parts
 * @returns {{show: (next: Record<string, any>) => void, choose: (value: string) => void, clear: () => void, stop: () => void}}
 *   show({shape, sheet, urlOf, numSamples, label, flags, classes, order, rejected, isSound}); label null while it is not
 *   known; order of the rows, as indices of classes
 */
export function mountPreview({ root, scope, sounds, signal }) {
  const place = root.querySelector(`#${scope}-preview`);
  const note = root.querySelector(`#${scope}-preview-note`);
  const again = root.querySelector(`#${scope}-again`);
  let seed = 1;
  let content = null;
  let dress = null;
  let wanted = "class";
  const view = mountSegment(root.querySelector(`#${scope}-view`), (value) => { wanted = value; draw(); }, signal);
  const inView = new IntersectionObserver((entries) => entries.filter((each) => each.isIntersecting).forEach((each) => paint(each.target)), { root: place });

  function paint(row) {
    inView.unobserve(row);
    for (const canvas of row.querySelectorAll("canvas")) dress(canvas, Number(canvas.dataset.id), SIDE);
  }

  function tile(id) {
    const canvas = el("canvas", { class: "picture", "data-id": id });
    if (!content.isSound || !sounds) return el("span", { class: "tile-s", role: "img", "aria-label": `sample ${id}` }, canvas);
    const events = { onclick: () => sounds.play(id), onpointerenter: () => sounds.over(id), onpointerleave: sounds.out };
    return el("button", { type: "button", class: "tile-s", "data-sound": id, "aria-label": `Play sample ${id}`, ...events }, canvas);
  }

  const strip = (ids) => el("div", { class: "strip" }, ids.map(tile));

  function rowsByClass() {
    const rows = byClass(content.label, content.classes.length, perRow(place.clientWidth, true));
    return content.order.slice(0, MOST_ROWS).map((at) => [at, content.classes[at]]).map(([at, { name, slot }]) =>
      el("div", { class: "preview-row" }, [
        el("span", { class: "preview-name" }, [el("span", { class: `dot slot-${slot}`, "aria-hidden": "true" }), el("span", { class: "clip", title: name }, name)]),
        strip(rows[at]),
      ]));
  }

  function odd() {
    const empty = content.flags ? flagged(content.flags, EMPTY_FLAG, perRow(place.clientWidth, false) * 3) : [];
    const list = (title, isSame) => {
      const some = (content.rejected ?? []).filter((each) => (each.code === "duplicate") === isSame);
      return some.length ? [el("h3", {}, title), el("ul", { class: "left-out" }, some.map((each) => el("li", {}, [el("b", { class: "clip" }, each.sample_id), el("span", { class: "cap" }, each.message)])))] : [];
    };
    const found = [
      empty.length ? el("h3", {}, content.isSound ? "Silent" : "Empty") : null,
      empty.length ? strip(empty) : null,
      ...list("Left out", false), ...list("The same as others", true),
    ].filter(Boolean);
    if (found.length) return found;
    return [el("div", { class: "empty" }, [el("span", { class: "strong" }, "Nothing odd"), el("span", {}, "Every sample could be read, and none is empty.")])];
  }

  function someAtRandom() {
    const width = perRow(place.clientWidth, false);
    const shown = content.label ? content.numSamples : content.numShown;
    const ids = content.label ? atRandom(shown, content.sheet.per_sheet, width * ROWS, seed) : Array.from({ length: Math.min(shown, width * ROWS) }, (_, id) => id);
    return Array.from({ length: Math.ceil(ids.length / width) }, (_, at) => el("div", { class: "preview-row" }, strip(ids.slice(at * width, (at + 1) * width))));
  }

  function draw() {
    if (!content) return;
    const has = { class: Boolean(content.label && content.classes.length), random: true, odd: Boolean(content.label) };
    const shown = has[wanted] ? wanted : "random";
    view.offer(Object.keys(has).filter((each) => has[each]));
    view.choose(shown);
    again.hidden = shown !== "random" || !content.label || content.numSamples <= perRow(place.clientWidth, false) * ROWS;
    inView.disconnect();
    place.replaceChildren(...{ class: rowsByClass, random: someAtRandom, odd }[shown]());
    for (const row of place.children) inView.observe(row);
    const hidden = shown === "class" ? content.classes.length - MOST_ROWS : 0;
    note.textContent = [hidden > 0 ? `${many(hidden, "more class is", "more classes are")} not shown.` : "", content.isSound && sounds ? "Point at a spectrogram, or press it, to hear it." : ""].filter(Boolean).join(" ");
  }

  again.addEventListener("click", () => { seed += 1; draw(); }, { signal });
  let width = 0;
  const resized = new ResizeObserver(() => { if (place.clientWidth !== width) { width = place.clientWidth; draw(); } });
  resized.observe(place);
  const themed = new MutationObserver(draw);
  themed.observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });

  /** Show nothing, until something is known. */
  function clear() {
    content = null;
    inView.disconnect();
    place.replaceChildren();
    root.querySelector(`#${scope}-shape`).textContent = "";
    note.textContent = "";
    again.hidden = true;
    view.offer([]);
  }
  clear();

  return {
    clear,
    show(next) {
      content = next;
      root.querySelector(`#${scope}-shape`).textContent = next.shape;
      dress = createThumbnails("", next.sheet, { urlOf: next.urlOf, isWanted: () => content === next });
      draw();
    },
    choose(value) { wanted = value; draw(); },
    stop() { content = null; resized.disconnect(); themed.disconnect(); inView.disconnect(); },
  };
}
