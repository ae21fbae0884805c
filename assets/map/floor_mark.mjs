/**
 * How deep in a cloud a hand holds something: a plumb line from there to the face of the frame below the cloud, and its
 * foot on it, beside the foot of where it was. A screen alone does not tell a point in front from one behind.
 *
 * @typedef {{axis: number, at: number}} Floor the face of the frame below the cloud, or above when it is seen from there
 */
import { aimOf } from "./drag.mjs";

const SVG = "http://www.w3.org/2000/svg";
const CORNERS = 28;
/** Reach of a foot, in pixels at its depth: that of a single point, and the widest, which leaves the scene to be seen. */
const [LEAST_PX, MOST_PX] = [7, 40];

/** Where the plumb line from a place meets the floor. @param {ArrayLike<number>} place @param {Floor} floor */
export function footOf(place, { axis, at }) {
  return Array.from(place, (value, along) => (along === axis ? at : value));
}

/** Places around a foot, as far from it as `radius`, on the floor. @param {number[]} foot @param {Floor} floor */
export function ringOn(foot, { axis }, radius) {
  const [right, back] = [0, 1, 2].filter((along) => along !== axis);
  return Array.from({ length: CORNERS }, (_, nth) => {
    const angle = (2 * Math.PI * nth) / CORNERS;
    const place = [...foot];
    place[right] += radius * Math.cos(angle);
    place[back] += radius * Math.sin(angle);
    return place;
  });
}

/** How far a foot reaches, in data units: as far as what it is of, within limits. @param {{ids: Uint32Array, radius: number}} of @param {number} scale pixels a unit */
export function reachOf({ ids, radius }, scale) {
  return Math.min(MOST_PX / scale, Math.max(ids.length > 1 ? radius : 0, LEAST_PX / scale));
}

const textOf = (at) => at.map((value) => value.toFixed(1)).join(",");
/** Behind the eye nothing has a pixel: then no part of the path is drawn. */
const pathOf = (pixels, end = "") => (pixels.flat().every(Number.isFinite) ? `M${pixels.map(textOf).join("L")}${end}` : "");

export class FloorMark {
  constructor() {
    this.node = document.createElementNS(SVG, "g");
    this.was = this.#path("was");
    this.way = this.#path("way");
    this.line = this.#path("line");
    this.foot = this.#path("foot");
  }

  #path(name) {
    const path = this.node.appendChild(document.createElementNS(SVG, "path"));
    path.setAttribute("class", `floor-${name}`);
    return path;
  }

  /**
   * @param {import("./drag.mjs").Drag} drag
   * @param {import("./flat_projection.mjs").Projection & {scale?: number}} projection its scale where there is a floor
   * @param {Floor | null} floor null where a map is seen flat
   */
  draw(drag, projection, floor) {
    this.node.style.display = floor ? "" : "none";
    if (!floor) return;
    const toPixel = (place) => projection.toPixel(place);
    const aim = aimOf(drag);
    const [was, foot] = [footOf(drag.centre, floor), footOf(aim, floor)];
    const radius = reachOf(drag, projection.scale);
    const ring = (place) => pathOf(ringOn(place, floor, radius).map(toPixel), "Z");
    this.was.setAttribute("d", ring(was));
    this.foot.setAttribute("d", ring(foot));
    this.way.setAttribute("d", pathOf([toPixel(was), toPixel(foot)]));
    this.line.setAttribute("d", pathOf([toPixel(aim), toPixel(foot)]));
  }
}
