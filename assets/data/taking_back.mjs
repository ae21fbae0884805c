// Undo of what a file named: the gestures of one file are taken back by one undo.

import { newKey } from "../shell/api.mjs";
import { sentenceOf } from "../shell/errors.mjs";

const CONFLICT = 409;

/**
 * Take back the gestures of a file, unless something newer would be taken back in their place: the server judges that,
 * for whatever this page knew may be older than another tab's gesture.
 * @param {{post: (path: string, body: object) => Promise<object>}} api
 * @param {string} projectId
 * @param {number} seq of the first gesture of the file
 * @returns {Promise<string>} what is said afterwards, the server's own sentence where it took nothing back
 * @throws {Error} what else went wrong, such as a lost connection
 */
export async function takeBack(api, projectId, seq) {
  try {
    await api.post(`/api/projects/${projectId}/gestures`, { key: newKey(), verb: "undo", expected: seq });
  } catch (error) {
    if (error.status === CONFLICT) return sentenceOf(error);
    throw error;
  }
  return "Took back the names of the file.";
}
