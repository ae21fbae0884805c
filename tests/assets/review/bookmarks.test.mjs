import assert from "node:assert/strict";
import { test } from "node:test";

import { createState } from "../../../assets/parts/state.mjs";
import { mountBookmarks } from "../../../assets/review/bookmarks.mjs";
import { ApiError } from "../../../assets/shell/api.mjs";
import { keptByTab } from "../../../assets/shell/storing.mjs";
import { pageOf } from "../nodes.mjs";

keptByTab.setItem("lodemap.name-asked", "1"); // a guest who was asked, and goes on as one
const soon = () => new Promise((done) => { setImmediate(done); });
const kept = (id, more = {}) => ({ bookmark_id: id, name: `View ${id}`, author: "Ada", is_mine: true, may_delete: true, at: 0, view: { step_id: 1 }, samples: "", ...more });

/** A page whose bookmarks are not known yet; `asked` is the one in its address. */
function scene(mock, { asked, reviews = {} } = {}) {
  mock.timers.enable({ apis: ["setTimeout"] });
  const root = pageOf({ "review-bookmarks": "word" });
  Object.assign(globalThis, { innerWidth: 1000, innerHeight: 800, location: { origin: "http://here" } });
  if (asked) root.dataset.bookmark = asked;
  const state = createState({ projectId: "p", dataset: { num_samples: 9 }, bookmarks: null, history: { here: 2, steps: [{ step_id: 1 }, { step_id: 2 }] }, chosen: null, shown: null, colorMode: "class", latentDim: 2, view: { box: { width: 400, height: 400 } }, selection: { ids: new Uint32Array(0) } });
  const adopted = [];
  const stage = { main: { stance: { of: { x: [0, 4], y: [0, 2] }, isUsers: true }, adopt: (stance) => adopted.push(stance) }, settled: async () => {} };
  const errors = [];
  mountBookmarks({ state, root, reviews, stage, refresh: async () => {}, onError: (error) => errors.push(error.message), onReadError: assert.fail });
  const toasts = () => root.querySelectorAll(".notice-toast").map((each) => each.textContent);
  const open = () => { root.querySelector("#review-bookmarks").click(); return root.querySelector(".bookmarks-dialog"); };
  return { root, state, errors, toasts, open, adopted };
}

test("a link is opened once it is known which bookmarks there are, and not said to be gone before", async ({ mock }) => {
  const { state, toasts } = scene(mock, { asked: "a" });
  state.set({ selection: { ids: new Uint32Array(1) } });
  await soon();
  assert.deepEqual(toasts(), []);
  state.set({ bookmarks: [kept("a"), kept("b")] });
  await soon();
  assert.deepEqual([toasts(), state.get().chosen], [["This is View a, kept by you."], 1]);
  state.set({ bookmarks: [kept("b")] });
  await soon();
  assert.equal(toasts().length, 1, "it is opened once");
});

test("a view is kept with the size of its map, and seen whole in the same proportions on one of another shape", async ({ mock }) => {
  const sent = [];
  const { root, state, open, adopted } = scene(mock, { asked: "a", reviews: { bookmark: async (body) => { sent.push(body); } } });
  const dialog = open();
  root.querySelector("#bookmark-name").type("Here");
  dialog.querySelector("form").fire("submit");
  await soon();
  const { view } = sent[0];
  assert.deepEqual([view.size, view.stance.of], [[400, 400], { x: [0, 4], y: [0, 2] }]);
  state.set({ bookmarks: [kept("a", { view: { ...view, size: [800, 400] } })] });
  await soon();
  assert.deepEqual(adopted, [{ of: { x: [0, 4], y: [-1, 3] }, isUsers: true }]);
});

test("a link to one that was deleted says so", async ({ mock }) => {
  const { state, toasts } = scene(mock, { asked: "gone" });
  state.set({ bookmarks: [] });
  await soon();
  assert.match(toasts()[0], /^This bookmark is not here/);
});

test("the dialog says that there are none only once they were read", ({ mock }) => {
  const { state, open } = scene(mock);
  const rows = open().querySelector(".bookmark-rows");
  assert.equal(rows.textContent, "Reading the bookmarks");
  state.set({ bookmarks: [] });
  assert.match(rows.textContent, /^None yet/);
});

