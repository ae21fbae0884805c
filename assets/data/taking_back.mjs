// Undo of what a file named: the gestures of one file are taken back by one undo.

import { newKey } from "../shell/api.mjs";

/**
 * Take back the gestures of a file, unless something newer would be taken back in their place.
 * @param {{state: function(string): Promise<object>, post: function(string, object): Promise<object>}} api
 * @param {string} projectId
 * @param {number} seq of the first gesture of the file
 * @returns {Promise<string>} what is said afterwards
 */
export async function takeBack(api, projectId, seq) {
  const { undo } = await api.state(projectId);
  if (undo?.seq !== seq) return "Something newer of yours would be taken back first. Undo it on the map.";
  await api.post(`/api/projects/${projectId}/gestures`, { key: newKey(), verb: "undo" });
  return "Took back the names of the file.";
}
