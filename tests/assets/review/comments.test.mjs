import assert from "node:assert/strict";
import { test } from "node:test";

import { createState } from "../../../assets/parts/state.mjs";
import { mountComments } from "../../../assets/review/comments.mjs";
import { ApiError } from "../../../assets/shell/api.mjs";
import { keptByTab } from "../../../assets/shell/storing.mjs";
import { storageOf } from "../storage.mjs";
import { buttonOf, pageOf } from "../nodes.mjs";

keptByTab.setItem("lodemap.name-asked", "1"); // a guest who was asked, and goes on as one
const soon = () => new Promise((done) => { setImmediate(done); });
const comment = (id, more = {}) => ({ comment_id: id, reply_to: null, author: "Ada", is_mine: true, text: `first of ${id}`, kind: "selection", some: [1, 2], count: 2, version: 1, at: 0, is_edited: false, resolved_by: null, is_deleted: false, ...more });

/** A page of comments; what is sent stays on its way until the test answers. */
const stage = (...comments) => stageOn(storageOf(), ...comments);
function stageOn(storage, ...comments) {
  const root = pageOf({ "comment-list": "", "tab-comments": "chip" });
  const [sent, errors] = [[], []];
  const send = (name) => (...of) => new Promise((answer, fail) => { sent.push({ name, of, answer, fail }); });
  const reviews = { comment: send("comment"), editComment: send("edit"), resolveComment: send("resolve"), deleteComment: send("delete") };
  const state = createState({
    comments, latest: { classes: [], runs: [] }, dataset: { num_samples: 9 }, history: { steps: [] }, thread: null, chosen: null, themeCount: 0, heard: { comments: 1 },
    latentDim: 2, selection: { ids: new Uint32Array(0), region: null }, shown: { runId: "r3", n: 8 }, classOf: null,
  });
  const sought = [];
  const parts = { reviews, dress() {}, acts: { stepNow: () => null }, stage: { seekFrame: async (...of) => { sought.push(of); }, goLive: () => sought.push(state.get().chosen) }, refresh: async () => {}, onSample() {}, storage };
  const close = mountComments({ state, root, ...parts, onError: (error) => errors.push(error.message), onReadError: assert.fail });
  const thread = (id) => root.querySelector(`[data-thread="${id}"]`);
  const press = (id, words) => buttonOf(thread(id), words).click();
  const edit = (id) => thread(id).querySelector(`[data-draft="edit ${id}"]`);
  const told = () => sent.map(({ name, of }) => [name, ...of]);
  return { root, state, sent, told, sought, thread, press, edit, errors, close };
}

test("two threads are settled on a slow line, and one is deleted meanwhile", async () => {
  const { root, press, told } = stage(comment("a"), comment("b"), comment("c"));
  press("a", "Resolve");
  press("b", "Resolve");
  press("b", "Resolve");
  press("c", "Delete");
  await soon();
  root.querySelector("form").dispatchEvent(new Event("submit"));
  await soon();
  assert.deepEqual(told(), [["resolve", "a", true], ["resolve", "b", true], ["delete", "c"]], "each once");
});

test("an edit stays open while something else is settled, and closes with its own answer", async () => {
  const { press, edit, sent, told, state } = stage(comment("a"), comment("b"));
  press("a", "Edit");
  edit("a").type("second of a");
  press("b", "Resolve");
  await soon();
  sent[0].answer({});
  await soon();
  assert.equal(edit("a").value, "second of a");
  press("a", "Save");
  await soon();
  assert.deepEqual(told()[1], ["edit", "a", "second of a", 1]);
  sent[1].answer({ version: 2 });
  state.set({ comments: [comment("a", { text: "second of a", version: 2 }), comment("b")] });
  await soon();
  assert.equal(edit("a"), null);
  press("a", "Edit");
  assert.equal(edit("a").value, "second of a");
});

test("a draft that was left keeps the version it was begun from, so that it overwrites no newer text", async () => {
  const { press, edit, told, state } = stage(comment("a"), comment("b"));
  press("a", "Edit");
  edit("a").type("mine");
  press("b", "Edit");
  state.set({ comments: [comment("a", { text: "newer", version: 2 }), comment("b")] });
  press("a", "Edit");
  assert.equal(edit("a").value, "mine");
  press("a", "Save");
  press("a", "Cancel");
  press("a", "Edit");
  assert.equal(edit("a").value, "newer");
  edit("a").type("newest");
  await soon();
  assert.deepEqual(told(), [["edit", "a", "mine", 1]]);
});

test("what is typed while an edit is on its way stays open, over the text that was saved", async () => {
  const { press, edit, sent, told, state } = stage(comment("a"));
  press("a", "Edit");
  edit("a").type("second");
  press("a", "Save");
  await soon();
  edit("a").type("second, and more");
  sent[0].answer({ version: 2 });
  await soon();
  state.set({ comments: [comment("a", { text: "second", version: 2 })] });
  assert.equal(edit("a").value, "second, and more");
  press("a", "Save");
  await soon();
  assert.deepEqual(told()[1], ["edit", "a", "second, and more", 2]);
});