test("the name of a view outlives a lost answer, and the view is kept once", async ({ mock }) => {
  const sent = [];
  const bookmark = async (body) => { sent.push(body); if (sent.length === 1) throw new ApiError({ message: "Connection lost." }); };
  const { root, open, toasts } = scene(mock, { reviews: { bookmark } });
  const dialog = open();
  const submit = async () => { dialog.querySelector("form").fire("submit"); await soon(); };
  root.querySelector("#bookmark-name").type("Here");
  await submit();
  assert.match(dialog.querySelector(".field-error").textContent, /^The answer was lost/);
  await submit();
  assert.deepEqual([sent[1], dialog.open], [sent[0], false]);
  assert.match(toasts()[0], /^Kept as Here/);
});

const labelled = (root, label) => root.querySelectorAll("button").find((each) => each.getAttribute("aria-label") === label);

test("the link of a bookmark is shown in the dialog, to copy by hand where the browser lets no page copy", async ({ mock }) => {
  const { state, open, toasts } = scene(mock);
  const dialog = open();
  state.set({ bookmarks: [kept("a")] });
  labelled(dialog, "Copy the link of View a").click();
  await soon();
  const field = dialog.querySelector(".copy-field input");
  assert.deepEqual([field.value, field.getAttribute("aria-label")], ["http://here/review?project=p&bookmark=a", "Link of View a"]);
  assert.match(dialog.querySelector(".copy-link [role=status]").textContent, /select the link and copy it yourself/);
  assert.deepEqual(toasts(), [], "behind the dialog nobody would see one");
});

test("a bookmark that could not be deleted is said in the dialog, after it was closed to the page", async ({ mock }) => {
  const { root, state, errors, open } = scene(mock, { reviews: { deleteBookmark: async () => { throw new ApiError({ message: "The disk is full.", status: 507 }); } } });
  state.set({ bookmarks: [kept("a")] });
  const dialog = open();
  const remove = async () => {
    dialog.querySelector(".bookmark-remove").click();
    await soon();
    root.querySelectorAll("dialog form").at(-1).fire("submit");
    await soon();
  };
  await remove();
  assert.deepEqual([dialog.querySelector(".field-error").textContent, errors], ["The disk is full.", []]);
  dialog.querySelector(".bookmark-remove").click();
  await soon();
  dialog.close();
  root.querySelectorAll("dialog form").at(-1).fire("submit");
  await soon();
  assert.deepEqual(errors, ["The disk is full."]);
});

test("rows that are drawn anew keep the focus: the same button, and after a deletion that of the next one", ({ mock }) => {
  const { state, open } = scene(mock);
  state.set({ bookmarks: [kept("a"), kept("b"), kept("c")] });
  const dialog = open();
  const focused = () => document.activeElement.getAttribute("aria-label") ?? document.activeElement.id;
  labelled(dialog, "Delete View b").focus();
  state.set({ bookmarks: [kept("n"), kept("a"), kept("b"), kept("c")] });
  assert.deepEqual([focused(), dialog.contains(document.activeElement)], ["Delete View b", true]);
  state.set({ bookmarks: [kept("n"), kept("a"), kept("c")] });
  assert.equal(focused(), "Delete View c");
  state.set({ bookmarks: [] });
  assert.equal(focused(), "bookmark-name");
});

test("a bookmark is deleted for everybody only after a question", async ({ mock }) => {
  const gone = [];
  const { root, state, open } = scene(mock, { reviews: { deleteBookmark: async (id) => { gone.push(id); } } });
  state.set({ bookmarks: [kept("a")] });
  open().querySelector(".bookmark-remove").click();
  await soon();
  assert.deepEqual(gone, []);
  root.querySelectorAll("dialog form").at(-1).fire("submit");
  await soon();
  assert.deepEqual(gone, ["a"]);
});

test("another's bookmark has a button to delete it for an admin alone", ({ mock }) => {
  const { state, open } = scene(mock);
  state.set({ bookmarks: [kept("a", { is_mine: false }), kept("b", { is_mine: false, may_delete: false })] });
  const offers = open().querySelectorAll(".bookmark-rows li").map((row) => row.querySelector(".bookmark-remove") !== null);
  assert.deepEqual(offers, [true, false]);
});
