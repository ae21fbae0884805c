// Presenter mode on a page: one shows, the others follow, everybody may point.
//
//   mountPresenting({page: "map" | "review", projectId, state, root, keys, map, player, select, setColor, chooseStep?, goLive?, onNews?, onCut?}) -> destroy
//     map     the window that is shared: stance, adopt, places, placeOf
//     windows() -> [{pane, map}]   all windows people point in, where there are more
//     onNews()  onCut()            the project has changed; nobody tells of that for a while
//     select(ids)  setColor(mode)  chooseStep(stepId)   what following does to the page

import { isCopied } from "../parts/copying.mjs";
import { requireName } from "../shell/session.mjs";
import { keptByTab } from "../shell/storing.mjs";
import { showToast } from "../shell/toasts.mjs";
import { mountPresentBar } from "./bar.mjs";
import { watchHands } from "./hands.mjs";
import { holdRoom } from "./holding.mjs";
import { mountPointing } from "./pointing.mjs";
import { createPointers } from "./pointers.mjs";
import { createSharing, VIEW_KEYS } from "./sharing.mjs";
import { createPace } from "./sight.mjs";
import { cutWords, toldWords } from "./words.mjs";

/** Twenty views a second at most. */
const PACE_MS = 50;
const NOBODY = "Nobody is presenting at the moment. You will follow once somebody does.";

const PRESENTS = "lodemap.presents";
/** A page that comes back later than this asks to present anew. */
const BACK_MS = 15_000;

/** Which project this tab presents, and until when, so that a reload goes on; "" for none. */
const remember = (projectId) => keptByTab.setItem(PRESENTS, `${projectId} ${Date.now()}`);

function wasHere(projectId) {
  const [id, at] = (keptByTab.getItem(PRESENTS) ?? "").split(" ");
  return id === projectId && Date.now() - Number(at) < BACK_MS;
}

/** Whether a presentation is this person's own, by another connection: the one before a break. */
const isMine = (presenter, me) => Boolean(presenter && me && presenter.person === me.person);