test("a region is outlined on the picture it was drawn on, which is looked for", async () => {
  const path = [[0, 0], [1, 0], [1, 1]];
  const on = (run, n) => ({ kind: "region", path, snapshot: { run_id: run, n } });
  const { state, sought, thread } = stage(comment("early", on("r1", 4)), comment("same run", on("r3", 5)), comment("here", on("r3", 8)), comment("samples"));
  const look = async (id) => {
    thread(id).querySelector(".chip").click();
    await soon();
    const { region, snapshot } = state.get().selection;
    return [region?.path, snapshot];
  };
  assert.deepEqual(await look("early"), [path, { runId: "r1", n: 4 }]);
  assert.deepEqual(await look("same run"), [path, { runId: "r3", n: 5 }]);
  assert.deepEqual(await look("here"), [path, { runId: "r3", n: 8 }]);
  assert.deepEqual(await look("samples"), [undefined, null]);
  assert.deepEqual(sought, [["r1", 4], ["r3", 5]], "what is shown is not looked for");
});

test("a comment on a run leads to the map as the run left it", () => {
  const { state, sought, thread } = stage(comment("a", { kind: "run", run_id: "r1" }), comment("b", { kind: "run", run_id: "gone" }));
  state.set({ history: { steps: [{ step_id: 4, run: { run_id: "r1" } }] } });
  for (const id of ["a", "b"]) thread(id).querySelector("[data-control=about]").click();
  assert.deepEqual(sought, [4]);
});

test("that there are no comments is said only once they were read", () => {
  const { root, state } = stage();
  state.set({ comments: null });
  const said = () => root.querySelector(".empty").textContent;
  assert.equal(said(), "Reading the comments");
  state.set({ comments: [] });
  assert.match(said(), /^No comments yet/);
});

test("the focus stays on what was pressed, whoever else writes, and goes to what opened an edit once that is closed", async () => {
  const { root, state, sent, press, edit } = stage(comment("a"), comment("b"));
  const focused = () => [document.activeElement.closest("[data-thread]")?.dataset.thread, document.activeElement.textContent];
  const resolve = buttonOf(root.querySelector('[data-thread="a"]'), "Resolve");
  resolve.focus();
  resolve.click();
  await soon();
  state.set({ comments: [comment("a"), comment("b"), comment("c", { is_mine: false })] });
  assert.deepEqual(focused(), ["a", "Resolve"]);
  sent[0].answer({});
  state.set({ comments: [comment("a", { resolved_by: "Ada" }), comment("b")] });
  await soon();
  assert.deepEqual(focused(), ["a", "Open again"]);
  press("b", "Edit");
  assert.equal(document.activeElement, edit("b"));
  buttonOf(root.querySelector('[data-thread="b"]'), "Cancel").focus();
  document.activeElement.click();
  assert.deepEqual(focused(), ["b", "Edit"]);
});

test("after Show more the focus is on the first that came", () => {
  const { root, state } = stage(...Array.from({ length: 102 }, (_, nth) => comment(`c${nth}`)));
  const more = () => root.querySelectorAll("button").at(-1);
  more().focus();
  state.set({ comments: [...state.get().comments] });
  assert.equal(document.activeElement, more());
  more().click();
  assert.equal(document.activeElement.closest("[data-thread]").dataset.thread, "c1");
  assert.ok(root.contains(document.activeElement));
});

test("a comment that is too long is refused with a sentence, and stays whole", async () => {
  const { press, edit, sent, errors } = stage(comment("a"));
  press("a", "Edit");
  assert.equal(edit("a").hasAttribute("maxlength"), false);
  edit("a").type("x".repeat(2001));
  press("a", "Save");
  await soon();
  sent[0].fail(new ApiError({ message: "The comment has 2001 characters; the limit is 2000.", status: 422 }));
  await soon();
  assert.deepEqual([errors, edit("a").value.length], [["The comment has 2001 characters; the limit is 2000."], 2001]);
});

test("Enter that confirms what an input method offers sends no reply, also as Safari says it", async () => {
  const { root, sent } = stage(comment("a"));
  const reply = root.querySelector('[data-draft="reply a"]');
  reply.type("数字");
  for (const how of [{ isComposing: true }, { isComposing: false, keyCode: 229 }]) reply.fire("keydown", { key: "Enter", ...how });
  await soon();
  assert.equal(sent.length, 0);
  reply.fire("keydown", { key: "Enter" });
  await soon();
  assert.equal(sent.length, 1);
});

test("what was typed is there after a look at another page, an edit open and over the version it was begun from", async () => {
  const storage = storageOf();
  const first = stageOn(storage, comment("a"), comment("b"));
  first.press("b", "Edit");
  first.edit("b").type("second of b");
  first.root.querySelector('[data-draft="reply a"]').type("so it is");
  first.close();
  const next = stageOn(storage, comment("a"), comment("b", { text: "newer", version: 2 }));
  const reply = next.root.querySelector('[data-draft="reply a"]');
  assert.deepEqual([reply.value, next.edit("b").value], ["so it is", "second of b"]);
  next.press("b", "Save");
  reply.fire("keydown", { key: "Enter" });
  await soon();
  assert.deepEqual(next.told()[0], ["edit", "b", "second of b", 1]);
  for (const { answer } of next.sent) answer({ version: 3 });
  await soon();
  assert.equal(storage.length, 0);
});
