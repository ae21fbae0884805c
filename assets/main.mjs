// The only module Dash loads: starts the shell, and the Map page whenever it is on screen.

import { createApi } from "./api.mjs";
import { watchDataPage } from "./data/page.mjs";
import { mountMapPage } from "./mappage.mjs";
import { readAhead } from "./opening.mjs";
import { watchReviewPage } from "./review/page.mjs";
import { watchRunsPage } from "./runs/page.mjs";
import { startShell } from "./shell.mjs";

let page = null;
let review = null;
let runs = null;

const takeAhead = readAhead(createApi(), location);
const shell = startShell({ onTheme: () => { page?.instance.refreshTheme(); review?.refreshTheme(); runs?.refreshTheme(); } });

/** What the page stands for: another project in the address is another page. */
const identityOf = (root) => root.dataset.project ?? "";

/** Open or leave the Map page, as Dash has put it in or taken it out. */
function settle() {
  const root = document.getElementById("map-page");
  const isSame = page !== null && page.root === root && page.identity === identityOf(root);
  if (isSame) return;
  page?.instance.destroy();
  page = null;
  window.lodemap = null;
  // Dash fills the page from the outside in; the window comes last.
  if (!root?.querySelector("#map-window") || !root.querySelector("#gallery-view")) return;
  page = { root, identity: identityOf(root), instance: mountMapPage(root, { ...shell, takeAhead }) };
  window.lodemap = page.instance;
}

new MutationObserver(settle).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-project"] });
settle();
watchDataPage();
runs = watchRunsPage();
review = watchReviewPage(shell);

// No promise goes back: Dash would hold the next tick until this one is done.
window.lodemapBridge.provide({
  tick() {
    settle();
    page?.instance.tick();
    return window.dash_clientside.no_update;
  },
});
