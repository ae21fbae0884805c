// The classes of a replay with how many samples each has on the map just now.

import { livingClasses, NO_CLASS } from "../parts/classes.mjs";
import { num } from "../parts/counting.mjs";
import { el } from "../parts/elements.mjs";
import { countClasses } from "../parts/look.mjs";

const MOST = 40;

/** Living classes, most first where there are too many for the panel. */
export function rowsOf(classes, counts) {
  const living = livingClasses(classes).map((each) => ({ ...each, count: counts.get(each.class_index) ?? 0 }));
  if (living.length <= MOST) return { rows: living, more: 0 };
  return { rows: [...living].sort((a, b) => b.count - a.count).slice(0, MOST), more: living.length - MOST };
}

export function mountLegend({ host, about }) {
  const list = el("ul", { class: "legend", id: "legend" });
  const marks = [["named", "named by people"], ["predicted", "predicted"], ["held-out", "held out"]];
  host.append(list, el("ul", { class: "legend marks" }, marks.map(([kind, words]) => el("li", { class: "cap" }, [el("i", { class: `mark-sample ${kind}`, "aria-hidden": "true" }), words]))));
  return function draw(classOf) {
    const counts = countClasses(classOf);
    const { rows, more } = rowsOf(about.classes, counts);
    const row = (dot, name, count) => el("li", {}, [el("i", { class: `dot ${dot}`, "aria-hidden": "true" }), el("span", { class: "clip", title: name }, name), el("span", { class: "num" }, num(count))]);
    const nobody = counts.get(NO_CLASS) ?? 0;
    list.replaceChildren(...rows.map((each) => row(`slot-${each.color}`, each.name, each.count)),
      ...(more ? [el("li", { class: "cap" }, `and ${more} more`)] : []), ...(nobody ? [row("none", "no class yet", nobody)] : []));
    list.hidden = rows.length === 0 && nobody === 0;
  };
}
