// What the colours mean when the palette does not say it: data-set labels, and the two scales.

import { num } from "../parts/counting.mjs";
import { el } from "../parts/elements.mjs";
import { isByClass } from "../parts/look.mjs";
import { isolated, toggled } from "../teaching/palette.mjs";

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
        [el("span", { class: dot, "aria-hidden": "true" }), el("span", { class: "clip" }, name), el("span", { class: "num" }, num(counts.get(index) ?? 0))]);
    const rows = dataset.class_names.map((name, index) => row(index, name, `dot s8 slot-${slotOf[index]}`));
    if (counts.get(-1)) rows.push(row(-1, "no label", "dot s8 none"));
    return rows.length > 0 ? rows : [el("span", { class: "cap" }, "This data set has no labels.")];
  }

  function scale(mode, hasOpinion, trust) {
    if (mode === "trust") return trust ? rampOf(mode, "astray", "among its like") : [el("span", { class: "cap" }, "How far each place can be believed is told of the newest map, once it rests.")];
    if (!hasOpinion) return [el("span", { class: "cap" }, "Nothing is predicted yet. Name some points, then Update.")];
    const [from, to] = mode === "confidence" ? ["0 %", "100 % sure"] : ["sure", "in doubt"];
    return rampOf(mode, from, to);
  }

  const rampOf = (mode, from, to) => [el("span", { class: "cap" }, from), el("i", { class: `ramp ${mode}`, "aria-hidden": "true" }), el("span", { class: "cap" }, to)];

  function render(value) {
    const { colorMode, counts, hidden, prediction, server, slotOf, trust } = value;
    const isScale = !isByClass(colorMode);
    host.hidden = !server || !counts || !(isScale || colorMode === "label");
    if (host.hidden) return;
    const looks = JSON.stringify([colorMode, [...counts], [...hidden], slotOf, Boolean(prediction), Boolean(trust)]);
    if (looks === drawn) return;
    drawn = looks;
    host.classList.toggle("is-scale", isScale);
    const focused = host.contains(document.activeElement) ? document.activeElement.dataset.class : null;
    host.replaceChildren(...(isScale ? scale(colorMode, Boolean(prediction), Boolean(trust)) : labels(value)));
    if (focused) host.querySelector(`[data-class="${focused}"]`)?.focus({ preventScroll: true });
  }

  host.setAttribute("role", "group");
  host.setAttribute("aria-label", "What the colours mean");
  const stop = state.subscribe(["colorMode", "counts", "hidden", "prediction", "trust"], render);
  return stop;
}
