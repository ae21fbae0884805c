// One room for the Map and the Review page: going from one to the other is not leaving.

import { createRoom } from "./room.mjs";

/** @import {Room, RoomListeners} from "../records" */

/** A page that is not followed by another within this has been left. */
const PATIENCE_MS = 4000;
let held = null;

/**
 * Take the room of a project; the newest taker hears what happens.
 * @param {string} projectId
 * @param {RoomListeners} listeners as of `createRoom`
 * @returns {{room: Room, catchUp: () => void, release: () => void}}
 */
export function holdRoom(projectId, listeners, { create = createRoom, timers = globalThis } = {}) {
  timers.clearTimeout(held?.timer);
  if (held?.projectId !== projectId) {
    held?.room.close();
    held = begin(projectId, create);
  }
  const mine = held;
  mine.listeners = listeners;
  return {
    room: mine.room,
    /** Tell the listeners what was told before they came. */
    catchUp() {
      if (mine.last) listeners.onRoom(mine.last);
      if (mine.isOpen) listeners.onLine(true);
    },
    release() {
      if (mine.listeners !== listeners) return;
      mine.listeners = null;
      mine.timer = timers.setTimeout(() => {
        mine.room.close();
        if (held === mine) held = null;
      }, PATIENCE_MS);
    },
  };
}

function begin(projectId, create) {
  const one = { projectId, listeners: null, last: null, isOpen: false, timer: 0, room: null };
  const pass = (name) => (value) => one.listeners?.[name](value);
  one.room = create({
    projectId,
    onView: pass("onView"), onSamples: pass("onSamples"), onPoint: pass("onPoint"), onTold: pass("onTold"),
    onRoom(value) { one.last = value; one.listeners?.onRoom(value); },
    onLine(isOpen) { one.isOpen = isOpen; one.listeners?.onLine(isOpen); },
    onNews() { one.listeners?.onNews?.(); },
  });
  return one;
}
