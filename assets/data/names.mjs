// Names from a file: looked at first, applied when somebody says so.

import { el } from "../parts/elements.mjs";
import { icon } from "../parts/icons.mjs";
import { createChooser, mountDrop } from "./dropping.mjs";
import { mountSegment } from "../parts/segment.mjs";
import { count, many } from "../parts/counting.mjs";
import { namesOf } from "./words.mjs";

const TYPES = ".csv,.tsv,.parquet";
const MOST = 12;

export function mountNames({ root, projectId, api, onLooked, onDone, onError, signal }) {
  const drop = root.querySelector("#data-names-drop");
  if (!drop) return () => {};
  const found = root.querySelector("#data-names-found");
  const chooser = createChooser({ accept: TYPES, label: "Table of names", onFiles: ([{ file }]) => look(file) });
  drop.append(chooser.node);
  drop.querySelector("button").addEventListener("click", () => chooser.open(), { signal });
  const stop = mountDrop({ zone: drop, onFiles: ([first]) => first && look(first.file) });

  const address = (file, rest = "", query = "") => `/api/projects/${projectId}/annotation-files${rest}?name=${encodeURIComponent(file.name)}${query}`;
  const send = (path, file) => api.json(path, { method: "POST", body: file, headers: { "content-type": "application/octet-stream" } });
  const leave = () => { found.hidden = true; drop.hidden = false; };

  async function look(file) {
    drop.classList.add("busy");
    try {
      show(file, await send(address(file), file));
      onLooked();
    } catch (error) {
      onError(error, file.name);
    } finally {
      drop.classList.remove("busy");
    }
  }

  function show(file, preview) {
    const { num_added: added, num_conflicts: conflicts } = preview;
    const choice = conflicts ? conflictChoice(conflicts, tell) : null;
    const apply = el("button", { type: "button", class: "btn btn-primary", onclick: () => give(file, choice?.value() ?? "keep", apply) });
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
      el("div", { class: "names-acts" }, [apply, el("button", { type: "button", class: "btn btn-light", onclick: leave }, "Cancel")]),
    );
    found.hidden = false;
    drop.hidden = true;
    apply.focus();
  }

  async function give(file, conflicts, button) {
    button.disabled = true;
    try {
      const done = await send(address(file, "/apply", `&conflicts=${conflicts}`), file);
      leave();
      onDone(done);
    } catch (error) {
      button.disabled = false;
      onError(error, file.name);
    }
  }

  return stop;
}

const change = (each) => el("li", {}, [el("span", { class: "clip" }, each.class_name), each.is_new ? el("span", { class: "chip accent" }, "new") : null, el("span", { class: "num" }, count(each.num_added + each.num_replacing))]);
const rest = (changes) => (changes.length > MOST ? el("li", { class: "cap" }, `and ${many(changes.length - MOST, "class", "classes")} more`) : null);

function conflictChoice(number, onChoose) {
  const button = (value, words, isOn) => el("button", { type: "button", role: "radio", "data-value": value, "aria-checked": String(isOn), tabindex: isOn ? 0 : -1 }, words);
  const seg = el("div", { class: "seg seg-sm seg-fill", role: "radiogroup", "aria-label": "Where a sample has another name" }, [button("keep", "Keep ours", true), button("replace", "Take the file's", false)]);
  const { value } = mountSegment(seg, onChoose);
  return { value, node: el("div", { class: "field" }, [el("span", { class: "field-name" }, `${many(number, "sample has", "samples have")} another name here`), seg]) };
}
