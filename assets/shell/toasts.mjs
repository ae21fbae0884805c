// Short messages that leave by themselves.
//
//   showToast({text, color?, action?: {label, key?, run}, kind?: "info" | "error", seconds?, title?})
//     -> {close(), withdraw()}      read out by their place, so that they have no role; withdraw takes the action away, once it would mean something else
//     text    a sentence, or a list of strings and {strong: string}:
//             ["213 samples named ", {strong: "apple"}]
//     color   slot of the class colour shown before the text, 0 to 35
//     action  a word to click; key is only shown here, keys.mjs binds it
//     seconds 6 unless given; errors stay until closed. Hover and focus pause the clock.
//   At most three of a kind are on screen, the oldest leaves first; the same words are one toast. Info toasts sit bottom centre in the
//   element marked data-toast-place (the map window) when there is one, errors bottom right in it, so
//   that they leave the panels and the timeline free; else they sit so on the page. Where they would
//   cover what is marked data-toast-free, or one another, they stand in the nearest place where they do not.

import { el } from "../parts/elements.mjs";
import { icon } from "../parts/icons.mjs";

export const MAX_SHOWN = 3;
const SECONDS = 6;
const shown = [];

/** A text as pieces: [{text, isStrong}], empty pieces left out. */
export function parts(text) {
  const list = Array.isArray(text) ? text : [text];
  return list.map((piece) => (typeof piece === "object" ? { text: piece.strong, isStrong: true } : { text: String(piece), isStrong: false })).filter((part) => part.text);
}

/** Toasts that must leave so that `limit` remain, oldest first. */
export function overflowing(toasts, limit = MAX_SHOWN) {
  return toasts.slice(0, Math.max(0, toasts.length - limit));
}

/** From the foot of the map window. */
const FOOT = 28;

/** Where the host's bottom centre belongs: over `place`, else over the window. @param {?{left: number, width: number, bottom: number}} place @param {number} width @param {number} height */
export function anchor(place, width, height) {
  if (!place || place.width === 0) return { left: width / 2, bottom: 24 };
  return { left: place.left + place.width / 2, bottom: Math.max(16, height - place.bottom + FOOT) };
}

const GAP = 8;
/** From the edges of the map window, whose handles and head stay free. */
const [SIDE, HEAD] = [16, 48];

/** As low as one toast is, and how many boxes near where toasts belong are asked for a place beside them. */
const [ONE, MOST_ASKED] = [40, 48];

/** @param {Box} a @param {Box} b */
const meets = (a, b) => a.left < b.right + GAP && a.right > b.left - GAP && a.top < b.bottom + GAP && a.bottom > b.top - GAP;

/** Whether a box is within another, to the pixel. @param {Box} box @param {Box} room */
const isWithin = (box, room) => box.left > room.left - 1 && box.right < room.right + 1 && box.top > room.top - 1 && box.bottom < room.bottom + 1;

/** How far two boxes are apart. @param {Box} a @param {Box} b */
const apart = (a, b) => Math.max(0, a.left - b.right, b.left - a.right) + Math.max(0, a.top - b.bottom, b.top - a.bottom);

/**
 * What of a place is on the screen; null where that is too low for toasts so high, and so where there is no place.
 * @param {?Box | undefined} place @param {number} width of the window @param {number} height @param {number} least
 * @returns {?Box & {width: number}}
 */
export function inSight(place, width, height, least = ONE) {
  if (!place) return null;
  const [left, right] = [Math.max(0, place.left), Math.min(width, place.right)];
  const [top, bottom] = [Math.max(0, place.top), Math.min(height, place.bottom)];
  return right > left && bottom - top >= least ? { left, right, top, bottom, width: right - left } : null;
}

/** How many of some boxes another meets, counted up to a limit. */
function countMet(box, boxes, limit) {
  let count = 0;
  for (const each of boxes) {
    if (meets(box, each)) count += 1;
    if (count >= limit) break;
  }
  return count;
}

/**
 * Where toasts stand: where they cover the fewest of what must stay free, and of such places the one nearest to where
 * they belong. Looked for beside what is nearest to it, however much there is.
 * @typedef {{left: number, right: number, top: number, bottom: number}} Box client pixels
 * @param {Box} home where they belong
 * @param {Box} room what they stay within
 * @param {Box[]} free what must stay free
 * @returns {Box}
 */
export function freePlace(home, room, free) {
  const [width, height] = [home.right - home.left, home.bottom - home.top];
  const near = free.filter((each) => meets(each, { ...room, bottom: Math.max(room.bottom, home.bottom) }));
  const asked = near.map((box) => ({ box, way: apart(box, home) })).sort((a, b) => a.way - b.way).slice(0, MOST_ASKED).map(({ box }) => box);
  const lefts = [home.left, room.left, room.right - width, ...asked.flatMap(({ left, right }) => [right + GAP, left - GAP - width])]
    .filter((left) => left === home.left || (left >= room.left && left + width <= room.right));
  const feet = [home.bottom, ...asked.map(({ top }) => top - GAP)].filter((foot) => foot === home.bottom || (foot < home.bottom && foot - height >= room.top));
  const spots = lefts.flatMap((left) => feet.map((bottom) => ({ left, bottom, way: Math.abs(left - home.left) + home.bottom - bottom }))).sort((a, b) => a.way - b.way);
  let best = { box: home, covered: Infinity };
  for (const { left, bottom } of spots) {
    const box = { left, right: left + width, top: bottom - height, bottom };
    const covered = countMet(box, near, best.covered);
    if (covered < best.covered) best = { box, covered };
    if (covered === 0) break;
  }
  return best.box;
}

