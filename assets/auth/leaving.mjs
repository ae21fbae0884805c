// What a browser keeps of a person, and signing out: nothing of their projects stays behind on a
// machine that others use, and a gesture that was not sent yet is never let go of unasked.
//
//   signOut({api?, ask?, place?, storages?}) -> Promise<boolean>   whether the way leads out
//   askWords(own, others) -> {title, text}                          pure
//   clearAll(storages)                                              all of this app but the theme

import { createApi } from "../shell/api.mjs";
import { sentenceOf } from "../shell/errors.mjs";
import { many } from "../parts/counting.mjs";
import { confirm } from "../parts/dialogs.mjs";
import { createOutbox, numOfOthers } from "../teaching/outbox.mjs";
import { kept, keptByTab } from "../shell/storing.mjs";
import { showToast } from "../shell/toasts.mjs";

const OURS = /^lodemap\b/;
const THEME = "lodemap.theme";
const UNREACHED = "The server cannot be reached; you are still signed in.";

/** What would be lost, said before it is. */
export function askWords(own, others) {
  const mine = own > 0 ? `${many(own, "gesture")} of yours ${own === 1 ? "has" : "have"} not reached the server. Stay until the connection is back, and nothing is lost.` : "";
  const theirs = others > 0 ? `${many(others, "gesture")} that somebody else made in this browser ${others === 1 ? "waits" : "wait"} until they sign in again.` : "";
  return { title: `Sign out and lose ${many(own + others, "gesture")}?`, text: [mine, theirs].filter(Boolean).join(" ") };
}

export function clearAll(storages) {
  for (const storage of storages) {
    const names = Array.from({ length: storage.length }, (_, at) => storage.key(at));
    names.filter((name) => OURS.test(name) && name !== THEME).forEach((name) => storage.removeItem(name));
  }
}

/** Send what waits, from whatever page and tab; its keys make a second sending a duplicate. */
async function sendWaiting(api, storage) {
  const outbox = createOutbox({ post: api.post, storage });
  await outbox.flush();
  return outbox.count();
}

export async function signOut({ api = createApi(), ask = confirm, place = location, storages = [kept, keptByTab] } = {}) {
  const [own, others] = [await sendWaiting(api, storages[0]), numOfOthers(storages[0])];
  if (own + others > 0 && !(await ask({ ...askWords(own, others), action: "Sign out", danger: true }))) return false;
  try {
    await api.post("/api/logout", {});
  } catch (error) {
    if (error.status !== 401) {
      showToast({ text: error.isLost ? UNREACHED : sentenceOf(error), kind: "error" });
      return false;
    }
  }
  clearAll(storages);
  storages.forEach((storage) => storage.close());
  place.replace("/login");
  return true;
}
