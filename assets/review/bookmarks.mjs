// Bookmarks: a step, a snapshot, a camera and a selection under a name, each with a link.

import { fromBase64, packIds, toBase64, unpackIds } from "../parts/codec.mjs";
import { copyField } from "../parts/copying.mjs";
import { openDialog } from "../parts/dialog_box.mjs";
import { confirm } from "../parts/dialogs.mjs";
import { el } from "../parts/elements.mjs";
import { icon } from "../parts/icons.mjs";
import { redraw } from "../parts/refocusing.mjs";
import { fitStance, isOfKind, sizeOf } from "../presenting/sight.mjs";
import { savingSentenceOf } from "../shell/errors.mjs";
import { createKeys, sendForm } from "../shell/sendform.mjs";
import { showToast } from "../shell/toasts.mjs";
import { num } from "../parts/counting.mjs";
import { when, who } from "./words.mjs";

const LIMIT = 60;

/** The address of a bookmark. */
export const linkOf = (projectId, id) => `/review?project=${projectId}&bookmark=${id}`;

export function mountBookmarks({ state, root, reviews, stage, refresh, onError, onReadError }) {
  const button = root.querySelector("#review-bookmarks");
  const { projectId, dataset, latentDim } = state.get();
  let dialog = null; // {box, input, rows, link}, open or closed

  function viewNow() {
    const { history, chosen, shown, view } = state.get();
    const frame = shown ? { run_id: shown.runId, n: shown.n } : {};
    return { step_id: chosen ?? history.here, ...frame, stance: stage.main.stance, size: sizeOf(view) };
  }

  async function keep(name, key, named) {
    const { selection } = state.get();
    const samples = selection.ids.length ? toBase64(packIds(selection.ids, dataset.num_samples)) : "";
    await named();
    await reviews.bookmark({ key, name, view: viewNow(), samples });
    showToast({ text: ["Kept as ", { strong: name }, ". Its link opens this very view."] });
    refresh();
  }

  /** What is said of a row is said in the dialog: behind it nobody would see or hear a toast. */
  function showLink(bookmark) {
    const { copy, nodes } = copyField(location.origin + linkOf(projectId, bookmark.bookmark_id), `Link of ${bookmark.name}`);
    dialog.link.replaceChildren(el("div", { class: "notice copy-link" }, nodes));
    return copy();
  }

  async function remove(bookmark) {
    const { box, link } = dialog;
    if (!(await confirm({ title: `Delete ${bookmark.name}?`, text: "It is gone for everybody, and links to it lead to the project alone.", action: "Delete", danger: true }))) return;
    box.say("");
    link.replaceChildren();
    try {
      await reviews.deleteBookmark(bookmark.bookmark_id);
    } catch (error) {
      if (box.node.isConnected) box.say(savingSentenceOf(error));
      else onError(error);
    }
    await refresh();
  }

  const act = (control, look, label, run) => el("button", { type: "button", class: `btn btn-light btn-sm btn-icon ${look}`, "data-control": control, "aria-label": label, onclick: run }, icon(control === "copy" ? "link" : "trash"));

  const row = (each) => el("li", { "data-row": each.bookmark_id }, [
    el("a", { class: "clip", "data-control": "open", href: linkOf(projectId, each.bookmark_id) }, each.name),
    el("span", { class: "cap" }, `${who(each)}, ${when(each.at)}`),
    act("copy", "bookmark-copy", `Copy the link of ${each.name}`, () => showLink(each)),
    each.may_delete ? act("remove", "bookmark-remove", `Delete ${each.name}`, () => remove(each)) : null,
  ]);

  function drawRows({ bookmarks }) {
    if (!dialog?.box.node.isConnected) return;
    const none = bookmarks ? "None yet. A bookmark keeps the step, the view, the selection, and has a link to send." : "Reading the bookmarks";
    redraw(dialog.rows, bookmarks?.length ? bookmarks.map(row) : [el("li", { class: "cap" }, none)], dialog.input);
  }

  function show() {
    const keyOf = createKeys();
    const input = el("input", { id: "bookmark-name", class: "form-control", type: "text", autocomplete: "off", autofocus: true });
    const rows = el("ul", { class: "bookmark-rows" });
    const link = el("div", { role: "status" });
    const box = openDialog({
      title: "Bookmarks",
      class: "bookmarks-dialog",
      content: el("div", {}, [el("div", { class: "field" }, [el("label", { for: "bookmark-name" }, "Keep this view as"), input]), rows, link]),
      actions: [el("button", { type: "button", class: "btn btn-light", onclick: () => box.close() }, "Close"), el("button", { type: "submit", class: "btn btn-primary" }, "Keep this view")],
      onSubmit() {
        const name = input.value.trim();
        if (!name || [...name].length > LIMIT) return void box.say(name ? `The name has ${[...name].length} characters; ${LIMIT} is the limit.` : "Type a name for this view.");
        return void sendForm(box, (named) => keep(name, keyOf(name), named), onError);
      },
    });
    dialog = { box, input, rows, link };
    drawRows(state.get());
  }

  /** All that was in sight is, in the same proportions, whatever the shape of the window. */
  function adopt({ stance, size }) {
    if (isOfKind(stance?.of, latentDim)) stage.main.adopt({ ...stance, of: fitStance(stance.of, size, sizeOf(state.get().view)) });
  }

  /** Show what a bookmark kept, as far as it is still there. */
  async function open(id) {
    const bookmark = state.get().bookmarks.find((each) => each.bookmark_id === id);
    if (!bookmark) return void showToast({ kind: "error", text: "This bookmark is not here; it may have been deleted. You see where the project is." });
    const { view, samples } = bookmark;
    const { history } = state.get();
    if (history.steps.some((step) => step.step_id === view.step_id)) state.set({ chosen: view.step_id === history.here ? null : view.step_id });
    try {
      await stage.settled();
      if (view.run_id) await stage.seekFrame(view.run_id, view.n);
      if (samples) state.set({ selection: { ids: unpackIds(fromBase64(samples), dataset.num_samples), region: null, snapshot: null } });
      adopt(view);
      showToast({ text: ["This is ", { strong: bookmark.name }, `, kept by ${who(bookmark)}.`] });
    } catch (error) {
      onReadError(error);
    }
    root.dataset.opened = id;
  }

  function render({ bookmarks }) {
    button.querySelector(".word").textContent = bookmarks?.length ? `Bookmarks ${num(bookmarks.length)}` : "Bookmarks";
  }

  button.addEventListener("click", show);
  let asked = root.dataset.bookmark; // by the address, until it is known which there are
  const stop = state.subscribe(["bookmarks"], (value) => {
    render(value);
    drawRows(value);
    const id = asked;
    asked = null;
    if (id) queueMicrotask(() => open(id)); // once all have heard of what came with them
  });
  return () => { stop(); button.removeEventListener("click", show); };
}
