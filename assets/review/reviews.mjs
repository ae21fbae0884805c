// The routes of the Review page.

import { withLines } from "./lines.mjs";

/** @param {ReturnType<typeof import("../api.mjs").createApi>} api @param {string} projectId */
export function createReviews(api, projectId) {
  const path = `/api/projects/${projectId}`;
  const query = (values) => new URLSearchParams(Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== "")).toString();
  return {
    history: async () => withLines(await api.json(`${path}/history`)),
    step: (seq) => api.json(`${path}/steps/${seq}`),
    name: (stepId, name) => api.post(`${path}/steps/${stepId}/name`, { name }),
    log: (wanted) => api.json(`${path}/log?${query(wanted)}`),
    agreement: () => api.json(`${path}/agreement`),
    stamps: () => api.json(`${path}/review`),
    comments: () => api.json(`${path}/comments`),
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
