// A selection is a value: which samples, drawn where. It keeps its members when points move.

/** The selection of nothing. @type {Readonly<import("../records").Selection>} */
export const EMPTY = Object.freeze({ ids: new Uint32Array(0), region: null, snapshot: null });

/**
 * Apply one hand movement to a selection.
 * @param {{ids: Uint32Array}} selection ascending ids
 * @param {Uint32Array} ids what the lasso, box or click caught
 * @param {"replace"|"add"|"subtract"} mode
 * @returns {Uint32Array} ascending, unique ids
 */
export function combine(selection, ids, mode) {
  const before = mode === "replace" ? EMPTY.ids : selection.ids;
  const mask = maskOf(before, Math.max(lastOf(before), lastOf(ids)) + 1);
  for (const id of ids) mask[id] = mode === "subtract" ? 0 : 1;
  return idsWhere(mask.length, (id) => mask[id] === 1);
}

const lastOf = (ids) => ids.reduce((last, id) => (id > last ? id : last), -1);

/** Return 1 for every member, one byte a sample: the form the map draws from. */
export function maskOf(ids, numSamples) {
  const mask = new Uint8Array(numSamples);
  for (const id of ids) mask[id] = 1;
  return mask;
}

/** Return the selection without one sample; the outline no longer says what is in it. */
export function without(selection, id) {
  return { ...selection, ids: selection.ids.filter((member) => member !== id), region: null };
}

/** Return the selection without those that are out, the very same where none is. */
export function withoutThose(selection, isOut) {
  const ids = selection.ids.filter((id) => !isOut(id));
  if (ids.length === selection.ids.length) return selection;
  return ids.length > 0 ? { ...selection, ids, region: null } : EMPTY;
}

/**
 * Return the ids whose value in `classOf` is `classIndex`, leaving hidden points out.
 * @param {ArrayLike<number>} classOf @param {number} classIndex @param {(id: number) => boolean} [isHidden]
 */
export function ofClass(classOf, classIndex, isHidden = () => false) {
  return idsWhere(classOf.length, (id) => classOf[id] === classIndex && !isHidden(id));
}

/** Return the ids that pass, ascending. @param {number} numSamples @param {(id: number) => boolean} passes */
export function idsWhere(numSamples, passes) {
  const ids = new Uint32Array(numSamples);
  let count = 0;
  for (let id = 0; id < numSamples; id += 1) if (passes(id)) ids[count++] = id;
  return ids.slice(0, count);
}

/** Return the middle of the selected points: the mean position on each axis. */
export function centreOf(ids, embedding, latentDim) {
  const centre = new Float64Array(latentDim);
  for (const id of ids) {
    for (let axis = 0; axis < latentDim; axis += 1) centre[axis] += embedding[id * latentDim + axis];
  }
  return centre.map((sum) => sum / Math.max(1, ids.length));
}

/**
 * Order a selection for the gallery.
 * @param {Uint32Array} ids ascending
 * @param {"least_sure"|"most_sure"|"nearest"|"farthest"} order
 * @param {{confidence: ?Uint8Array, embedding: ?Float32Array, latentDim: number}} shown
 * @returns {Uint32Array} the same ids; equal ones stay in the order of their number
 */
export function orderIds(ids, order, shown) {
  const isUp = order === "least_sure" || order === "nearest";
  const { confidence, embedding } = shown;
  if (order.endsWith("sure")) return confidence ? intoBins(ids, 256, (id) => (isUp ? confidence[id] : 255 - confidence[id])) : ids;
  if (!embedding) return ids;
  // The bits of what is not below 0 grow with it: two passes, by the lower half and by the upper.
  const bits = new Uint32Array(distances(ids, shown).buffer).map((value) => (isUp ? value : ~value));
  const nth = intoBins(bits.map((_, k) => k), 65536, (k) => bits[k] & 65535);
  return intoBins(nth, 65536, (k) => bits[k] >>> 16).map((k) => ids[k]);
}

/** A counting sort: what shares a bin stays in its order. */
function intoBins(items, numBins, binOf) {
  const starts = new Uint32Array(numBins + 1);
  for (const item of items) starts[binOf(item) + 1] += 1;
  for (let bin = 0; bin < numBins; bin += 1) starts[bin + 1] += starts[bin];
  const ordered = new Uint32Array(items.length);
  for (const item of items) ordered[starts[binOf(item)]++] = item;
  return ordered;
}

/** Squared distances from the middle, in the order of the ids. */
function distances(ids, { embedding, latentDim }) {
  const centre = centreOf(ids, embedding, latentDim);
  const squared = new Float32Array(ids.length);
  for (let k = 0; k < ids.length; k += 1)
    for (let axis = 0; axis < latentDim; axis += 1) squared[k] += (embedding[ids[k] * latentDim + axis] - centre[axis]) ** 2;
  return squared;
}

/** Count how often each class occurs among the ids, most frequent first. */
export function tally(ids, classOf) {
  const counts = new Map();
  for (const id of ids) counts.set(classOf[id], (counts.get(classOf[id]) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
}

/** Whether the outline still says where the selected points are: not once they have moved on, if only part of the way to the next frame. */
export function isOutlineTrue({ ids, region, snapshot }, shown) {
  const partOf = (picture) => picture?.part ?? 0;
  return ids.length > 0 && region !== null && snapshot?.n === shown?.n && snapshot?.runId === shown?.runId && partOf(snapshot) === partOf(shown);
}
