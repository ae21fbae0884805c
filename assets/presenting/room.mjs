// The live connection of a page to its project's room: who is there, who presents, what they see.
// It comes back by itself, each time after a longer pause, and then is where it was: presenting or following.
//
//   createRoom({projectId, onRoom, onView, onSamples, onPoint, onTold, onLine, onNews}) -> room
//     onRoom({people, presenter, me})  presenter {id, name, color, gone} or null; me: this page's own entry
//     onView(view)  onSamples(text)    of whoever presents, while this page follows
//     onPoint({by, place})             where somebody points, null for no longer
//     onTold({code, name})             something people should read (words.mjs)
//     onLine(isOpen)
//     onNews()                         something about the project has changed: ask for its state
//   room.say(do, values) -> boolean    false while there is no connection
//   room.want("present" | "follow" | null)   what to be again after a break
//   room.restart(once?)                the display name has changed; `once` is said as soon as this page is in again

import { waking as here } from "../shell/waking.mjs";

const PAUSES_MS = [500, 1000, 2000, 4000, 8000];
/** Codes of the server after which nothing gets better by asking again soon. */
const ENDS = new Set([4001, 4004]);
const LONG_MS = 30_000;
const LONG_CODES = new Set([4008, 4013]);

/** How long to wait before the next try, after so many that failed in a row. */
export const pauseMs = (nth, random = Math.random()) => PAUSES_MS[Math.min(nth, PAUSES_MS.length - 1)] * (0.75 + random / 2);

/** Where a page's room is; `person` is whom the page was made for, so that a stale tab speaks for nobody else. */
export function addressOf(projectId, { protocol, host } = location, person = globalThis.document?.documentElement?.dataset?.person, isBell = false) {
  const parts = [...(isBell ? ["bell=1"] : []), ...(person ? [`person=${encodeURIComponent(person)}`] : [])];
  const query = parts.length ? `?${parts.join("&")}` : "";
  return `${protocol === "https:" ? "wss" : "ws"}://${host}/api/projects/${projectId}/room${query}`;
}

export function createRoom({ projectId, onRoom, onView, onSamples, onPoint, onTold, onLine, onNews = () => {}, open = (address) => new WebSocket(address), timers = globalThis, address = addressOf(projectId), waking = here }) {
  let socket = null;
  let timer = 0;
  let failures = 0;
  let myId = null;
  let wanted = null;
  let wish = null; // what waits to be said once
  let isIn = false;
  let isClosed = false;

  function connect() {
    timer = 0;
    if (isClosed) return;
    const mine = open(address);
    socket = mine;
    mine.onmessage = ({ data }) => { if (mine === socket) hear(JSON.parse(data)); };
    mine.onclose = ({ code }) => { if (mine === socket) lose(code); };
  }

  function lose(code) {
    socket = null;
    myId = null;
    isIn = false;
    onLine(false);
    if (isClosed || ENDS.has(code)) return;
    timer = timers.setTimeout(connect, LONG_CODES.has(code) ? LONG_MS : pauseMs(failures));
    failures += 1;
  }

  const LISTENERS = {
    you({ id }) { myId = id; },
    room: enter,
    view: ({ view }) => onView(view),
    samples: ({ samples }) => onSamples(samples),
    point: ({ by, place }) => onPoint({ by, place }),
    told: onTold,
    news() {
      failures = 0;
      onNews();
    },
    refused({ code, message }) { onTold({ code: "refused", name: message, reason: code }); },
  };
  const hear = (message) => LISTENERS[message.is]?.(message);

  function enter({ people, presenter }) {
    const me = people.find(({ id }) => id === myId) ?? null;
    onRoom({ people, presenter, me });
    if (!me && isIn) onLine(isIn = false); // the server forgot this page for a moment
    if (!me || isIn) return;
    isIn = true; // only from here on does anybody hear what this page says
    failures = 0;
    onLine(true);
    if (wanted === "present") say("present");
    if (wanted === "follow") say("follow", { on: true });
    if (wish && say(wish)) wish = null;
  }

  function say(what, values = {}) {
    if (!isIn || socket?.readyState !== 1) return false;
    socket.send(JSON.stringify({ do: what, ...values }));
    return true;
  }

  /** Try at once: the network is said to be back. */
  function hurry() {
    if (!timer) return;
    timers.clearTimeout(timer);
    connect();
  }

  function hangUp() {
    const mine = socket;
    socket = null;
    mine?.close();
  }

  function restart(once = null) {
    wish = once ?? wish;
    hangUp();
    timers.clearTimeout(timer);
    isIn = false;
    myId = null;
    onLine(false);
    connect();
  }

  /** Ask for a ring: only a connection that is alive brings it, and the bell is trusted again. */
  function askForRing() {
    if (socket?.readyState === 1) socket.send(JSON.stringify({ do: "ring" }));
  }

  connect();
  const stops = [waking.onWake(() => restart()), waking.onDoubt(askForRing)];
  globalThis.addEventListener?.("online", hurry);
  return {
    say,
    want(what) { wanted = what; },
    get wanted() { return wanted; },
    restart,
    close() {
      isClosed = true;
      stops.forEach((stop) => stop());
      timers.clearTimeout(timer);
      globalThis.removeEventListener?.("online", hurry);
      hangUp();
    },
  };
}

/** The room's bell alone, for a page that nobody sees there: `ring()` on news, `cut()` where nobody will ring for a while. */
export function hangBell(projectId, { ring, cut }, { address = addressOf(projectId, undefined, undefined, true), ...options } = {}) {
  const nothing = () => {};
  return createRoom({
    projectId, address, onRoom: nothing, onView: nothing, onSamples: nothing, onPoint: nothing, onTold: nothing,
    onNews: ring, onLine: (isOpen) => { if (!isOpen) cut(); }, ...options,
  });
}
