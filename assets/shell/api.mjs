// fetch with one error form. A lost connection is told apart from a refusal: what was refused is
// answered with a sentence, what was lost may be sent again with the same key.

import { pause } from "../parts/pausing.mjs";
import { SentenceError } from "./errors.mjs";
import { unlessStalled } from "./stalling.mjs";
import { showToast } from "./toasts.mjs";
import { waking as here } from "./waking.mjs";

const LOST_STATUSES = new Set([429, 502, 503, 504]);
/** Form of the atlases (store/snapshots/atlases.py): they are kept for good, each by its address. */
const ATLAS_FORM = 3;
/** This person asks for more than their share (pages/middleware/pace.py): nothing was done, so that it can be sent once more. */
const CROWDED = "too_many_requests";
const CROWDED_WORDS = "You ask for more at once than one person may. It goes on by itself in a moment.";
const MOST_WAITS = 3;
const MOST_WAIT_S = 15;
/** For what nobody ends. */
const NEVER = new AbortController().signal;
/** The sign-in has ended: what is not saved yet waits as if the connection were lost, until its author is back. */
const SIGNED_OUT = "sign_in_needed";
/** Whom the page was made for (pages/auth/admission.py). */
const AS = "x-lodemap-person";

/**
 * What went wrong, in one sentence; `isLost` when the server never answered, `isAbsent` when it knows no such thing:
 * what stands before it may answer 404 too, and says nothing of what is there.
 */
export class ApiError extends SentenceError {
  constructor({ message, code = "error", status = 0, fields = {} }) {
    super(message);
    this.code = code;
    this.status = status;
    this.fields = fields;
    this.isAbsent = code === "not_found";
    this.isLost = status === 0 || LOST_STATUSES.has(status) || code === SIGNED_OUT;
  }
}

