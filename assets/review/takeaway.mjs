// "Take with you": the dialog that asks for a replay, a film or a report, watches while it is made, and saves it.

import { newKey } from "../shell/api.mjs";
import { openDialog } from "../parts/dialog_box.mjs";
import { stillWanted } from "../parts/stillwanted.mjs";
import { el } from "../parts/elements.mjs";
import { sentenceOf } from "../shell/errors.mjs";
import { showToast } from "../shell/toasts.mjs";
import { sizeOf } from "../parts/counting.mjs";
import { changed, forecastWords, isComing, KINDS, placeOf, progressWords, sent, usualWish, widthsOf } from "./wishes.mjs";

const LOOK_MS = 400;
const SETTLE_MS = 250;

/**
 * Watch what is being made until it has ended; a moment without connection is no reason to give it up.
 * @param {{takeaway_id: string}} first
 * @param {{look: function(string): Promise<object>, isWanted: function(string): boolean, onProgress: function(object): void,
 *   wait?: function(): Promise<void>}} parts isWanted: whether it is still this one that is under way
 * @returns {Promise<?object>} as it ended; null once it is not wanted any more, whatever is still heard of it
 */
export async function followTakeaway(first, { look, isWanted, onProgress, wait = () => new Promise((resolve) => { setTimeout(resolve, LOOK_MS); }) }) {
  const id = first.takeaway_id;
  let now = first;
  while (isComing(now)) {
    await wait();
    if (!isWanted(id)) return null;
    const known = now;
    now = await look(id).catch((error) => { if (error.isLost) return known; throw error; });
    if (!isWanted(id)) return null;
    onProgress(now);
  }
  return now;
}

/** Let the browser save a file of the server's. */
function save(takeaway) {
  const link = el("a", { href: `/api/takeaways/${takeaway.takeaway_id}/file`, download: takeaway.name });
  document.body.append(link);
  link.click();
  link.remove();
}

export function mountTakeaway({ state, root, api, onError, onReadError }) {
  const button = root.querySelector("#take-with-you");
  const { projectId } = state.get();
  const path = `/api/projects/${projectId}/takeaways`;
  let isGone = false;
  let wish = usualWish();
  let making = null; // what is under way, also while the dialog is closed or another page is open
  let isAsking = false; // for it: nothing is known of it yet
  let dialog = null;

  const isWanted = (id) => making?.takeaway_id === id;

  function progress(takeaway) {
    making = takeaway;
    dialog?.drawProgress(making);
  }

  function finish(takeaway) {
    making = null;
    if (takeaway.state === "ready") {
      save(takeaway);
      dialog?.close();
      showToast({ text: [{ strong: takeaway.name }, ` is saved, ${sizeOf(takeaway.num_bytes)}. ${takeaway.notes.join(" ")}`], seconds: takeaway.notes.length ? 12 : 6, action: { label: "Save again", run: () => save(takeaway) } });
    } else if (takeaway.state === "failed") tell(takeaway.error.message);
    dialog?.drawProgress(null);
  }

  /** Say what went wrong where it is seen: in the dialog, else as a toast. */
  function tell(sentence) {
    if (dialog) dialog.say(sentence);
    else showToast({ text: sentence, kind: "error" });
  }

  function refuse(error) {
    making = null;
    dialog?.drawProgress(null);
    if (dialog && !error.isLost) dialog.say(sentenceOf(error));
    else if (isGone) tell(sentenceOf(error)); // the page says nothing any more
    else onError(error);
  }

  async function begin() {
    if (isAsking || making) return;
    isAsking = true;
    dialog?.drawAsking();
    let id = null;
    try {
      const body = { key: newKey(), wish: sent(wish) };
      // A key makes it safe to ask again where the answer was lost.
      const made = await api.post(path, body).catch((error) => { if (!error.isLost) throw error; return api.post(path, body); }).finally(() => { isAsking = false; });
      id = made.takeaway_id;
      progress(made);
      const ended = await followTakeaway(made, { look: (of) => api.json(`/api/takeaways/${of}`), isWanted, onProgress: progress });
      if (ended && isWanted(id)) finish(ended);
    } catch (error) {
      if (id === null || isWanted(id)) refuse(error); // of one that was cancelled nobody wants to hear
    }
  }

  async function cancel() {
    const { takeaway_id: id } = making;
    making = null;
    dialog?.drawProgress(null);
    await api.json(`/api/takeaways/${id}`, { method: "DELETE" }).catch(onError);
  }

  async function show() {
    const isWanted = stillWanted();
    try {
      const { runs } = await api.json(`${path}/line`);
      if (isWanted() && !isGone && !dialog) dialog = openTakeaway({ runs, wish: () => wish, set: (next) => { wish = next; }, forecast: (of) => api.post(`${path}/forecast`, { wish: sent(of) }), begin, cancel, onClose: () => { dialog = null; } });
      if (isAsking) dialog?.drawAsking();
      else dialog?.drawProgress(making);
    } catch (error) {
      if (error.code === "nothing_to_take") showToast({ text: sentenceOf(error) });
      else onReadError(error);
    }
  }

  button.addEventListener("click", show);
  return () => {
    isGone = true;
    button.removeEventListener("click", show);
    dialog?.close();
  };
}

/** The dialog itself: choices above, what they come to below, and how far it is while it is made. */
function openTakeaway({ runs, wish, set, forecast, begin, cancel, onClose }) {
  const told = el("p", { class: "cap", role: "status", id: "take-forecast" });
  const bar = el("i");
  const meter = el("div", { class: "meter", role: "progressbar", "aria-label": "How much is made", "aria-valuemin": "0", "aria-valuemax": "100", hidden: true }, bar);
  const words = el("p", { class: "sec" });
  const choices = el("div", { class: "take-choices" });
  const make = el("button", { type: "submit", class: "btn btn-primary" }, "Make it");
  const stop = el("button", { type: "button", class: "btn btn-secondary", hidden: true, onclick: () => cancel() }, "Cancel");
  const kinds = el("div", { class: "seg seg-fill", role: "group", "aria-label": "What to take with you" },
    KINDS.map(({ kind, label }) => el("button", { type: "button", "data-kind": kind, onclick: () => change({ kind }) }, label)));
  const box = openDialog({
    title: "Take it with you", class: "dialog-take",
    content: el("div", { class: "take" }, [kinds, words, choices, told, meter]),
    actions: [el("button", { type: "button", class: "btn btn-light", onclick: () => box.close() }, "Close"), stop, make],
    onSubmit: () => { if (!make.hidden) { box.say(""); begin(); } },
    onClose: () => { isClosed = true; onClose(); },
  });
  let isClosed = false;
  let turn = 0;

  function change(patch) {
    set(changed(wish(), patch));
    draw();
    settle();
  }

  function select(label, id, options, value, onchange) {
    const node = el("select", { class: "form-select", id, onchange }, options.map(([key, text]) => el("option", { value: key }, text)));
    node.value = value;
    return el("div", { class: "field" }, [el("label", { for: id }, label), node]);
  }

  function draw() {
    const now = wish();
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
      const found = await forecast(wish());
      if (mine !== turn || isClosed) return;
      told.textContent = [forecastWords(wish(), found), ...found.notes].join(" ");
      make.disabled = false;
    } catch (error) {
      if (mine !== turn || isClosed) return;
      told.textContent = " ";
      make.disabled = true;
      box.say(sentenceOf(error));
    }
  }

  function lock(isLocked) {
    for (const each of [...choices.querySelectorAll("select"), ...kinds.children]) each.disabled = isLocked;
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
  return { close: box.close, say: box.say, drawAsking, drawProgress };
}
