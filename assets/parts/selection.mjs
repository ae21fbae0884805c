// A selection is a value: which samples, drawn where. It keeps its members when points move.

/** The selection of nothing. */
export const EMPTY = Object.freeze({ ids: new Uint32Array(0), region: null, snapshot: null });

/**
 * Apply one hand movement to a selection.
 * @param {{ids: Uint32Array}} selection ascending ids
 * @param {Uint32Array} ids what the lasso, box or click caught
 * @param {"replace"|"add"|"subtract"} mode
 * @returns {Uint32Array} ascending, unique ids
 */
export function combine(selection, ids, mode) {
  if (mode === "replace") return sorted(new Set(ids));
  const members = new Set(selection.ids);
  for (const id of ids) {
    if (mode === "add") members.add(id);
    else members.delete(id);
  }
  return sorted(members);
}

function sorted(members) {
  return Uint32Array.from(members).sort();
}

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

/** Return the ids whose value in `classOf` is `classIndex`, leaving hidden points out. */
export function ofClass(classOf, classIndex, isHidden = () => false) {
  return idsWhere(classOf.length, (id) => classOf[id] === classIndex && !isHidden(id));
}

/** Return the ids that pass, ascending. */
export function idsWhere(numSamples, passes) {
  const ids = [];
  for (let id = 0; id < numSamples; id += 1) if (passes(id)) ids.push(id);
  return Uint32Array.from(ids);
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
 * @param {Uint32Array} ids
 * @param {"least_sure"|"most_sure"|"nearest"|"farthest"} order
 * @param {{confidence: ?Uint8Array, embedding: ?Float32Array, latentDim: number}} shown
 * @returns {Uint32Array} the same ids; equal ones stay in the order of their number
 */
export function orderIds(ids, order, shown) {
  const weight = order.endsWith("sure") ? shown.confidence : distances(ids, shown);
  if (!weight) return ids;
  const sign = order === "least_sure" || order === "nearest" ? 1 : -1;
  return Uint32Array.from([...ids].sort((a, b) => sign * (weight[a] - weight[b]) || a - b));
}

function distances(ids, { embedding, latentDim }) {
  if (!embedding) return null;
  const centre = centreOf(ids, embedding, latentDim);
  const squared = {};
  for (const id of ids) {
    squared[id] = centre.reduce((sum, c, axis) => sum + (embedding[id * latentDim + axis] - c) ** 2, 0);
  }
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
