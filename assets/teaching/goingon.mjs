// A pretraining that was stopped may go on where it was, until an Update has built on it. Pure.

import { hasTaught, isLive } from "../parts/runstates.mjs";

/** @import {Run} from "../records" */

/**
 * The pretraining that can go on, null where there is none.
 * @param {?{runs: Run[], project: {archived: boolean}}} server
 */
export function resumable(server) {
  if (!server || server.project.archived || server.runs.some((run) => isLive(run) || hasTaught(run))) return null;
  const [first] = server.runs.filter((run) => run.kind === "pretrain" && run.on_line).sort((one, other) => other.number - one.number);
  const isOnItsWay = first?.state === "stopped" && first.last_epoch >= 0 && first.last_epoch < first.num_epochs;
  return isOnItsWay ? first : null;
}
