// What the map says of the step it shows, and the buttons above it.

import { listFocused } from "../parts/listedkeys.mjs";
import { stepBy, stepTitle } from "./words.mjs";

const THERE = "The project is at this step";

export function mountHead({ state, root, acts, stage, keys }) {
  const at = (id) => root.querySelector(`#${id}`);
  const tips = new Map(["step-compare", "step-branch", "step-checkout"].map((id) => [id, at(id).dataset.tip]));

  function render() {
    const step = acts.stepNow();
    if (!step) return;
    at("step-title").textContent = at("step-title").title = stepTitle(step);
    at("step-caption").textContent = at("step-caption").title = acts.isHere() ? "where the project is" : `as it was at ${stepBy(step).replace(/^[^,]*, /, "")}`;
    for (const [id, tip] of tips) {
      at(id).setAttribute("aria-disabled", String(acts.isHere()));
      at(id).dataset.tip = acts.isHere() ? THERE : tip;
    }
  }

  function use(tool) {
    stage.main.setTool(tool);
    for (const button of at("review-tools").children) button.setAttribute("aria-pressed", String(button.dataset.tool === tool));
  }

  const onTool = (event) => { const button = event.target.closest("[data-tool]"); if (button) use(button.dataset.tool); };
  at("review-tools").addEventListener("click", onTool);
  at("step-name").addEventListener("click", acts.name);
  at("step-compare").addEventListener("click", acts.compare);
  at("step-branch").addEventListener("click", acts.branch);
  at("step-checkout").addEventListener("click", acts.checkOut);
  const fit = () => stage.main.fit(true);
  const swap = () => stage.main.setFlat(!stage.main.isFlat); // whoever presents, or a bookmark, may have laid it flat
  at("map-fit").addEventListener("click", fit);
  const escape = () => { use("pan"); state.set({ selection: { ids: new Uint32Array(0), region: null, snapshot: null } }); };
  const group = "Review";
  const hand = state.get().latentDim === 3 ? "Turn, or pan where it is flat" : "Pan";
  const handButton = at("review-tools").querySelector('[data-tool="pan"]');
  handButton.dataset.tip = `${hand}: drag the map, click a point`;
  handButton.setAttribute("aria-label", handButton.dataset.tip);
  const unregister = [
    keys.register("h", { label: hand, group, run: () => use("pan") }),
    keys.register("l", { label: "Lasso", group, run: () => use("lasso") }),
    keys.register("f", { label: "Fit all points", group, run: fit }),
    keys.register("Escape", { label: "Let the selection go", group, run: escape }),
    ...(state.get().latentDim === 3 ? [keys.register("t", { label: "3D map: in space or flat", group, run: swap })] : []),
    ...listFocused(keys, group, state.get().latentDim),
  ];
  use("pan");
  const stop = state.subscribe(["history", "chosen"], render);
  render();
  return () => {
    stop();
    unregister.forEach((undo) => undo());
    at("review-tools").removeEventListener("click", onTool);
    at("step-name").removeEventListener("click", acts.name);
    at("step-compare").removeEventListener("click", acts.compare);
    at("step-branch").removeEventListener("click", acts.branch);
    at("step-checkout").removeEventListener("click", acts.checkOut);
    at("map-fit").removeEventListener("click", fit);
  };
}
