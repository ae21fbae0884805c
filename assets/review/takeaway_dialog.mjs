// The dialog of "Take with you": choices above, what they come to below, and how far it is while it is made.

import { openDialog } from "../parts/dialog_box.mjs";
import { el } from "../parts/elements.mjs";
import { sentenceOf } from "../shell/errors.mjs";
import { changed, forecastWords, KINDS, placeOf, progressWords, widthsOf } from "./wishes.mjs";

/** @import {makingOf} from "./makings.mjs" */

const SETTLE_MS = 250;

/**
 * @param {{runs: {run: number, title: string}[], making: ReturnType<typeof makingOf>, forecast: (wish: ReturnType<typeof makingOf>["wish"]) => Promise<{length_s: number, num_bytes: number, num_kept: number, notes: string[]}>, onClose: () => void}} parts runs: where a
 *   range may begin and end; making: of makings.mjs
 */
export function openTakeaway({ runs, making, forecast, onClose }) {
  const told = el("p", { class: "cap", role: "status", id: "take-forecast" });
  const bar = el("i");
  const meter = el("div", { class: "meter", role: "progressbar", "aria-label": "How much is made", "aria-valuemin": "0", "aria-valuemax": "100", hidden: true }, bar);
  const words = el("p", { class: "sec" });
  const choices = el("div", { class: "take-choices" });
  const make = el("button", { type: "submit", class: "btn btn-primary" }, "Make it");
  const stop = el("button", { type: "button", class: "btn btn-secondary", hidden: true, onclick: () => making.cancel() }, "Cancel");
  const kinds = el("div", { class: "seg seg-fill", role: "group", "aria-label": "What to take with you" },
    KINDS.map(({ kind, label }) => el("button", { type: "button", "data-kind": kind, onclick: () => change({ kind }) }, label)));
  const box = openDialog({
    title: "Take with you", class: "dialog-take",
    content: el("div", { class: "take" }, [kinds, words, choices, told, meter]),
    actions: [el("button", { type: "button", class: "btn btn-light", onclick: () => box.close() }, "Close"), stop, make],
    onSubmit: () => { if (!make.hidden) { box.say(""); making.begin(); } },
    onClose: () => { isClosed = true; onClose(); },
  });
  let isClosed = false;
  let turn = 0;

  function change(patch) {
    making.wish = changed(making.wish, patch);
    draw();
    settle();
  }

  function select(label, id, options, value, onchange) {
    const node = el("select", { class: "form-select", id, onchange }, options.map(([key, text]) => el("option", { value: key }, text)));
    node.value = value;
    return el("div", { class: "field" }, [el("label", { for: id }, label), node]);
  }

  function draw() {
    const now = making.wish;
    for (const each of kinds.children) each.setAttribute("aria-pressed", String(each.dataset.kind === now.kind));
    words.textContent = KINDS.find(({ kind }) => kind === now.kind).words;
    const focused = choices.contains(document.activeElement) ? document.activeElement.id : null;
    const places = runs.map(({ run, title }) => [String(run), title]);
    const at = (place) => (place === null ? "" : String(place.run));
    const range = [
      select("From", "take-since", [["", "The beginning"], ...places], at(now.since), (event) => change({ since: placeOf(event.target.value) })),
      select("To the end of", "take-until", [["", "Everything so far"], ...places], at(now.until), (event) => change({ until: placeOf(event.target.value) })),
    ];
    const film = now.kind !== "film" ? [] : [
      select("Form", "take-form", [["mp4", "MP4"], ["gif", "GIF"]], now.form, (event) => change({ form: event.target.value })),
      select("Width", "take-width", widthsOf(now.form).map((width) => [String(width), `${width} pixels`]), String(now.width), (event) => change({ width: Number(event.target.value) })),
      select("Pictures a second", "take-fps", [10, 15, 25, 30, 50].map((fps) => [String(fps), String(fps)]), String(now.fps), (event) => change({ fps: Number(event.target.value) })),
      select("Theme", "take-theme", [["light", "Light"], ["dark", "Dark"]], now.theme, (event) => change({ theme: event.target.value })),
      select("Gestures", "take-captions", [["yes", "As captions"], ["no", "Left out"]], now.captions ? "yes" : "no", (event) => change({ captions: event.target.value === "yes" })),
    ];
    choices.replaceChildren(...range, ...film);
    if (focused) document.getElementById(focused)?.focus();
  }

  /** Ask what it would come to, once the choices rest. */
  async function settle() {
    const mine = ++turn;
    box.say("");
    await new Promise((resolve) => setTimeout(resolve, told.textContent ? SETTLE_MS : 0));
    if (mine !== turn || isClosed) return;
    try {
      const found = await forecast(making.wish);
      if (mine !== turn || isClosed) return;
      told.textContent = [forecastWords(making.wish, found), ...found.notes].join(" ");
      make.disabled = false;
    } catch (error) {
      if (mine !== turn || isClosed) return;
      told.textContent = " ";
      make.disabled = true;
      box.say(sentenceOf(error));
    }
  }

  function lock(isLocked) {
    for (const each of [...choices.querySelectorAll("select"), ...kinds.querySelectorAll("button")]) each.disabled = isLocked;
  }

  function drawProgress(takeaway) {
    meter.hidden = stop.hidden = takeaway === null;
    make.hidden = takeaway !== null;
    lock(takeaway !== null);
    if (takeaway === null) return void settle();
    turn += 1;
    told.textContent = progressWords(takeaway);
    bar.style.width = `${100 * takeaway.done}%`;
    meter.setAttribute("aria-valuenow", String(Math.round(100 * takeaway.done)));
  }

  function drawAsking() {
    turn += 1;
    told.textContent = "Asking for it…";
    make.disabled = true;
    lock(true);
  }

  draw();
  if (making.isAsking) drawAsking();
  else drawProgress(making.takeaway);
  return { close: box.close, say: box.say, drawAsking, drawProgress };
}
