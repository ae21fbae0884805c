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
//   element marked data-toast-place (the map window) when there is one; errors bottom right of the
//   page, never lower than that element, so that they leave the timeline free. Neither covers what
//   is marked data-toast-free: they stand over it.

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

/** Where the host's bottom centre belongs: over `place`, else over the window. */
export function anchor(place, width, height) {
  if (!place || place.width === 0) return { left: width / 2, bottom: 24 };
  return { left: place.left + place.width / 2, bottom: Math.max(16, height - place.bottom + 28) };
}

const GAP = 8;

/**
 * How far above the page's foot the toasts stand: over what they must leave free, where they would cover it.
 * @param {{left: number, right: number, height: number}} toasts
 * @param {?{left: number, right: number, top: number, bottom: number}} free what must stay free, null for nothing
 * @param {number} bottom where they would stand
 * @param {number} height of the window
 */
export function liftedOver(toasts, free, bottom, height) {
  if (!free || toasts.right < free.left || toasts.left > free.right) return bottom;
  const [top, foot] = [height - bottom - toasts.height, height - bottom];
  return top < free.bottom + GAP && foot > free.top - GAP ? height - free.top + GAP : bottom;
}

function host(kind) {
  const id = kind === "error" ? "toast-errors" : "toast-host";
  return document.getElementById(id) ?? document.body.appendChild(el("div", { id, class: "toasts", "aria-live": kind === "error" ? "assertive" : "polite" }));
}

/** Put the toasts where they belong; called again when what they must leave free has moved. */
export function settleToasts() {
  if (shown.length > 0) settle();
}

function settle() {
  const place = document.querySelector("[data-toast-place]")?.getBoundingClientRect();
  const { left, bottom } = anchor(place, innerWidth, innerHeight);
  const box = host("info");
  box.style.left = `${left}px`;
  const half = (box.offsetWidth ?? 0) / 2;
  const toasts = { left: left - half, right: left + half, height: box.offsetHeight ?? 0 };
  const free = [...document.querySelectorAll("[data-toast-free]:not([hidden])")].map((each) => each.getBoundingClientRect());
  // From the lowest up: over one they may meet the next.
  free.sort((one, other) => other.bottom - one.bottom);
  box.style.bottom = `${free.reduce((foot, each) => liftedOver(toasts, each, foot, innerHeight), bottom)}px`;
  host("error").style.bottom = `${place?.width ? bottom - 12 : 24}px`;
}

function body({ text, title, color }) {
  const words = parts(text).map((part) => (part.isStrong ? el("b", {}, part.text) : part.text));
  return [
    color === undefined || color === null ? null : el("span", { class: `dot slot-${color}`, "aria-hidden": "true" }),
    el("span", { class: "toast-words" }, [title ? el("b", { class: "toast-title" }, title) : null, el("span", {}, words)]),
  ];
}

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
  wait();
  return toast;
}

if (typeof addEventListener === "function") addEventListener("resize", settle);
