// What the Map page needs before it can show a project. It is asked for as soon as the address is
// known, while Dash still builds the page around the map.

import { allows } from "../shell/rights.mjs";

/** @import {Dataset, ServerState} from "../records" */

const IS_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The state of the project a page asks for, or of the newest that is not archived (they come newest first). */
async function readState(api, asked) {
  if (asked) return IS_ID.test(asked) ? api.state(asked).catch(nullIfAbsent) : null;
  const newest = (await api.projects()).find((each) => !each.archived);
  return newest ? api.state(newest.project_id) : null;
}

function nullIfAbsent(error) {
  if (error.isAbsent) return null;
  throw error;
}

/**
 * Let the map form itself: a project without any run starts its pretraining.
 * A refusal (a full disk, archived meanwhile) is told beside what was read: the rest can be shown.
 */
async function pretrainOnce(api, { project, runs, session }) {
  if (runs.length > 0 || project.archived || !allows("trainer", session?.role ?? null)) return { isForming: false, refusal: null };
  try {
    // The project's own id is the key: two tabs that open it together start one pretraining.
    await api.submitRun(project.project_id, { key: project.project_id, kind: "pretrain", config: {} });
    return { isForming: true, refusal: null };
  } catch (error) {
    if (error.isLost) throw error;
    return { isForming: false, refusal: error };
  }
}

/**
 * @param {ReturnType<typeof import("../shell/api.mjs").createApi>} api
 * @param {string} asked a project's id, "" for none; what is no id is no project's
 * @returns {Promise<{server: ServerState, dataset: Dataset, table: ArrayBuffer, annotation: ArrayBuffer,
 *   pins: ArrayBuffer | null, isForming: boolean, refusal: Error | null} | null>} the state, the data set, its
 *   samples, what is named, what is pinned, and whether the first pretraining was asked for; null when there is no such project
 */
export async function readProject(api, asked) {
  const server = await readState(api, asked);
  if (!server) return null;
  const { project } = server;
  const [dataset, table, annotation, pins, forming] = await Promise.all([
    api.dataset(project.dataset_id),
    api.samples(project.dataset_id),
    api.annotation(project.project_id, server.seq),
    server.num_pins > 0 ? api.pins(project.project_id, server.seq) : null,
    pretrainOnce(api, server),
  ]);
  return { server, dataset, table, annotation, pins, ...forming };
}

/**
 * Read the project of the address ahead of the page.
 * @returns {(projectId: string) => ReturnType<typeof readProject> | null} gives what was read to the
 *   first page that asks for the same project, null to any other
 */
export function readAhead(api, { pathname, search }) {
  const asked = new URLSearchParams(search).get("project") ?? "";
  let reading = pathname === "/" ? readProject(api, asked) : null;
  reading?.catch(() => {}); // whoever takes it hears of it
  return (identity) => {
    const taken = identity === asked ? reading : null;
    reading = null;
    return taken;
  };
}
