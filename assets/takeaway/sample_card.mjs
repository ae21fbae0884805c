// What is known of the sample under the pointer.

import { num } from "../parts/counting.mjs";
import { el } from "../parts/elements.mjs";
import { NO_CLASS, UNSURE } from "../parts/classes.mjs";
import { createSheets, decoded } from "../parts/sheets.mjs";

const PICTURE = 64;
const GAP = 14;

/** The lines of the card: [[term, text]]. */
export function linesOf(id, { named, opinion, heldOut, nameOf, labelOf }) {
  const given = named[id];
  const lines = [["named", given === UNSURE ? "unsure" : given === NO_CLASS ? "not yet" : nameOf(given)]];
  const guess = opinion ? opinion.prediction[id] : NO_CLASS;
  if (guess >= 0) lines.push(["predicted", nameOf(guess)], ["sure", `${Math.round((100 * opinion.confidence[id]) / 255)} %`]);
  if (labelOf(id)) lines.push(["data set", labelOf(id)]);
  if (heldOut[id]) lines.push(["held out", "never trained on"]);
  return lines;
}

export function mountSampleCard({ host, about, block }) {
  const card = el("div", { class: "sample-card", hidden: true });
  const title = el("b", {});
  const list = el("dl", {});
  const picture = el("canvas", { class: "picture" });
  const dress = about.sheet ? createSheets(about.sheet, (k) => decoded(`data:image/png;base64,${block(`sheet-${k}`)}`)) : null;
  card.append(...(dress ? [el("span", { class: "plate" }, picture)] : []), el("div", {}, [title, list]));
  host.append(card);

  return function show(id, at, known) {
    card.hidden = id === null;
    if (id === null) return;
    title.textContent = about.sample_ids?.[id] ?? `Sample ${num(id)}`;
    list.replaceChildren(...linesOf(id, known).flatMap(([term, text]) => [el("dt", {}, term), el("dd", {}, text)]));
    if (dress) dress(picture, id, PICTURE);
    const box = host.getBoundingClientRect();
    const right = at.x - box.left + GAP;
    const left = right + card.offsetWidth < box.width ? right : Math.max(GAP, at.x - box.left - GAP - card.offsetWidth);
    Object.assign(card.style, { left: `${left}px`, top: `${Math.max(GAP, Math.min(at.y - box.top - 20, box.height - card.offsetHeight - GAP))}px` });
  };
}
