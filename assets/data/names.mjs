// Names from a file: looked at first, applied when somebody says so.

import { el } from "../parts/elements.mjs";
import { icon } from "../parts/icons.mjs";
import { createChooser, mountDrop } from "./dropping.mjs";
import { mountSegment } from "../parts/segment.mjs";
import { many, num } from "../parts/counting.mjs";
import { namesOf } from "./words.mjs";
import { SentenceError, savingSentenceOf } from "../shell/errors.mjs";
import { sendingBy } from "../shell/sendfile.mjs";

/** @import {Api} from "../records" */

const TYPES = ".csv,.tsv,.parquet";
const MOST = 12;

/**
 * @param {{root: HTMLElement, projectId: string, api: Api, onLooked: () => void, onDone: (saved: {message: string, seq: ?number}) => void,
 *   onUnsure: () => void, onError: (error: Error, title?: string) => void, signal: AbortSignal}} parts
 *   `onUnsure` hears that the answer to a merge was lost: whether the names were saved is to be looked up
 */
export function mountNames({ root, projectId, api, onLooked, onDone, onUnsure, onError, signal }) {
  const drop = root.querySelector("#data-names-drop");
  if (!drop) return () => {};
  const found = root.querySelector("#data-names-found");
  const chooser = createChooser({ accept: TYPES, label: "Table of names", onFiles: ([{ file }]) => look(file) });
  drop.append(chooser.node);
  drop.querySelector("button").addEventListener("click", () => chooser.open(), { signal });
  const stop = mountDrop({ zone: drop, onFiles: ([first]) => first && look(first.file), onError });

  const address = (file, rest = "", query = "") => `/api/projects/${projectId}/annotation-files${rest}?name=${encodeURIComponent(file.name)}${query}`;
  const isHeld = (...places) => places.some((each) => each.contains(document.activeElement));
  const leave = () => {
    const wasHeld = isHeld(found);
    found.hidden = true;
    drop.hidden = false;
    if (wasHeld) drop.querySelector("button").focus();
  };

  /** Send the file and say how far it is; the promise rejects with an AbortError where somebody cancels. */
  async function send(path, file, isSaving = false) {
    const mine = new AbortController();
    const place = sending(file, isSaving, () => mine.abort());
    const wasHeld = isHeld(found, drop);
    found.replaceChildren(...place.nodes);
    found.hidden = false;
    drop.hidden = true;
    if (wasHeld) place.hold();
    const ends = AbortSignal.any([mine.signal, ...(signal ? [signal] : [])]);
    return api.json(path, { method: "POST", body: file, headers: { "content-type": "application/octet-stream" }, signal: ends, by: sendingBy({ onProgress: place.tell }) });
  }

  async function look(file) {
    try {
      await ask(file);
      onLooked();
    } catch (error) {
      leave();
      onError(error, file.name);
    }
  }

  const ask = async (file) => show(file, await send(address(file), file));

  function show(file, preview, chosen = "keep") {
    const { num_added: added, num_conflicts: conflicts } = preview;
    const choice = conflicts ? conflictChoice(conflicts, chosen, tell) : null;
    const apply = el("button", { type: "button", class: "btn btn-primary", onclick: () => give(file, choice?.value() ?? "keep", preview) });
    const cancel = el("button", { type: "button", class: "btn btn-light", onclick: leave }, "Cancel");
    tell();
    function tell() {
      const number = added + (choice?.value() === "replace" ? conflicts : 0);
      apply.textContent = number ? `Name ${many(number, "sample")}` : "Nothing to name";
      apply.disabled = number === 0;
    }
    found.replaceChildren(
      el("div", { class: "names-file" }, [icon("file"), el("span", { class: "strong clip" }, file.name)]),
      ...namesOf(preview).map((sentence) => el("p", { class: "sec" }, sentence)),
      el("ul", { class: "changes" }, [...preview.changes.slice(0, MOST).map(change), rest(preview.changes)]),
      ...(choice ? [choice.node] : []),
      el("div", { class: "names-acts" }, [apply, cancel]),
    );
    found.hidden = false;
    drop.hidden = true;
    (apply.disabled ? cancel : apply).focus();
  }

  async function give(file, conflicts, found) {
    try {
      const done = await send(address(file, "/apply", `&conflicts=${conflicts}`), file, true);
      leave();
      onDone(done);
    } catch (error) {
      if (error.isLost) await lookAgain(file);
      else show(file, found, conflicts);
      onError(error.isLost ? new SentenceError(savingSentenceOf(error)) : error, file.name);
    }
  }

  /** Nobody knows whether the names were saved: what the file would still change, the server says. */
  async function lookAgain(file) {
    onUnsure();
    await ask(file).catch(leave);
  }

  return () => { stop(); chooser.node.remove(); };
}

const change = (each) => el("li", {}, [el("span", { class: "clip" }, each.class_name), each.is_new ? el("span", { class: "chip accent" }, "new") : null, el("span", { class: "num" }, num(each.num_added + each.num_replacing))]);
const rest = (changes) => (changes.length > MOST ? el("li", { class: "cap" }, `and ${many(changes.length - MOST, "class", "classes")} more`) : null);

/** What stands there while a file is sent: {nodes, tell({sent, size}), hold() takes the focus}. What the server has as a whole it saves, whoever cancels. */
function sending(file, isSaving, onCancel) {
  const bar = el("i");
  const meter = el("div", { class: "meter", role: "progressbar", "aria-label": `How much of ${file.name} is sent`, "aria-valuemin": "0", "aria-valuemax": "100" }, bar);
  const words = el("p", { class: "cap", role: "status", tabindex: "-1" });
  const hold = () => words.focus();
  const cancel = el("button", { type: "button", class: "btn btn-light", onclick: onCancel }, "Cancel");
  const tell = ({ sent, size }) => {
    const percent = Math.floor((100 * sent) / Math.max(1, size));
    bar.style.width = `${percent}%`;
    meter.setAttribute("aria-valuenow", String(percent));
    words.textContent = sendingWords({ sent, size, isSaving });
    const isOver = isSaving && sent >= size;
    if (isOver && document.activeElement === cancel) hold();
    cancel.hidden = isOver;
  };
  tell({ sent: 0, size: file.size });
  return { tell, hold, nodes: [el("div", { class: "names-file" }, [icon("file"), el("span", { class: "strong clip" }, file.name)]), meter, words, el("div", { class: "names-acts" }, [cancel])] };
}

/** "1.2 of 8.0 MB sent", and what comes after that. Pure. */
export function sendingWords({ sent, size, isSaving = false }) {
  if (sent >= size) return `Sent; the names are being ${isSaving ? "saved" : "read"}.`;
  const [unit, name] = size >= 1e6 ? [1e6, "MB"] : [1e3, "kB"];
  return `${(sent / unit).toFixed(1)} of ${(size / unit).toFixed(1)} ${name} sent`;
}

function conflictChoice(number, chosen, onChoose) {
  const button = (value, words) => el("button", { type: "button", role: "radio", "data-value": value, "aria-checked": String(value === chosen), tabindex: value === chosen ? 0 : -1 }, words);
  const seg = el("div", { class: "seg seg-sm seg-fill", role: "radiogroup", "aria-label": "Where a sample has another name" }, [button("keep", "Keep ours"), button("replace", "Take the file's")]);
  const { value } = mountSegment(seg, onChoose);
  return { value, node: el("div", { class: "field" }, [el("span", { class: "field-name" }, `${many(number, "sample has", "samples have")} another name here`), seg]) };
}
