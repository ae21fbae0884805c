/**
 * What a drag leaves behind on the screen: where the points were, where they would go, and the way between.
 * One SVG group; looks are in `map.css`.
 */
import { aimOf, targetsOf } from "./drag.mjs";
import { FloorMark } from "./floor_mark.mjs";

const SVG = "http://www.w3.org/2000/svg";
/** With more points than this, a line for each is a smear. */
const MOST_LINES = 200;
/** Room between the farthest point inside and the circle, in pixels. */
const CIRCLE_GAP_PX = 10;
const HEAD_PX = 8;

function shape(kind, className) {
  const node = document.createElementNS(SVG, kind);
  node.setAttribute("class", className);
  return node;
}

/** @param {[number, number]} from @param {[number, number]} to pixels @returns {string} the path of an arrow's head at `to` */
export function headOf(from, to, size = HEAD_PX) {
  const angle = Math.atan2(to[1] - from[1], to[0] - from[0]);
  const wing = (turn) => [to[0] - size * Math.cos(angle + turn), to[1] - size * Math.sin(angle + turn)];
  const text = (at) => at.map((value) => value.toFixed(1)).join(",");
  return `M${text(wing(0.45))}L${text(to)}L${text(wing(-0.45))}`;
}

export class Ghost {
  /** @type {import("./drag.mjs").Drag | null} */
  #drag = null;

  constructor() {
    this.node = shape("g", "map-ghost");
    this.lines = shape("path", "ghost-lines");
    this.was = shape("ellipse", "ghost-was");
    this.aim = shape("ellipse", "ghost-aim");
    this.way = shape("path", "ghost-way");
    this.head = shape("path", "ghost-head");
    this.floor = new FloorMark();
    this.node.append(this.floor.node, this.lines, this.was, this.aim, this.way, this.head);
    this.node.style.display = "none";
  }

  /** @param {import("./drag.mjs").Drag | null} drag */
  set(drag) {
    this.#drag = drag;
    this.node.style.display = drag ? "" : "none";
  }

  /** @param {import("./flat_projection.mjs").Projection} projection @param {import("./floor_mark.mjs").Floor | null} floor */
  draw(projection, floor) {
    const drag = this.#drag;
    if (drag === null) return;
    const toPixel = (place) => projection.toPixel(place);
    const from = toPixel(drag.centre);
    const to = toPixel(aimOf(drag));
    this.#circle(this.was, drag, from, toPixel);
    this.#circle(this.aim, drag, to, toPixel);
    this.way.setAttribute("d", `M${from.join(",")}L${to.join(",")}`);
    this.head.setAttribute("d", Math.hypot(to[0] - from[0], to[1] - from[1]) > 2 * HEAD_PX ? headOf(from, to) : "");
    this.lines.setAttribute("d", this.#linesOf(drag, toPixel));
    this.floor.draw(drag, projection, floor);
  }

  #circle(node, drag, [x, y], toPixel) {
    node.style.display = drag.ids.length > 1 ? "" : "none";
    const at = toPixel(drag.centre);
    const reaches = drag.centre.map((_, along) => {
      const edge = toPixel(drag.centre.map((value, axis) => value + (axis === along ? drag.radius : 0)));
      return Math.hypot(edge[0] - at[0], edge[1] - at[1]) + CIRCLE_GAP_PX;
    });
    // Flat, a unit of one axis may be longer than one of the other; in space a circle does for any turn.
    const [rx, ry] = reaches.length === 2 ? reaches : [Math.max(...reaches), Math.max(...reaches)];
    const values = { cx: x, cy: y, rx, ry };
    for (const [name, value] of Object.entries(values)) node.setAttribute(name, value.toFixed(1));
  }

  #linesOf(drag, toPixel) {
    const { ids, from, latentDim } = drag;
    if (ids.length < 2 || ids.length > MOST_LINES) return "";
    const targets = targetsOf(drag);
    const pixelOf = (places, nth) => toPixel([...places.subarray(nth * latentDim, (nth + 1) * latentDim)]);
    return Array.from(ids, (_, nth) => `M${pixelOf(from, nth).map((v) => v.toFixed(1)).join(",")}L${pixelOf(targets, nth).map((v) => v.toFixed(1)).join(",")}`).join("");
  }
}
