import assert from "node:assert/strict";
import { test } from "node:test";

/** Just as much of a document as pages are found in. */
function stage() {
  const watchers = [];
  let root = null;
  globalThis.MutationObserver = class { constructor(look) { this.look = look; } observe() { watchers.push(this.look); } };
  globalThis.document = { body: {}, getElementById: (id) => (root?.id === id ? root : null) };
  return {
    show(next) { root = next; watchers.forEach((look) => look()); },
  };
}
const rootOf = (project, parts = ["#whole"]) => ({ id: "map-page", dataset: { project }, querySelector: (selector) => (parts.includes(selector) ? {} : null) });
const soon = () => new Promise((done) => setImmediate(done));

/** A page whose parts arrive when `arrive` is called. */
async function watched() {
  const { watchPage } = await import("../../assets/pages.mjs");
  const told = [];
  let arrive;
  const parts = new Promise((done) => { arrive = done; });
  const mount = (root) => {
    told.push(`begun ${root.dataset.project}`);
    return { destroy: () => told.push(`ended ${root.dataset.project}`) };
  };
  const page = watchPage({ id: "map-page", marks: ["project"], needs: ["#whole"], load: () => parts, onChange: (now) => told.push(now ? "here" : "none") });
  return { page, told, arrive: async () => { arrive(mount); await soon(); } };
}

test("a page begins when it is whole and its parts are there, and ends with another project", async () => {
  const dash = stage();
  const { page, told, arrive } = await watched();
  dash.show(rootOf("a", []));
  await arrive();
  assert.deepEqual(told, []);
  dash.show(rootOf("a"));
  await soon();
  assert.deepEqual(told, ["begun a", "here"]);
  assert.ok(page.current());
  dash.show(rootOf("b"));
  await soon();
  assert.deepEqual(told.slice(2), ["ended a", "none", "begun b", "here"]);
  dash.show(null);
  assert.equal(page.current(), null);
  assert.deepEqual(told.slice(6), ["ended b", "none"]);
});

test("a page that was left while its parts were fetched does not begin", async () => {
  const dash = stage();
  const { page, told, arrive } = await watched();
  dash.show(rootOf("a"));
  dash.show(null);
  await arrive();
  assert.deepEqual(told, []);
  dash.show(rootOf("b"));
  await soon();
  assert.deepEqual(told, ["begun b", "here"]);
  page.settle();
  assert.deepEqual(told, ["begun b", "here"]);
});

test("what a page left on nodes that Dash keeps is taken off with it, and its questions and menus are closed", async () => {
  const dash = stage();
  const dialog = new EventTarget();
  let numClosed = 0;
  let numRemoved = 0;
  Object.assign(dialog, { append() {}, setAttribute() {}, showModal() {}, querySelector: () => null, remove() { numRemoved += 1; }, close() { numClosed += 1; }, focus() {}, style: {}, getBoundingClientRect: () => ({ width: 0, height: 0 }) });
  globalThis.document.createElement = () => dialog;
  globalThis.document.createElementNS = () => dialog;
  Object.assign(globalThis.document, { addEventListener() {}, removeEventListener() {} });
  Object.assign(globalThis, { innerWidth: 800, innerHeight: 600, addEventListener() {} });
  globalThis.document.body.append = () => {};
  const { watchPage } = await import("../../assets/pages.mjs");
  const { openDialog } = await import("../../assets/parts/dialog_box.mjs");
  const { openMenu } = await import("../../assets/parts/menu.mjs");
  const update = new EventTarget(); // the same node for both projects
  const asked = [];
  const mount = (root, signal) => {
    const { project } = root.dataset;
    update.addEventListener("click", () => asked.push(project), { signal });
    openDialog({ title: "Name", content: "" });
    openMenu({ left: 0, top: 0, bottom: 0 }, [{ label: "Rename", run: () => asked.push("renamed") }], "Class");
    return { destroy() {} };
  };
  watchPage({ id: "map-page", marks: ["project"], needs: [], load: async () => mount });
  const root = rootOf("a");
  dash.show(root);
  await soon();
  assert.equal(numClosed, 0);
  root.dataset.project = "b";
  dash.show(root);
  assert.deepEqual([numClosed, numRemoved], [1, 1]);
  await soon();
  update.dispatchEvent(new Event("click"));
  assert.deepEqual(asked, ["b"]);
});
