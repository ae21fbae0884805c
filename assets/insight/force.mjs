// Force and regions on the map: two toggles, the legend of the arrows, and the field of the snapshot on screen.
// Nothing is fetched while both are off.

import { el, svg } from "../parts/elements.mjs";
import { frameKey } from "../motion/frames.mjs";
import { livingClass } from "../parts/classes.mjs";
import { readTheme } from "../parts/theme.mjs";

const TOGGLES = {
  force: { key: "v", label: "Force: pull and push" },
  regions: { key: "r", label: "Regions of the classes" },
};

/**
 * What to say below the map: null for the legend of the arrows, "" for nothing.
 * @param {{force: boolean, regions: boolean}} isOn
 * @param {?{gridSide: number}} field undefined while nobody knows yet
 */
export function wordsFor(isOn, field) {
  if ((!isOn.force && !isOn.regions) || field === undefined) return "";
  if (field === null) return `${isOn.force ? "Force begins" : "Regions begin"} with the first Update.`;
  if (isOn.force) return null;
  return field.gridSide === 0 ? "Regions are drawn on flat maps only." : "";
}

/** Three bytes a class: merged ones wear the colour of the class they live on in. */
export function colorsOf(classes, palette) {
  const slots = classes.map((_, index) => classes[livingClass(classes, index)]?.color ?? 0);
  return Uint8Array.from(slots.flatMap((slot) => palette[slot % palette.length]));
}

function sample(kind) {
  const shapes = ["M0 4h16", "M15 .8 21.5 4 15 7.2z"].map((d) => svg("path", { d }));
  return svg("svg", { viewBox: "0 0 22 8", class: `arrow ${kind}`, "aria-hidden": "true" }, ...shapes);
}

export function mountForce({ state, map, player, fields, keys, root, choices, signal }) {
  const legend = root.querySelector("#force-legend");
  const buttons = { force: root.querySelector("#toggle-force"), regions: root.querySelector("#toggle-regions") };
  const isOn = { force: choices.isOn("force"), regions: choices.isOn("regions") };
  const arrows = [el("span", {}, [sample("pull"), "pull to its class"]), el("span", {}, [sample("push"), "push from others"])];
  let field; // of the snapshot on screen: null where it has none, undefined before anybody knows
  let drawn = { field: null, classes: null };
  let isBusy = false;
  let isDue = false;
  let isGone = false;

  /** Show the field of the snapshot on screen; asked again meanwhile, it looks once more when it is done. */
  async function follow() {
    isDue = true;
    if (isBusy) return;
    isBusy = true;
    while (isDue && !isGone && (isOn.force || isOn.regions) && state.get().shown) {
      isDue = false;
      await showField();
    }
    isBusy = false;
  }

  async function showField() {
    const snapshot = await player.snapshot().catch(() => undefined);
    if (snapshot === null) return;
    // Without its bytes (a power loss took them, the connection is away) nobody knows: it may well have a field.
    const found = snapshot && (snapshot.has_field ? await fields.load(snapshot).catch(() => undefined) : null);
    if (isGone) return;
    field = found;
    draw();
  }

  function draw() {
    const { classes } = state.get();
    const isSame = drawn.field === field && drawn.classes === classes;
    if (!isSame) map.setField(field ? { ...field, colors: colorsOf(classes, readTheme().colors) } : null);
    drawn = { field, classes };
    const words = wordsFor(isOn, field);
    legend.hidden = words === "";
    legend.replaceChildren(...(words === null ? arrows : [words]));
  }

  function apply() {
    for (const [name, button] of Object.entries(buttons)) button.setAttribute("aria-pressed", String(isOn[name]));
    state.set({ isForceOn: isOn.force });
    map.setArrows(isOn.force);
    map.setRegions(isOn.regions);
    draw();
    follow();
  }

  function toggle(name) {
    isOn[name] = !isOn[name];
    choices.setOn(name, isOn[name]);
    apply();
  }

  const unregister = Object.entries(TOGGLES).map(([name, { key, label }]) => {
    buttons[name].addEventListener("click", () => toggle(name), { signal });
    return keys.register(key, { label, group: "See", run: () => toggle(name) });
  });
  let asked = "";
  const stop = state.subscribe(["shown", "indexed", "classes", "connection"], ({ shown, indexed, classes, connection }) => {
    const now = shown ? `${frameKey(shown)} ${indexed}` : "";
    const isLost = field === undefined && connection !== "lost"; // asked for again once the connection is back
    if (now !== asked || isLost) follow();
    else if (classes !== drawn.classes && field) draw();
    asked = now;
  });
  apply();
  return () => {
    stop();
    isGone = true;
    unregister.forEach((undo) => undo());
  };
}
