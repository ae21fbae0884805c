// The routes of the Review page.

/** @param {ReturnType<typeof import("../api.mjs").createApi>} api @param {string} projectId */
export function createReviews(api, projectId) {
  const path = `/api/projects/${projectId}`;
  const query = (values) => new URLSearchParams(Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== "")).toString();
  return {
    history: () => api.json(`${path}/history`),
    step: (seq) => api.json(`${path}/steps/${seq}`),
    name: (stepId, name) => api.post(`${path}/steps/${stepId}/name`, { name }),
    log: (wanted) => api.json(`${path}/log?${query(wanted)}`),
    agreement: () => api.json(`${path}/agreement`),
    gesture: (body) => api.post(`${path}/gestures`, body),
  };
}
