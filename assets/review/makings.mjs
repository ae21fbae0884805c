// What is being made to be taken along, one of a project at a time. It goes on when the Review page is left, says there how it ended,
// and is found again, with what was wished, when somebody comes back.

import { el } from "../parts/elements.mjs";
import { sizeOf } from "../parts/counting.mjs";
import { newKey } from "../shell/api.mjs";
import { sentenceOf } from "../shell/errors.mjs";
import { showToast } from "../shell/toasts.mjs";
import { isComing, sent, usualWish } from "./wishes.mjs";

/** @import {Takeaway} from "../records" */

const LOOK_MS = 400;
const makings = new Map(); // by project, for as long as the tab is open

/** The making of a project, the same one each time. */
export function makingOf(projectId) {
  if (!makings.has(projectId)) makings.set(projectId, createMaking(`/api/projects/${projectId}/takeaways`));
  return makings.get(projectId);
}

/**
 * Watch what is being made until it has ended; a moment without connection is no reason to give it up.
 * @param {Takeaway} first
 * @param {{look: (id: string) => Promise<Takeaway>, isWanted: (id: string) => boolean, onProgress: (takeaway: Takeaway) => void,
 *   wait?: () => Promise<void>}} parts isWanted: whether it is still this one that is under way
 * @returns {Promise<?Takeaway>} as it ended; null once it is not wanted any more, whatever is still heard of it
 */
export async function followTakeaway(first, { look, isWanted, onProgress, wait = () => new Promise((resolve) => { setTimeout(resolve, LOOK_MS); }) }) {
  const id = first.takeaway_id;
  let now = first;
  while (isComing(now)) {
    await wait();
    if (!isWanted(id)) return null;
    const known = now;
    now = await look(id).catch((error) => { if (error.isLost) return known; throw error; });
    if (!isWanted(id)) return null;
    onProgress(now);
  }
  return now;
}

/** Let the browser save a file of the server's. */
function save(takeaway) {
  const link = el("a", { href: `/api/takeaways/${takeaway.takeaway_id}/file`, download: takeaway.name });
  document.body.append(link);
  link.click();
  link.remove();
}

/**
 * An audience is the Review page that is open: {api, dialog(): ?{say, close, drawAsking, drawProgress}, onChange(), onError(error)}.
 * @returns {{wish: ReturnType<typeof usualWish>, takeaway: ?Takeaway, isAsking: boolean, begin: () => unknown, cancel: () => unknown, attend: (audience: object) => () => void}} takeaway: what is
 *   under way; isAsking: for it, nothing is known of it yet; attend: what it returns ends the attendance
 */
function createMaking(path) {
  const making = { wish: usualWish(), takeaway: null, isAsking: false, begin, cancel, attend };
  let audience = null;
  let api = null; // of the page that was open last

  const dialog = () => audience?.dialog();
  const isWanted = (id) => making.takeaway?.takeaway_id === id;

  function attend(whoever) {
    audience = whoever;
    ({ api } = whoever);
    return () => { if (audience === whoever) audience = null; };
  }

  function progress(takeaway) {
    making.takeaway = takeaway;
    dialog()?.drawProgress(takeaway);
    audience?.onChange();
  }

  function finish(takeaway) {
    progress(null);
    if (takeaway.state === "ready") {
      save(takeaway);
      dialog()?.close();
      showToast({ text: [{ strong: takeaway.name }, ` is saved, ${sizeOf(takeaway.num_bytes)}. ${takeaway.notes.join(" ")}`], seconds: takeaway.notes.length ? 12 : 6, action: { label: "Save again", run: () => save(takeaway) } });
    } else if (takeaway.state === "failed") tell(takeaway.error.message);
  }

  /** Say what went wrong where it is seen: in the dialog, else as a toast. */
  function tell(sentence) {
    if (dialog()) dialog().say(sentence);
    else showToast({ text: sentence, kind: "error" });
  }

  function refuse(error) {
    progress(null);
    if (audience === null || (dialog() && !error.isLost)) tell(sentenceOf(error));
    else audience.onError(error);
  }

  async function begin() {
    if (making.isAsking || making.takeaway) return;
    making.isAsking = true;
    dialog()?.drawAsking();
    let id = null;
    try {
      const body = { key: newKey(), wish: sent(making.wish) };
      // A key makes it safe to ask again where the answer was lost.
      const made = await api.post(path, body).catch((error) => { if (!error.isLost) throw error; return api.post(path, body); }).finally(() => { making.isAsking = false; });
      id = made.takeaway_id;
      progress(made);
      const ended = await followTakeaway(made, { look: (of) => api.json(`/api/takeaways/${of}`), isWanted, onProgress: progress });
      if (ended && isWanted(id)) finish(ended);
    } catch (error) {
      if (id === null || isWanted(id)) refuse(error); // of one that was cancelled nobody wants to hear
    }
  }

  async function cancel() {
    const { takeaway_id: id } = making.takeaway;
    progress(null);
    await api.json(`/api/takeaways/${id}`, { method: "DELETE" }).catch((error) => (audience ? audience.onError(error) : tell(sentenceOf(error))));
  }

  return making;
}
