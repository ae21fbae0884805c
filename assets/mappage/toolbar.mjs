// The function bar: tools, undo, colour, auto-update.

import { many } from "../parts/counting.mjs";
import { kept } from "../shell/storing.mjs";

const TOOLS = { pan: "h", lasso: "l", box: "b", move: "m" };
const AUTO = "lodemap.auto-update.";
const COLOR = "lodemap.color-mode";

/** What the note in the corner says, "" for nothing. */
export function outsideWords(count) {
  return count === 0 ? "" : `${many(count, "point")} outside the view`;
}

/** What Undo or Redo would do, as a tooltip. */
export function undoWords(verb, what, runs = []) {
  if (!what) return `Nothing to ${verb.toLowerCase()}`;
  const run = runs.find((each) => each.run_id === what.run_id);
  if (run && what.verb === "update") return `${verb} run ${run.number}`;
  if (run) return `${verb}: ${what.text}, and run ${run.number}`;
  return what.text ? `${verb}: ${what.text}` : verb;
}

export function mountToolbar({ state, map, actions, keys, root, signal }) {
  const find = (id) => root.querySelector(`#${id}`);

  function choose(tool) {
    // Points are moved where people work, not where the network does, and on the newest map.
    state.set(tool === "move" ? { tool, pane: "edit", held: null } : { tool });
    map.setTool(tool);
    for (const button of root.querySelectorAll("[data-tool]")) {
      button.setAttribute("aria-pressed", String(button.dataset.tool === tool));
    }
  }

  function setColor(mode) {
    kept.setItem(COLOR, mode);
    state.set({ colorMode: mode, hidden: new Set() });
  }

  function setAuto(isOn) {
    kept.setItem(AUTO + state.get().projectId, isOn ? "1" : "0");
    state.set({ auto: isOn });
  }

  function renderHistory({ server, pending }) {
    const undo = server?.undo ?? (pending.length > 0 ? {} : null);
    for (const [id, verb, what] of [["undo", "Undo", undo], ["redo", "Redo", server?.redo ?? null]]) {
      const button = find(id);
      button.setAttribute("aria-disabled", String(!what));
      button.dataset.tip = undoWords(verb, what, server?.runs);
      button.setAttribute("aria-label", button.dataset.tip);
    }
  }

  root.querySelector("#tools").addEventListener("click", (event) => {
    const tool = event.target.closest("[data-tool]")?.dataset.tool;
    if (tool) choose(tool);
  }, { signal });
  const run = { undo: actions.undo, redo: actions.redo, reset: actions.reset };
  for (const [id, act] of Object.entries(run)) find(id).addEventListener("click", () => { if (find(id).getAttribute("aria-disabled") !== "true") act(); }, { signal });
  find("color-mode").addEventListener("change", (event) => setColor(event.target.value), { signal });
  find("auto-update").addEventListener("change", (event) => setAuto(event.target.checked), { signal });
  find("map-fit").addEventListener("click", () => map.fit(true), { signal });
  find("map-outside").addEventListener("click", () => map.fit(true, true), { signal });

  const group = "Edit";
  const wordOf = (tool) => root.querySelector(`[data-tool="${tool}"]`).getAttribute("aria-label"); // Pan may be Turn
  const unregister = [
    ...Object.entries(TOOLS).map(([tool, key]) => keys.register(key, { label: () => wordOf(tool), group: "Select", run: () => choose(tool) })),
    keys.register("ctrl+z", { label: "Undo", group, run: actions.undo }),
    keys.register("ctrl+y", { label: "Redo", group, run: actions.redo }),
    keys.register("ctrl+shift+z", { label: "Redo", group, hidden: true, run: actions.redo }),
    keys.register("f", { label: "Fit all points", group: "See", run: () => map.fit(true) }),
  ];
  const remembered = kept.getItem(COLOR);
  if (remembered && [...find("color-mode").options].some((option) => option.value === remembered)) {
    find("color-mode").value = remembered;
    state.set({ colorMode: remembered });
  }
  find("auto-update").checked = kept.getItem(AUTO + state.get().projectId) === "1";
  state.set({ auto: find("auto-update").checked });
  choose(state.get().tool); // as it was left
  function renderOutside({ outside }) {
    find("map-outside").textContent = outsideWords(outside);
    find("map-outside").hidden = outside === 0;
  }

  const stops = [state.subscribe(["server", "pending"], renderHistory), state.subscribe(["outside"], renderOutside)];
  return () => {
    stops.forEach((stop) => stop());
    unregister.forEach((undo) => undo());
  };
}
