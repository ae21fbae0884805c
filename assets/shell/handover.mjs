// A selection on its way from one page to another, the map or the Review page. The document stays between them, so it lies
// in memory: the next of the two that is there takes it, or drops what was meant for the other.

import { goTo } from "./going.mjs";

const PATHS = { map: "/", review: "/review" };

/** @typedef {{ids: Uint32Array, snapshot: ?{runId: string, n: number}}} Handed ascending ids, and the map they were drawn on: null where on none */

let onWay = null; // {page, projectId, handed}

/**
 * Hand a selection over and go to the page that takes it.
 * @param {"map"|"review"} page
 * @param {string} projectId
 * @param {Uint32Array} ids
 * @param {Handed["snapshot"]} [snapshot]
 */
export function takeTo(page, projectId, ids, snapshot = null) {
  onWay = { page, projectId, handed: { ids: Uint32Array.from(ids).sort(), snapshot } };
  goTo(`${PATHS[page]}?project=${projectId}`);
}

/** What was handed over to this page of a project, once. @returns {?Handed} null where nothing was */
export function takeSelection(page, projectId) {
  const isMine = onWay?.page === page && onWay.projectId === projectId;
  const { handed } = isMine ? onWay : { handed: null };
  onWay = null;
  return handed;
}
