// How far the place of each sample can be believed, fetched while the map is coloured by it.

import { fromBase64 } from "../parts/codec.mjs";
import { failureWords } from "./leads.mjs";

/** @import {Api, Head, PageValues, State} from "../records" */

const AGAIN_MS = 1500;
const LATER_MS = 4000;

/** Whether a snapshot is the picture that is shown, and not where a way from it to the next begins. */
const isShown = (snapshot, shown) => Boolean(snapshot && shown) && snapshot.run_id === shown.runId && snapshot.epoch === shown.epoch && !shown.part;

/** Whether what was told is of the picture that is shown. Pure. */
export const isOf = (told, shown) => told.state === "ready" && isShown(told, shown);

/** When to ask again, 0 for not before something changes. Pure. */
export const againIn = ({ state }) => ({ working: AGAIN_MS, waiting: LATER_MS })[state] ?? 0;

const nameOf = (head) => (head ? `${head.run_id}/${head.epoch}` : "no map");

/**
 * @param {{state: State, api: Api, onError: (error: Error) => void, newest?: (value: PageValues) => ?Head}} of newest: the
 *   newest map of the project, where a page shows others too
 */
export function mountTrust({ state, api, onError, newest = ({ server }) => server?.head }) {
  let told = null; // the newest answer
  let trust = null; // its bytes
  let refused = ""; // the map that could not be told of: asked for again once it is another, or chosen again
  let timer = 0;
  let isAsking = false;
  let isGone = false;

  /** It is told of the newest map alone: what is on its way, or was scrubbed to, is not asked about. */
  function isWanted() {
    const value = state.get();
    const { colorMode, shown, connection } = value;
    return connection !== "lost" && colorMode === "trust" && refused !== nameOf(newest(value)) && isShown(newest(value), shown);
  }

  function show() {
    const now = told && isOf(told, state.get().shown) ? trust : null;
    if (now !== state.get().trust) state.set({ trust: now });
  }

  async function ask() {
    clearTimeout(timer);
    if (state.get().colorMode !== "trust") refused = "";
    if (isAsking || isGone || !isWanted() || (told && isOf(told, state.get().shown))) return;
    isAsking = true;
    const asked = state.get();
    try {
      told = await api.trust(asked.projectId);
      trust = told.state === "ready" ? fromBase64(told.trust) : null;
      const pause = againIn(told);
      if (pause && !isGone) timer = setTimeout(ask, pause);
    } catch (error) {
      if (!error.isLost) refused = nameOf(newest(asked));
      if (!error.isLost && !isGone) onError(Object.assign(error, { message: failureWords(error) }));
    } finally {
      isAsking = false;
    }
    if (!isGone) show();
  }

  // What was lost is asked for again once the connection is back: the state may be the same then.
  const stop = state.subscribe(["colorMode", "shown", "server", "latest", "connection"], () => { show(); ask(); });
  return () => {
    isGone = true;
    clearTimeout(timer);
    stop();
  };
}
