// Where the points of a small map lie in its box.
//
//   fit(embedding, latentDim, width, height, margin?) -> Float32Array of pixel positions (pure);
//                                                        three axes are seen along the two main ones

import { bulkOf } from "../map/bulk.mjs";
import { flattened } from "../map/space/main_axes.mjs";

export const MARGIN = 14;
const NOWHERE = { low: [0, 0], high: [0, 0] };

/** Place points in a box, both axes stretched by the same factor, y upwards; what stands far apart may lie outside. */
export function fit(embedding, latentDim, width, height, margin = MARGIN) {
  if (latentDim === 3) return fit(flattened(embedding), 2, width, height, margin);
  const { low, high } = bulkOf(embedding, latentDim) ?? NOWHERE;
  const span = [high[0] - low[0] || 1, high[1] - low[1] || 1];
  const scale = Math.min((width - 2 * margin) / span[0], (height - 2 * margin) / span[1]);
  const count = embedding.length / latentDim;
  const placed = new Float32Array(2 * count);
  for (let id = 0; id < count; id += 1) {
    placed[2 * id] = width / 2 + (embedding[id * latentDim] - (low[0] + high[0]) / 2) * scale;
    placed[2 * id + 1] = height / 2 - (embedding[id * latentDim + 1] - (low[1] + high[1]) / 2) * scale;
  }
  return placed;
}
