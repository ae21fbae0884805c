// The states of a run as people read them, on every page.

const STATES = {
  queued: ["waits", "line"], running: ["learning", "accent"], stopping: ["stopping", "accent"],
  finished: ["done", "ok"], stopped: ["stopped", "warn"], failed: ["failed", "error"], quarantined: ["set aside", "error"],
};

/** "set aside" */
export const wordOf = (state) => STATES[state][0];

/** The kind of chip it is shown in. */
export const kindOf = (state) => STATES[state][1];

/** Whether a run ended without doing what was asked, by no one's wish. */
export const hasFailed = (state) => state === "failed" || state === "quarantined";