/** A key that names one gesture or run request, however often it is sent. */
export function newKey() {
  if (globalThis.crypto?.randomUUID) return crypto.randomUUID();
  // randomUUID exists in secure contexts only; a team server may be plain http.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

async function refusal(response) {
  let body = {};
  try {
    body = await response.json();
  } catch {
    // A proxy's own page: the status is all there is to tell.
  }
  const message = body.message ?? `The server answered ${response.status}. Try again in a moment.`;
  return new ApiError({ ...body, message, status: response.status });
}

/**
 * Talk to the HTTP interface of docs/http.md.
 * @param {{fetch?: typeof globalThis.fetch, onConnection?: (isOk: boolean) => void, ending?: AbortSignal, waking?: typeof here, wait?: typeof pause, say?: (text: string) => void}} options
 *   `onConnection` hears true after every answer and false after every loss; `ending` ends every question;
 *   what was under way while the machine slept (`waking`) counts as lost; `wait` and `say` are for what is sent once more.
 */
export function createApi({
  fetch = (...args) => globalThis.fetch(...args), onConnection = () => {}, ending = null, waking = here, wait = pause,
  say = (text) => showToast({ text }),
} = {}) {
  /** Wait for the network; whatever breaks on the way, be it in the middle of a body, is a loss, but not what was ended here. */
  async function arriving(promise, signal = ending) {
    try {
      return await promise;
    } catch (error) {
      if (signal?.aborted && error?.name === "AbortError") throw error;
      onConnection(false);
      throw new ApiError({ message: "Connection lost.", code: "lost" });
    }
  }

  /** What brings no signal of its own is ended here: as its page is left, and once it stands still. */
  const asking = (by, path, init) => (init.signal ? by(path, init) : unlessStalled((signal) => by(path, { ...init, signal }), { signals: [waking.signal(), ...(ending ? [ending] : [])] }));

  /** Send; and again, a few times, where the server says that this person asks for too much. */
  async function answered(ask, signal) {
    for (let waits = 0; ; waits += 1) {
      const response = await arriving(ask(), signal ?? undefined);
      const error = response.ok ? null : await refusal(response);
      if (error?.code !== CROWDED || waits === MOST_WAITS) return { response, error };
      say(CROWDED_WORDS);
      const seconds = Number(response.headers.get("retry-after")) || 1;
      await wait(1000 * Math.min(MOST_WAIT_S, Math.max(1, seconds)), signal ?? NEVER);
    }
  }

  /** `by` sends it in the place of fetch: with its own limits of time (sendfile.mjs). */
  async function send(path, /** @type {RequestInit & {by?: Function}} */ { by = fetch, ...init } = {}) {
    const person = globalThis.document?.documentElement?.dataset?.person;
    // a tab of somebody who has left must not speak for who is signed in now
    const headers = person ? { ...init.headers, [AS]: person } : init.headers;
    const { response, error } = await answered(() => asking(by, path, { ...init, ...(headers ? { headers } : {}) }), init.signal ?? ending);
    if (response.ok) {
      onConnection(true);
      return response;
    }
    onConnection(!error.isLost);
    if (error.code === SIGNED_OUT) globalThis.location?.reload(); // the server shows where to sign in
    throw error;
  }

  /** @param {string} path @param {RequestInit & {by?: Function}} [init] @returns {Promise<any>} as the path's row in docs/http.md says */
  const json = async (path, init) => arriving((await send(path, init)).json(), init?.signal);
  const binary = async (path) => arriving((await send(path)).arrayBuffer());
  const post = (path, body) =>
    json(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });

  /** The same, every question of which ends with a signal, under its own limit of time as ever. */
  const within = (signal) => createApi({ fetch, onConnection, ending: signal, waking, wait, say });

  return {
    within,
    send,
    json,
    binary,
    post,
    session: () => json("/api/session"),
    setName: (name) => post("/api/session", { name }),
    projects: () => json("/api/projects"),
    state: (projectId, digest, seq) =>
      json(`/api/projects/${projectId}/state${digest ? `?digest=${encodeURIComponent(digest)}${seq >= 0 ? `&seq=${seq}` : ""}` : ""}`),
    annotation: (projectId, seq) => binary(`/api/projects/${projectId}/annotation/${seq}`),
    pins: (projectId, seq) => binary(`/api/projects/${projectId}/pins/${seq}`),
    submitRun: (projectId, body) => post(`/api/projects/${projectId}/runs`, body),
    leads: (projectId) => json(`/api/projects/${projectId}/leads`),
    trust: (projectId) => json(`/api/projects/${projectId}/trust`),
    alike: (projectId, sample, most) => json(`/api/projects/${projectId}/alike?sample=${sample}&most=${most}`),
    find: (projectId, text) => json(`/api/projects/${projectId}/find?text=${encodeURIComponent(text)}`),
    receipt: (runId) => json(`/api/runs/${runId}/receipt`),
    goOn: (runId) => post(`/api/runs/${runId}/go_on`, {}),
    stopRun: (runId) => post(`/api/runs/${runId}/stop`, {}),
    frames: (runId, after) => json(`/api/runs/${runId}/frames?after=${after}`),
    frame: (runId, attempt, n) => binary(`/api/runs/${runId}/frames/${attempt}-${n}`),
    atlas: (runId, attempt, n) => binary(`/api/runs/${runId}/atlases/${attempt}-${n}?v=${ATLAS_FORM}`),
    drawnAt: (runId, attempt, n, place) => binary(`/api/runs/${runId}/atlases/${attempt}-${n}/place?at=${place}&v=${ATLAS_FORM}`),
    field: (runId, attempt, n) => binary(`/api/runs/${runId}/fields/${attempt}-${n}`),
    dataset: (datasetId) => json(`/api/datasets/${datasetId}`),
    sample: (datasetId, id) => json(`/api/datasets/${datasetId}/samples/${id}`),
    samples: (datasetId) => binary(`/api/datasets/${datasetId}/samples`),
  };
}
