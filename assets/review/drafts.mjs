// What is typed on a page and not sent yet, by the place it is typed in: kept with the tab and for whoever typed it, so
// that a look at another page or a reload loses none of it.
//
//   createDrafts({projectId, person?, storage?})
//     at(place) -> {text?, version?, sent?}   version: of the text that an edit was begun from
//     places() -> string[]                    where something is typed, the first first
//     keep(place, more), forget(place)
//     keyOf(place, text) -> string            of what is sent from there: the same until it has arrived or is another
//                                             text, so that one that is sent again after a lost answer counts once

import { newKey } from "../shell/api.mjs";
import { keptByTab } from "../shell/storing.mjs";
import { personHere } from "../teaching/outbox.mjs";

const STORED = "lodemap.drafts.";

export function createDrafts({ projectId, person = personHere(), storage = keptByTab }) {
  const item = `${STORED}${person ?? ""}.${projectId}`;

  // Read each time: the page before may still be told that its text has arrived.
  const all = () => JSON.parse(storage.getItem(item) ?? "{}");
  const at = (place) => all()[place] ?? {};
  const keep = (place, more) => { storage.setItem(item, JSON.stringify({ ...all(), [place]: { ...at(place), ...more } })); };

  function forget(place) {
    const { [place]: _gone, ...others } = all();
    if (Object.keys(others).length > 0) storage.setItem(item, JSON.stringify(others));
    else storage.removeItem(item);
  }

  function keyOf(place, text) {
    if (at(place).sent?.text !== text) keep(place, { sent: { text, key: newKey() } });
    return at(place).sent.key;
  }

  return { at, places: () => Object.keys(all()), keep, forget, keyOf };
}
