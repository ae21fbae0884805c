// Force and regions on the map: two toggles, the legend of the arrows, and the field of the snapshot on screen.
// Nothing is fetched while both are off.

import { el, svg } from "../parts/elements.mjs";
import { fieldAt } from "./field.mjs";
import { frameKey } from "../motion/frames.mjs";
import { livingClass, livingPrediction } from "../parts/classes.mjs";
import { onceAgain } from "../parts/onceagain.mjs";
import { readTheme } from "../parts/theme.mjs";
import { isOffered } from "./twoaxes.mjs";

const TOGGLES = {
  force: { key: "v", label: "Force: pull and push" },
  regions: { key: "r", label: "Regions of the classes" },
};

/**
 * What to say below the map: null for the legend of the arrows, "" for nothing.
 * @param {{force: boolean, regions: boolean}} isOn
 * @param {?ReturnType<typeof import("./field.mjs").decodeField>} field undefined while nobody knows yet
 */
export function wordsFor(isOn, field) {
  if ((!isOn.force && !isOn.regions) || field === undefined) return "";
  if (field === null) return `${isOn.force ? "Force begins" : "Regions begin"} with the first Update.`;
  return isOn.force ? null : "";
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

/** Which map a picture is of, moved points or not. */
const mapOf = (picture) => (picture ? `${picture.runId}/${picture.n}` : "");

export function mountForce({ state, map, player, sync, fields, keys, root, choices, signal }) {
  const legend = root.querySelector("#force-legend");
  const buttons = { force: root.querySelector("#toggle-force"), regions: root.querySelector("#toggle-regions") };
  const offered = Object.keys(TOGGLES).filter((name) => name === "force" || isOffered(buttons.regions, state.get().latentDim, "Regions need"));
  const isOn = { force: choices.isOn("force"), regions: offered.includes("regions") && choices.isOn("regions") };
  const arrows = [el("span", {}, [sample("pull"), "pull to its class"]), el("span", {}, [sample("push"), "push from others"])];
  let field; // of the snapshot on screen: null where it has none, undefined before anybody knows
  let apart = { of: "", field: null }; // of the map that the first window shows in its place
  let drawn = { field: null, own: null, classes: null };
  let isGone = false;
  const follow = onceAgain(showField, () => !isGone && (isOn.force || isOn.regions) && Boolean(state.get().shown));

  const isApart = ({ picture, shown }) => Boolean(picture) && mapOf(picture) !== mapOf(shown);
  /** The field of the first window's map, none until it is known. */
  const ownField = (value) => (!isApart(value) ? field : apart.of === mapOf(value.picture) ? apart.field : null);

  async function showField() {
    const snapshot = await player.snapshot().catch(() => undefined);
    // Without its bytes (a power loss took them, the connection is away) nobody knows: it may well have a field.
    const found = snapshot ? (snapshot.has_field ? await fields.load(snapshot).catch(() => undefined) : null) : undefined;
    const { picture } = state.get();
    const own = isApart(state.get()) ? { of: mapOf(picture), field: await fieldAt(picture, { player, sync, fields }).catch(() => undefined) } : apart;
    if (isGone) return;
    [field, apart] = [found, own];
    draw();
  }

  function draw() {
    const { classes } = state.get();
    const own = ownField(state.get());
    const isSame = drawn.field === field && drawn.own === own && drawn.classes === classes;
    const paint = (each) => (each ? { ...each, region: livingPrediction(each.region, classes), colors: colorsOf(classes, readTheme().colors) } : null);
    if (!isSame) map.setField(paint(own), paint(field));
    drawn = { field, own, classes };
    const words = wordsFor(isOn, own ?? field);
    legend.hidden = words === "";
    legend.replaceChildren(...(words === null ? arrows : [words]));
  }

  function apply() {
    for (const name of offered) buttons[name].setAttribute("aria-pressed", String(isOn[name]));
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

  const unregister = offered.map((name) => {
    const { key, label } = TOGGLES[name];
    buttons[name].addEventListener("click", () => toggle(name), { signal });
    return keys.register(key, { label, group: "See", run: () => toggle(name) });
  });
  let asked = "";
  const stop = state.subscribe(["shown", "picture", "indexed", "classes", "connection"], (value, changed) => {
    const { shown, picture, indexed, classes, connection } = value;
    const now = shown ? `${frameKey(shown)} ${indexed}` : "";
    const own = ownField(value);
    const isLost = [field, own].includes(undefined) && connection !== "lost"; // asked for again once the connection is back
    if ((changed.has("picture") && own !== drawn.own) || (classes !== drawn.classes && (field || own))) draw();
    if (now !== asked || isLost || (isApart(value) && apart.of !== mapOf(picture))) follow();
    asked = now;
  });
  apply();
  return () => {
    stop();
    isGone = true;
    unregister.forEach((undo) => undo());
  };
}