function host(kind) {
  const id = kind === "error" ? "toast-errors" : "toast-host";
  return document.getElementById(id) ?? document.body.appendChild(el("div", { id, class: "toasts", "aria-live": kind === "error" ? "assertive" : "polite" }));
}

/** Put the toasts where they belong; called again when what they must leave free has moved. Where they cover nothing and are within their room they stay. */
export function settleToasts() {
  if (shown.length === 0) return;
  const [free, { room }] = [freeBoxes(), whereNow()];
  const boxes = ["info", "error"].map((kind) => host(kind).getBoundingClientRect()).filter(({ height }) => height > 0);
  if (boxes.some((box, nth) => !isWithin(box, room) || [...free, ...boxes.slice(nth + 1)].some((each) => meets(box, each)))) settle();
}

function freeBoxes() {
  return [...document.querySelectorAll("[data-toast-free]:not([hidden])")].map((each) => each.getBoundingClientRect()).filter(({ width }) => width > 0);
}

/** The box of a size whose foot is at `bottom`. */
const boxAt = (left, { width, height }, bottom) => ({ left, right: left + width, top: bottom - height, bottom });

/** What toasts stand over now, null for the page, and the room that they stay within. */
function whereNow() {
  const least = Math.max(ONE, ...["info", "error"].map((kind) => host(kind).offsetHeight ?? 0)) + FOOT;
  const place = inSight(document.querySelector("[data-toast-place]")?.getBoundingClientRect(), innerWidth, innerHeight, least);
  const around = place ?? { left: 0, right: innerWidth, top: 0, bottom: innerHeight };
  return { place, room: { left: around.left + SIDE, right: around.right - SIDE, top: around.top + HEAD, bottom: around.bottom } };
}

function settle() {
  const { place, room } = whereNow();
  const { left, bottom } = anchor(place, innerWidth, innerHeight);
  /** @type {Box[]} */
  const free = freeBoxes();
  const [info, error] = [host("info"), host("error")];
  if (place) {
    const home = boxAt(room.right - (error.offsetWidth ?? 0), sizeOf(error), innerHeight - bottom + 12);
    const at = freePlace(home, room, free);
    Object.assign(error.style, { right: `${innerWidth - at.right}px`, bottom: `${innerHeight - at.bottom}px` });
    if (at.bottom > at.top) free.push(at);
  } else Object.assign(error.style, { right: "", bottom: "24px" });
  const size = sizeOf(info);
  const at = freePlace(boxAt(left - size.width / 2, size, innerHeight - bottom), room, free);
  Object.assign(info.style, { left: `${(at.left + at.right) / 2}px`, bottom: `${innerHeight - at.bottom}px` });
}

let sized = null;

/** A panel that opens beside the place takes from it: what stands over the panel then moves. */
function watchPlace() {
  const place = document.querySelector("[data-toast-place]");
  if (typeof ResizeObserver !== "function") return;
  sized?.disconnect();
  sized = new ResizeObserver(() => settleToasts());
  if (place) sized.observe(place);
}

const sizeOf = (box) => ({ width: box.offsetWidth ?? 0, height: box.offsetHeight ?? 0 });

function body({ text, title, color }) {
  const words = parts(text).map((part) => (part.isStrong ? el("b", {}, part.text) : part.text));
  return [
    color === undefined || color === null ? null : el("span", { class: `dot slot-${color}`, "aria-hidden": "true" }),
    el("span", { class: "toast-words" }, [title ? el("b", { class: "toast-title" }, title) : null, el("span", {}, words)]),
  ];
}

/**
 * @param {{text: string | (string | {strong: string})[], title?: string, color?: ?number,
 *   action?: ?{label: string, key?: string, run?: () => unknown}, kind?: string, seconds?: number}} toast
 */
export function showToast({ text, title, color, action, kind = "info", seconds = SECONDS }) {
  let timer = 0;
  const isError = kind === "error";

  function close() {
    clearTimeout(timer);
    node.remove();
    const at = shown.indexOf(toast);
    if (at >= 0) shown.splice(at, 1);
  }
  function wait() {
    clearTimeout(timer);
    if (!isError) timer = setTimeout(close, seconds * 1000);
  }

  const act = action ? [
    el("button", { type: "button", class: "toast-act", onclick: () => { close(); action.run?.(); } }, action.label),
    action.key ? el("kbd", {}, action.key) : null,
  ].filter(Boolean) : [];
  const node = el("div", { class: `notice-toast ${kind}` }, [
    isError ? icon("warn") : null,
    ...body({ text, title, color }),
    ...act,
    isError || !action ? el("button", { type: "button", class: "toast-close", "aria-label": "Close", onclick: close }, icon("close")) : null,
  ]);
  node.addEventListener("pointerenter", () => clearTimeout(timer));
  node.addEventListener("pointerleave", wait);
  node.addEventListener("focusin", () => clearTimeout(timer));
  node.addEventListener("focusout", wait);

  function withdraw() {
    act.forEach((each) => each.remove());
    // A button that goes while it has the focus sends no focusout: the clock would stand for ever.
    if (!node.matches(":hover, :focus-within")) wait();
  }

  const toast = { close, withdraw, kind, words: JSON.stringify([kind, title ?? "", text]) };
  shown.find((each) => each.words === toast.words)?.close(); // said again, it is one message
  shown.push(toast);
  for (const old of overflowing(shown.filter((each) => each.kind === kind))) old.close();
  host(kind).append(node);
  settle();
  watchPlace();
  wait();
  return toast;
}

if (typeof addEventListener === "function") addEventListener("resize", settle);
