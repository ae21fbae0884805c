// How a map of three axes is seen: in space or flat, and how deep a lasso reaches. A map of two axes has no such choice.

import { listFocused } from "../parts/listedkeys.mjs";

/** What the Pan tool does in space, and what it is called there. */
const IN_SPACE = { word: "Turn", tip: "Turn; Shift or the right button slides" };
const FLAT = { word: "Pan", tip: "Pan" };

export function mountSight({ state, map, keys, root, choices }) {
  const [sight, front] = [root.querySelector("#map-sight"), root.querySelector("#map-front")];
  const hasChoice = () => state.get().server?.project.latent_dim === 3;
  const isFlat = () => sight.querySelector('[aria-pressed="true"]').dataset.sight === "flat";

  function choose(button) {
    const name = button.dataset.front ? "front" : "sight";
    choices.remember(name, button.dataset[name]);
    press(button);
  }

  function press(button) {
    for (const each of button.parentElement.children) each.setAttribute("aria-pressed", String(each === button));
    if (button.dataset.front) return map.setFrontShare(Number(button.dataset.front));
    map.setFlat(isFlat());
    return render();
  }

  /** As the project was left. */
  function restore() {
    for (const [name, host] of [["sight", sight], ["front", front]]) {
      const button = host.querySelector(`[data-${name}="${CSS.escape(choices.recall(name))}"]`);
      if (button && button.getAttribute("aria-pressed") !== "true") press(button);
    }
  }

  /** Where another chose it, whoever presents or the window beside, the buttons say so; it is not remembered. */
  function notice() {
    if (isRestored && hasChoice() && map.main.isFlat !== isFlat()) press(sight.querySelector('[aria-pressed="false"]'));
  }

  let isRestored = false;

  /** The other of two. */
  const swap = (host) => choose(host.querySelector('[aria-pressed="false"]'));

  function render() {
    if (!hasChoice()) return;
    if (!isRestored) {
      isRestored = true;
      restore();
    }
    sight.hidden = false;
    front.hidden = isFlat(); // flat, everything is equally far
    root.querySelector("#toggle-histograms").hidden = true;
    const pan = root.querySelector('[data-tool="pan"]');
    const { word, tip } = isFlat() ? FLAT : IN_SPACE;
    pan.dataset.tip = tip;
    pan.setAttribute("aria-label", word);
    pan.querySelector(".words").textContent = word;
  }

  const onClick = (event) => {
    const button = event.target.closest("button");
    if (button) choose(button);
  };
  for (const host of [sight, front]) host.addEventListener("click", onClick);
  const group = "See";
  const ofSpace = () => [
    keys.register("t", { label: "3D map: in space or flat", group, when: hasChoice, run: () => swap(sight) }),
    keys.register("d", { label: "3D map: lasso all depths or the front half", group, when: () => hasChoice() && !isFlat(), run: () => swap(front) }),
  ];
  const unregister = [
    ...(state.get().latentDim === 3 ? ofSpace() : []),
    ...listFocused(keys, group, state.get().latentDim),
  ];
  const stops = [state.subscribe(["server"], render), state.subscribe(["view"], notice)];
  return () => {
    stops.forEach((stop) => stop());
    unregister.forEach((undo) => undo());
    for (const host of [sight, front]) host.removeEventListener("click", onClick);
  };
}
