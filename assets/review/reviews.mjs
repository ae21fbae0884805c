// The routes of the Review page.

import { withLines } from "./lines.mjs";

/** @param {ReturnType<typeof import("../shell/api.mjs").createApi>} api @param {string} projectId */
export function createReviews(api, projectId) {
  const path = `/api/projects/${projectId}`;
  /** What is not wanted any more is not waited for. */
  const of = (signal) => (signal ? api.within(signal) : api);
  const query = (values) => new URLSearchParams(Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== "")).toString();
  const known = new Map(); // comments by id, as they were last told
  let stamp = 0;

  /** All comments, oldest first: only those that changed since the last time are asked for. */
  async function comments() {
    for (let isMore = true; isMore;) {
      const answer = await api.json(`${path}/comments?after=${stamp}`);
      for (const each of answer.comments) known.set(each.comment_id, each);
      ({ stamp, is_more: isMore } = answer);
    }
    return { comments: [...known.values()].sort((a, b) => a.at - b.at || (a.comment_id < b.comment_id ? -1 : 1)) };
  }

  return {
    history: async () => withLines(await api.json(`${path}/history`)),
    step: (seq) => api.json(`${path}/steps/${seq}`),
    name: (stepId, name) => api.post(`${path}/steps/${stepId}/name`, { name }),
    log: (wanted, signal) => of(signal).json(`${path}/log?${query(wanted)}`),
    agreement: (signal) => of(signal).json(`${path}/agreement`),
    stamps: () => api.json(`${path}/review`),
    comments,
    samplesOf: async (id) => new Uint8Array(await api.binary(`${path}/comments/${id}/samples`)),
    comment: (body) => api.post(`${path}/comments`, body),
    editComment: (id, text, version) => api.post(`${path}/comments/${id}`, { text, version }),
    resolveComment: (id, resolved) => api.post(`${path}/comments/${id}/resolve`, { resolved }),
    deleteComment: (id) => api.json(`${path}/comments/${id}`, { method: "DELETE" }),
    bookmarks: () => api.json(`${path}/bookmarks`),
    bookmark: (body) => api.post(`${path}/bookmarks`, body),
    deleteBookmark: (id) => api.json(`${path}/bookmarks/${id}`, { method: "DELETE" }),
    gesture: (body) => api.post(`${path}/gestures`, body),
  };
}
