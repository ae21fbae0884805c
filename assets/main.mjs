// The only module Dash loads: starts the shell, and each page whenever it is on screen.

import { openAccount } from "./auth/account.mjs";
import { createApi } from "./shell/api.mjs";
import { readAhead } from "./mappage/opening.mjs";
import { watchPage } from "./pages.mjs";
import { startShell } from "./shell/shell.mjs";

let pages = [];

const takeAhead = readAhead(createApi(), location);
const shell = startShell({ onTheme: () => pages.forEach((page) => page.refreshTheme()), openAccount });

const map = watchPage({
  id: "map-page", marks: ["project"], needs: ["#map-window", "#gallery-view"],
  load: async () => {
    const { mountMapPage } = await import("./mappage/page.mjs");
    return (root, signal) => mountMapPage(root, { ...shell, takeAhead, signal });
  },
  onChange: (instance) => { window.lodemap = instance; },
});
const projects = watchPage({
  id: "projects-page", marks: [], needs: ["#projects-grid", "#projects-no-match"],
  load: async () => (await import("./projects/page.mjs")).mountProjectsPage,
});
const data = watchPage({
  id: "data-page", marks: ["project", "new"], needs: ["#data-create", "#data-names-place"],
  load: async () => (await import("./data/page.mjs")).mountDataPage,
});
const runs = watchPage({
  id: "runs-page", marks: ["project"], needs: ["#variants-empty", "#bench-graph-after"],
  load: async () => {
    const { mountRunsPage } = await import("./runs/page.mjs");
    return (root, signal) => mountRunsPage(root, { ...shell, signal });
  },
});
const review = watchPage({
  id: "review-page", marks: ["project", "bookmark"], needs: ["#map-graph", "#agreement", "#timeline-track"],
  load: async () => {
    const { mountReviewPage } = await import("./review/page.mjs");
    return (root, signal) => mountReviewPage(root, { ...shell, signal });
  },
  onChange: (instance) => { window.lodemapReview = instance; },
});
pages = [map, projects, data, runs, review];

// No promise goes back: Dash would hold the next tick until this one is done.
window.lodemapBridge.provide({
  tick() {
    map.settle();
    map.current()?.tick();
    return window.dash_clientside.no_update;
  },
});
