/** How many points a view that is the map's own leaves out of sight; what a hand has left out needs no telling. */
import { isBeyond } from "./bulk.mjs";
import { HIDDEN } from "./marks.mjs";

export class Outside {
  #tell;
  #told = 0;
  #seen = { positionVersion: -1, mark: -1, projection: null };

  /** @param {(count: number) => void} tell hears each new count */
  constructor(tell) {
    this.#tell = tell;
  }

  /**
   * @param {import("./points.mjs").Points} points at rest
   * @param {import("./views.mjs").View} view at rest
   */
  look(points, view) {
    const now = { positionVersion: points.positionVersion, mark: points.mark.version, projection: view.projection };
    if (Object.keys(now).every((part) => now[part] === this.#seen[part])) return;
    this.#seen = now;
    const count = view.isUsers ? 0 : countOutside(points, view.projection);
    if (count !== this.#told) this.#tell(count);
    this.#told = count;
  }
}

/** Only points beyond the bulk are asked: the rest is what every view of the map's own is made around. */
function countOutside(points, projection) {
  const bulk = points.bulk();
  if (bulk === null || bulk.numOutside === 0) return 0;
  const { array } = points.target;
  let count = 0;
  for (let id = 0; id < points.numSamples; id++) {
    if (points.mark.array[id] & HIDDEN || !isBeyond(array, id, bulk.low, bulk.high)) continue;
    const [x, y] = projection.toPixel(points.placeOf(id));
    if (!(x >= 0 && x <= projection.width && y >= 0 && y <= projection.height)) count++;
  }
  return count;
}
