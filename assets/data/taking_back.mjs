// Undo of what a file named: one gesture a class, taken back one by one, the newest first.

import { newKey } from "../api.mjs";

/**
 * Take back the gestures of a file, unless something newer stands before them.
 * @param {{state: function(string): Promise<object>, post: function(string, object): Promise<object>}} api
 * @param {string} projectId
 * @param {number[]} seqs of the gestures
 * @returns {Promise<number>} how many were taken back; undo takes back the newest of mine, so it may not reach them all
 */
export async function takeBack(api, projectId, seqs) {
  const mine = new Set(seqs);
  for (let taken = 0; ; taken += 1) {
    const { undo } = await api.state(projectId);
    if (!undo || !mine.has(undo.seq)) return taken;
    await api.post(`/api/projects/${projectId}/gestures`, { key: newKey(), verb: "undo" });
    mine.delete(undo.seq);
  }
}

/** What is said afterwards. */
export function takenWords(taken, wanted) {
  if (taken === wanted) return "Took back the names of the file.";
  if (taken === 0) return "Something newer of yours would be taken back first. Undo it on the map.";
  return `Took back ${taken} of ${wanted} classes; something newer of yours stands before the others. Undo it on the map.`;
}
