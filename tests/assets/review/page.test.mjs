import assert from "node:assert/strict";
import { test } from "node:test";

import { pageOf } from "../nodes.mjs";

const soon = () => new Promise((done) => { setTimeout(done, 20); });

test("a page that could not be opened says nothing more when the network comes and goes", async (context) => {
  const hearing = [];
  Object.assign(globalThis, { addEventListener: (name, hear) => hearing.push({ name, hear }), removeEventListener() {}, innerWidth: 1000, innerHeight: 800, location: { href: "http://x/review" }, MutationObserver: class { observe() {} } });
  globalThis.fetch = async () => { throw new TypeError("Failed to fetch"); };
  const root = pageOf({ "map-cover": "cover-loading", "map-offline": "", "toast-host": "", "toast-errors": "" });
  root.dataset.project = "p";
  root.querySelector(".cover-loading").append(document.createElement("span"));
  const { mountReviewPage } = await import("../../../assets/review/page.mjs"); // hears of the network from its import on
  const page = mountReviewPage(root, { keys: { register: () => () => {} } });
  context.after(page.destroy);
  await soon();
  assert.match(root.querySelector("#map-cover").textContent, /^The map could not be opened/);
  const online = hearing.filter(({ name }) => name === "online");
  assert.ok(online.length > 0);
  online.forEach(({ hear }) => hear());
  await soon();
  assert.deepEqual(root.querySelectorAll(".notice-toast").map((toast) => toast.textContent), []);
});
