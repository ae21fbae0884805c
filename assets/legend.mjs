// What the colours mean when the palette does not say it: data-set labels, and the two scales.

import { el } from "./elements.mjs";
import { isolated, toggled } from "./palette.mjs";

export function mountLegend({ state, root }) {
  const host = root.querySelector("#map-legend");
  let drawn = ""; // a click on a row that is drawn anew meanwhile would be lost

  function press(index, everything, { detail }) {
    const hidden = toggled(state.get().hidden, index);
    state.set({ hidden: detail === 2 ? isolated(hidden, index, everything) : hidden });
  }

  function labels({ dataset, counts, slotOf, hidden }) {
    const everything = [...dataset.class_names.keys(), -1];
    const row = (index, name, dot) =>
      el("button", { type: "button", "data-class": index, "aria-label": `Show ${name}`, class: `legend-row${hidden.has(index) ? " off" : ""}`, "aria-pressed": String(!hidden.has(index)), onclick: (event) => press(index, everything, event) },
        [el("span", { class: dot, "aria-hidden": "true" }), el("span", { class: "clip" }, name), el("span", { class: "num" }, (counts.get(index) ?? 0).toLocaleString("en"))]);
    const rows = dataset.class_names.map((name, index) => row(index, name, `dot s8 slot-${slotOf[index]}`));
    if (counts.get(-1)) rows.push(row(-1, "no label", "dot s8 none"));
    return rows.length > 0 ? rows : [el("span", { class: "cap" }, "This data set has no labels.")];
  }

  function scale(mode, hasOpinion) {
    if (!hasOpinion) return [el("span", { class: "cap" }, "Nothing is predicted yet. Name some points, then Update.")];
    const [from, to] = mode === "confidence" ? ["0 %", "100 % sure"] : ["sure", "in doubt"];
    return [el("span", { class: "cap" }, from), el("i", { class: `ramp ${mode}`, "aria-hidden": "true" }), el("span", { class: "cap" }, to)];
  }

  function render(value) {
    const { colorMode, counts, hidden, prediction, server, slotOf } = value;
    const isScale = colorMode === "confidence" || colorMode === "uncertainty";
    host.hidden = !server || !counts || !(isScale || colorMode === "label");
    if (host.hidden) return;
    const looks = JSON.stringify([colorMode, [...counts], [...hidden], slotOf, Boolean(prediction)]);
    if (looks === drawn) return;
    drawn = looks;
    host.classList.toggle("is-scale", isScale);
    const focused = host.contains(document.activeElement) ? document.activeElement.dataset.class : null;
    host.replaceChildren(...(isScale ? scale(colorMode, Boolean(prediction)) : labels(value)));
    if (focused) host.querySelector(`[data-class="${focused}"]`)?.focus({ preventScroll: true });
  }

  host.setAttribute("role", "group");
  host.setAttribute("aria-label", "What the colours mean");
  const stop = state.subscribe(["colorMode", "counts", "hidden", "prediction"], render);
  return stop;
}