export function mountPresenting(options) {
  const { page, projectId, state, root, keys, map } = options;
  const frame = root.querySelector("#map-window");
  const windows = options.windows ?? (() => [{ pane: frame, map }]);
  let value = { people: [], presenter: null, me: null, isOpen: false, wasOpen: false, follow: "no", page, presenterPage: null, isPointing: false, projectId };
  /** @type {boolean | "told"} */
  let isWaiting = new URLSearchParams(location.search).get("follow") === "1";
  let isApplying = false;
  let sent = { view: "", samples: null };
  const sharing = createSharing({ ...options, select: (ids) => quietly(() => options.select(ids)) });
  const bar = mountPresentBar({ act: (name, id) => ACTS[name](id) });
  const pointers = createPointers({ frame, windows });
  const pointing = mountPointing({ frame, windows, state, keys, tell, onChange: showPointing });
  const pace = createPace(PACE_MS, send);
  const { room, catchUp, release } = holdRoom(projectId, { onRoom, onView, onSamples, onPoint, onTold, onLine, onNews: options.onNews });

  const isPresenting = () => value.me !== null && value.presenter?.id === value.me.id;
  const isFollowing = () => value.follow === "yes" && value.presenter !== null && !isPresenting();

  function show(patch) {
    const wasLed = value.follow !== "no";
    value = { ...value, ...patch };
    if (wasLed && value.follow === "no") sharing.leave();
    bar.render(value);
    const isShared = isPresenting() || isFollowing();
    frame.classList.toggle("presented", isShared);
    frame.style.setProperty("--of", isShared ? `var(--class-${value.presenter.color})` : "");
  }

  function quietly(act) {
    isApplying = true;
    try {
      act();
    } finally {
      isApplying = false;
    }
  }

  function onRoom({ people, presenter, me }) {
    const wasPresenting = isPresenting();
    show({ people, presenter, me });
    if (isPresenting() && !wasPresenting) begin();
    if (wasPresenting && !isPresenting() && !isMine(presenter, me)) quit();
    if (!presenter || isPresenting()) show({ follow: "no", presenterPage: null });
    else if (wasPresenting && me?.follows) follow();
    if (!presenter && room.wanted === "follow") room.want(null);
    if (isWaiting && me) startFollowing();
  }

  /** The address asked for it. */
  function startFollowing() {
    if (isPresenting()) isWaiting = false;
    else if (value.presenter) { isWaiting = false; follow(); }
    else if (isWaiting !== "told") { isWaiting = "told"; showToast({ text: NOBODY }); }
  }

  function begin() {
    room.want("present");
    remember(projectId);
    sent = { view: "", samples: null };
    pace.ask();
  }

  /** This page presents no longer, and does not take it up again after a break or a reload. */
  function quit() {
    room.want(null);
    remember("");
  }

  function send() {
    if (!isPresenting() || !state.get().view) return;
    const view = sharing.read();
    const [text, samples] = [JSON.stringify(view), sharing.samples()];
    const isNew = samples !== sent.samples;
    if (!isNew && text === sent.view) return;
    if (room.say("view", isNew ? { view, samples } : { view })) sent = { view: text, samples };
  }

  function onView(view) {
    if (!isFollowing()) return;
    if (view.page !== value.presenterPage) show({ presenterPage: view.page ?? null });
    quietly(() => sharing.apply(view));
  }

  function onSamples(text) {
    if (isFollowing()) sharing.applySamples(text);
  }

  function onPoint({ by, place }) {
    const who = value.people.find(({ id }) => id === by);
    if (who) pointers.point({ by, place, name: who.name ?? "Guest", color: who.color });
  }

  function tell(place) {
    room.say("point", { place });
    if (value.me) pointers.point({ by: value.me.id, place, name: "You", color: value.me.color });
  }

  function onTold(note) {
    if (note.code === "taken" || note.code === "nameless") quit();
    const isMine = isPresenting() || (note.code === "stopped" && note.name === value.me?.name);
    const text = toldWords(note, isMine);
    if (text) showToast({ text, kind: note.code === "refused" ? "error" : "info" });
  }

  function onLine(isOpen) {
    sent = { view: "", samples: null };
    show({ isOpen, wasOpen: value.wasOpen || isOpen });
    if (isOpen) pace.ask();
    else options.onCut?.();
  }

  function follow() {
    sharing.forget();
    show({ follow: "yes" });
    room.want("follow");
    room.say("follow", { on: true });
  }

  function unfollow(how) {
    if (value.follow === "no" || (how === "paused" && value.follow === "paused")) return;
    show({ follow: how });
    room.want(null);
    room.say("follow", { on: false });
  }

  const pause = () => { if (isFollowing()) unfollow("paused"); };

  function showPointing(isPointing) {
    const isGone = value.wasOpen && !value.isOpen;
    if (isPointing && (isGone || isCut())) sayCut("point");
    show({ isPointing });
  }

  // The room's own wire looks open for a while after the network is gone; the page's requests find that out sooner.
  const isCut = () => state.get().connection === "lost";
  const sayCut = (act) => showToast({ text: cutWords(act) });

  /** Say something to the room; where nobody would hear it, that is said here. */
  function speak(act, values) {
    if (isCut() || !room.say(act, values)) sayCut(act);
  }

  /** Presenting and asking take a name; the connection knows the one it began with. */
  async function withName(act) {
    if (value.me?.name || isCut()) return speak(act);
    const name = await requireName();
    if (!name) return;
    if (act === "present") room.want(act);
    room.restart(act === "present" ? null : act);
  }

  async function copyLink() {
    const link = `${location.origin}${location.pathname}?project=${projectId}&follow=1`;
    const isDone = await isCopied(link);
    showToast(isDone ? { text: "The link was copied: whoever opens it follows at once." } : { text: `This browser keeps pages from copying. The link is ${link}`, seconds: 20 });
  }

  const ACTS = {
    present: () => withName("present"),
    stop() { quit(); if (!room.say("stop") || isCut()) sayCut("stop"); },
    follow,
    leave: () => unfollow("no"),
    ask: () => withName("ask"),
    hand: (to) => speak("hand", { to }),
    decline: (to) => speak("decline", { to }),
    point: () => pointing.toggle(),
    link: copyLink,
  };

  /** What changed without a hand of ours on it changed by this page's person. */
  function onSelection() {
    if (!isApplying) pause();
  }

  const stops = [
    state.subscribe([...VIEW_KEYS, "selection"], () => { if (isPresenting()) pace.ask(); }),
    state.subscribe(["selection"], onSelection),
    state.subscribe(["session"], ({ session }) => { if (value.me && session?.name && session.name !== value.me.name) room.restart(); }),
    watchHands(root, pause),
    keys.register("Escape", { label: "Stop following, or pointing", group: "Together", when: () => value.follow !== "no" || pointing.isOn, run: () => (pointing.isOn ? pointing.off() : unfollow("no")) }),
    pace.stop, pointing.destroy, pointers.destroy, bar.destroy, release,
  ];
  const onLeave = () => { if (isPresenting()) remember(projectId); };
  addEventListener("pagehide", onLeave);
  if (wasHere(projectId)) room.want("present");
  catchUp();
  if (room.wanted === "follow") { // on the page before
    room.say("follow", { on: false }); // said anew, it brings the newest view
    follow();
  }
  return () => {
    onLeave();
    removeEventListener("pagehide", onLeave);
    stops.forEach((stop) => stop());
    frame.classList.remove("presented");
  };
}
