// What stands in the map's place while there is no picture, or no canvas to draw it on; and the offer
// to form the map again where the first pretraining left nothing.

import { isLive } from "../parts/runstates.mjs";

/** @import {Head, Run, ServerState} from "../records" */

const WHY = {
  stopped: "Its first pretraining was stopped before it had drawn anything.",
  failed: "Its first pretraining failed before it had drawn anything.",
  quarantined: "Its first pretraining was set aside after it had failed several times.",
};
const ARCHIVED = "It is archived, so none is formed. Bring it back on the Projects page, under Archived.";
const NOT_STARTED = "Its first pretraining has not started.";
export const CARD_LOST = "The graphics card was lost; the map comes back in a moment";

/**
 * Why a project has no map, "" when it has one, or will have as soon as a run gets there.
 * @param {{head: Head | null, runs: Run[], project: ServerState["project"]}} server
 * @param {boolean} isForming whether this page asked for the first pretraining and it was taken
 */
export function whyNoMap({ head, runs, project }, isForming = false) {
  if (head || runs.some(isLive)) return "";
  if (project.archived) return ARCHIVED;
  if (runs.length === 0) return isForming ? "" : NOT_STARTED;
  const last = runs.filter((run) => run.kind === "pretrain").at(-1);
  return WHY[last?.state] ?? "Its first pretraining left no picture.";
}

const FORMING = "The map is about to form itself";

/** What the first map waits for, where its run says so. */
function waitOf({ runs }) {
  const first = runs.find((run) => run.kind === "pretrain" && run.state === "queued");
  return first?.wait && !first.wait.startsWith("Starts") ? first.wait : FORMING;
}

/** What the place shows: {words, isCard}; no words when the map itself is to be seen. */
export function placeholderOf({ server, shown, isForming, isCardLost }) {
  if (isCardLost) return { words: CARD_LOST, isCard: false };
  if (shown) return { words: "", isCard: false };
  const why = whyNoMap(server, isForming);
  if (why) return { words: why, isCard: true };
  return { words: server.head ? "Opening the map" : waitOf(server), isCard: false };
}

export function mountNoMap({ state, cover, actions }) {
  let told = null;

  function wayOut({ server }) {
    if (server.project.archived) return { label: "All projects", href: "/projects" };
    return { label: "Form the map again", run: actions.formAgain };
  }

  function render(value) {
    if (!value.server) return;
    const { words, isCard } = placeholderOf(value);
    if (words === told) return;
    told = words;
    if (words === "") cover.clear();
    else if (isCard) cover.noMap(words, wayOut(value));
    else cover.opening(words);
  }

  return state.subscribe(["server", "shown", "isForming", "isCardLost"], render);
}
