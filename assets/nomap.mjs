// A project whose first pretraining left nothing: says why there is no map, and offers to form it again.

import { isLive } from "./line.mjs";

const WHY = {
  stopped: "Its first pretraining was stopped before it had drawn anything.",
  failed: "Its first pretraining failed before it had drawn anything.",
  quarantined: "Its first pretraining was set aside after it had failed several times.",
};

/** Why a project has no map, "" when it has one, or will have as soon as a run gets there. */
export function whyNoMap({ head, runs }) {
  if (head || runs.length === 0 || runs.some(isLive)) return "";
  const last = runs.filter((run) => run.kind === "pretrain").at(-1);
  return WHY[last?.state] ?? "Its first pretraining left no picture.";
}

export function mountNoMap({ state, cover, actions }) {
  let shown = "";

  function render({ server, shown: picture }) {
    const why = server && !picture ? whyNoMap(server) : "";
    if (why === shown) return;
    shown = why;
    if (why) cover.noMap(why, actions.formAgain);
    else if (!picture) cover.opening("The map is about to form itself");
  }

  return state.subscribe(["server", "shown"], render);
}
