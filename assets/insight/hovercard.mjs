// What is known of the sample under the pointer, beside its point and never over it.

import { num } from "../parts/counting.mjs";
import { placeAt } from "../parts/places.mjs";
import { linesOf } from "../parts/details.mjs";
import { el } from "../parts/elements.mjs";
import { NO_CLASS, UNSURE } from "../parts/classes.mjs";
import { wornOf } from "../motion/panes.mjs";

const PICTURE = 64;
const GAP = 14;
const EDGE = 8;

/**
 * Place a card beside a point: right and above when there is room, else the other side.
 * @param {{x: number, y: number}} point
 * @param {{width: number, height: number}} card
 * @param {{width: number, height: number}} room both in the pixels of the same box
 * @param {?{left: number, top: number, right: number, bottom: number}} taken what it must not cover, if it can
 */
export function placeCard(point, card, room, taken = null) {
  const wanted = besidePoint(point, card, room);
  if (!taken || !covers(wanted, card, taken)) return wanted;
  const sides = [point.x + GAP, point.x - GAP - card.width];
  const tops = [wanted.top, taken.top - EDGE - card.height, taken.bottom + EDGE];
  const places = tops.flatMap((top) => [wanted.left, ...sides].map((left) => ({ left, top })));
  const isIn = ({ left, top }) => left >= EDGE && top >= EDGE && left + card.width + EDGE <= room.width && top + card.height + EDGE <= room.height;
  const at = { left: point.x, right: point.x, top: point.y, bottom: point.y };
  return places.find((place) => isIn(place) && !covers(place, card, taken) && !covers(place, card, at)) ?? wanted;
}

const covers = (place, card, box) => place.left < box.right && place.left + card.width > box.left && place.top < box.bottom && place.top + card.height > box.top;

function besidePoint(point, card, room) {
  const fitsRight = point.x + GAP + card.width + EDGE <= room.width;
  const left = fitsRight ? point.x + GAP : point.x - GAP - card.width;
  const top = Math.min(Math.max(EDGE, point.y - card.height / 2), room.height - card.height - EDGE);
  // Too narrow for either side: below or above, so that the point itself stays in sight.
  if (left >= EDGE) return { left, top };
  const below = point.y + GAP + card.height + EDGE <= room.height;
  return { left: EDGE, top: below ? point.y + GAP : Math.max(EDGE, point.y - GAP - card.height) };
}

/** The lines of the card: [{term, slot, text}]. */
export function linesFor(id, { named, classes, prediction, opinion, label, dataset, heldOut }) {
  const lines = [];
  const annotated = named[id];
  if (annotated === UNSURE) lines.push({ term: "named", slot: "unsure", text: "unsure" });
  else if (annotated === NO_CLASS) lines.push({ term: "named", slot: null, text: "not yet" });
  else lines.push({ term: "named", slot: classes[annotated]?.color, text: classes[annotated]?.name ?? "" });
  const guess = prediction ? classes[prediction[id]] : null;
  lines.push({ term: "predicted", slot: guess?.color ?? null, text: guess?.name ?? "nothing yet" });
  if (guess) lines.push({ term: "sure", slot: null, text: `${Math.round((100 * opinion.confidence[id]) / 255)} %` });
  const truth = dataset.class_names[label[id]];
  if (truth !== undefined) lines.push({ term: "data set", slot: null, text: truth });
  if (heldOut[id]) lines.push({ term: "held out", slot: null, text: "never trained on" });
  return lines;
}

/** What a sample is called: by its file or table where that says more than its number. */
export function titleOf(id, told) {
  const name = told?.sample_id ?? "";
  return name === "" || name === String(id) ? `Sample ${num(id)}` : name;
}

export function mountHoverCard({ state, map, dress, root }) {
  const card = root.querySelector("#hover-card");
  const window_ = root.querySelector("#map-window");
  const ring = el("i", { class: "hover-ring", "aria-hidden": "true", hidden: true });
  const picture = el("canvas", { class: "picture" });
  const title = el("b", { class: "strong clip" });
  const list = el("dl", { class: "cap" });
  card.replaceChildren(el("span", { class: "plate" }, picture), el("div", {}, [title, list]));
  window_.append(ring);

  function value({ slot, text, isLong }) {
    const dot = slot === null || slot === undefined ? null : el("i", { class: `dot s8 ${slot === "unsure" ? "unsure" : `slot-${slot}`}` });
    return el("dd", { class: isLong ? "long" : "clip" }, [dot, text]);
  }

  function showRing(id) {
    const { picture } = state.get();
    const at = id !== null && picture ? map.places.of(placeAt(picture.embedding, id, picture.latentDim)) : null;
    ring.hidden = !at;
    if (!at) return;
    const box = window_.getBoundingClientRect();
    ring.style.left = `${at.x - box.left}px`;
    ring.style.top = `${at.y - box.top}px`;
  }

  /** Where the selection's bar is, null while there is none: it is how the selection gets its name. */
  function barIn(box) {
    const bar = root.querySelector("#selection-bar:not([hidden])")?.getBoundingClientRect();
    return bar ? { left: bar.left - box.left, right: bar.right - box.left, top: bar.top - box.top, bottom: bar.bottom - box.top } : null;
  }

  function render(now) {
    const { hoverId: id, hoverFrom, hoverAt } = now;
    // While points hang in the air the card of the drop is what is read, with keys as with the mouse.
    const isFromMap = id !== null && hoverFrom === "map" && now.named && now.label && !now.moving;
    showRing(hoverFrom === "gallery" ? id : null);
    card.hidden = !isFromMap;
    if (!isFromMap) return;
    const told = now.details?.id === id ? now.details.told : null;
    title.textContent = titleOf(id, told);
    dress(picture, id, PICTURE);
    list.replaceChildren(...[...linesFor(id, { ...now, ...wornOf(now, now.isHoverAside) }), ...linesOf(told)].flatMap((line) => [el("dt", {}, line.term), value(line)]));
    const box = window_.getBoundingClientRect();
    const point = { x: hoverAt.x - box.left, y: hoverAt.y - box.top };
    const { left, top } = placeCard(point, { width: card.offsetWidth, height: card.offsetHeight }, box, barIn(box));
    card.style.left = `${left}px`;
    card.style.top = `${top}px`;
  }

  const stops = [
    state.subscribe(["hoverId", "hoverAt", "details", "moving"], render),
    state.subscribe(["view", "picture"], ({ hoverId, hoverFrom }) => showRing(hoverFrom === "gallery" ? hoverId : null)),
  ];
  return () => {
    stops.forEach((stop) => stop());
    ring.remove();
  };
}
