// What is seen on the map, saved as a picture: the menu in the map's corner, and Ctrl S.

import { exportFigure } from "./figure.mjs";
import { figureOf } from "./figureview.mjs";
import { readTheme as readMapTheme } from "../map/theme.mjs";
import { openMenu } from "../parts/menu.mjs";
import { saveFile } from "../shell/savefile.mjs";
import { titleOf } from "../parts/runstates.mjs";
import { readTheme } from "../parts/theme.mjs";
import { wornOf } from "../motion/panes.mjs";

const LONGEST = 80;
const UNDRAWN = "The browser could not draw it. Try the other form, or a smaller window.";

/** What a picture shows, in words: the project, its run and epoch, and which window where there are two. */
export function captionOf({ server, at, paneName = "" }) {
  const run = server.runs.find((each) => each.run_id === at?.runId);
  const epoch = at ? Number(at.epoch.toFixed(1)) : 0;
  return [server.project.name, paneName, run ? `${titleOf(run)}, epoch ${epoch}` : ""].filter(Boolean).join(" · ");
}

/** A name that is safe on every system, made of what people typed; the form of the other exports' names. */
export function fileNameOf({ server, at, paneName = "" }, kind) {
  const run = server.runs.find((each) => each.run_id === at?.runId);
  const stem = [server.project.name.slice(0, LONGEST), "map", paneName.toLowerCase(), run ? `run ${run.number} epoch ${Number(at.epoch.toFixed(1))}` : ""].filter(Boolean).join(" - ");
  const kept = stem.replace(/[^\p{L}\p{M}\p{N}_ .-]+/gu, "_").replace(/^[ .]+|[ .]+$/g, "");
  return `${kept || "map"}.${kind}`;
}

/** The windows there are: {map, pane, at, paneName, isAside}; a name only where there are two. */
function windowsOf({ picture, shown, isSplit }, map) {
  const main = { map: map.main, pane: "#main-pane", at: picture, paneName: isSplit ? "Edit" : "" };
  return isSplit ? [main, { map: map.side, pane: "#result-pane", at: shown, paneName: "Result", isAside: true }] : [main];
}

export function mountSaving({ state, map, keys, root, showToast }) {
  const button = root.querySelector("#map-more");

  async function save(of, kind) {
    const value = state.get();
    if (!of.at || !value.look) return void showToast({ text: "There is no map to save yet." });
    const [name, title] = [fileNameOf({ ...value, ...of }, kind), captionOf({ ...value, ...of })];
    const box = root.querySelector(`${of.pane} .map-canvas`).getBoundingClientRect();
    const element = root.querySelector(of.pane);
    const worn = wornOf(value, of.isAside);
    const view = figureOf({ value: { ...value, ...worn }, map: of.map, box, look: worn.look, colors: readTheme().colors, theme: readMapTheme(element), title });
    try {
      saveFile(await exportFigure(view, kind), name);
      showToast({ text: ["Saved as ", { strong: name }] });
    } catch (error) {
      console.error(error);
      showToast({ kind: "error", title: "The map could not be saved", text: UNDRAWN });
    }
    return undefined;
  }

  function open() {
    const entry = (of, kind, key) => ({ label: `Save ${of.paneName ? `${of.paneName} ` : ""}as ${kind.toUpperCase()}`, icon: "download", key, run: () => save(of, kind) });
    const items = windowsOf(state.get(), map).flatMap((of, nth) => [entry(of, "png", nth === 0 ? "Ctrl S" : null), entry(of, "svg", null)]);
    openMenu(button, items, "Save what is seen");
  }

  button.addEventListener("click", open);
  const unregister = keys.register("ctrl+s", { label: "Save the map as a picture", group: "See", run: () => save(windowsOf(state.get(), map)[0], "png") });
  return () => {
    unregister();
    button.removeEventListener("click", open);
  };
}
