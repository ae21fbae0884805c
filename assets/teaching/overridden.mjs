// Tells people when somebody else has moved what they had placed: the later move wins, and both hear of it.

import { num } from "../parts/counting.mjs";
import { kept } from "../shell/storing.mjs";
import { showToast } from "../shell/toasts.mjs";

const STORED = "lodemap.overridden.";

/**
 * What is new among the overridden moves, as one sentence a person; "" when nothing is.
 * @param {{seq: number, by: string, count: number}[]} now
 * @param {Record<string, number>} told count by move and person, as said before
 */
export function newsOf(now, told) {
  const counts = new Map();
  for (const each of now) {
    const fresh = each.count - (told[keyOf(each)] ?? 0);
    if (fresh > 0) counts.set(each.by, (counts.get(each.by) ?? 0) + fresh);
  }
  return [...counts].map(([by, count]) => `${by} has moved ${num(count)} of the samples you had placed; the later move counts.`).join(" ");
}

const keyOf = ({ seq, by }) => `${seq}/${by}`;

/** What was told once all of `now` is. */
export const toldOf = (now) => Object.fromEntries(now.map((each) => [keyOf(each), each.count]));

function recall(storage, key) {
  try {
    return JSON.parse(storage.getItem(key)) ?? {};
  } catch {
    return {}; // not ours
  }
}

export function mountOverridden({ state, storage = kept }) {
  let drawn = null;

  function render({ server, projectId }) {
    const now = server?.overridden ?? [];
    const text = JSON.stringify(now);
    if (!server || text === drawn) return;
    drawn = text;
    const key = STORED + projectId;
    const news = newsOf(now, recall(storage, key));
    if (!news) return;
    showToast({ text: news });
    storage.setItem(key, JSON.stringify(toldOf(now)));
  }

  return state.subscribe(["server"], render);
}
