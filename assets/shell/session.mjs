// Who is at the keyboard: the display name, asked once, and its avatar in the top bar.
//
//   initSession(openAccount)                         call once; binds [data-act="name"]; for whoever has signed in it
//     -> Promise<{name, author_id}>                  opens their account, openAccount(button, session)
//   ensureName()  -> Promise<string | null>          before the first gesture; asks at most once, beside the work
//   isToBeAsked() -> boolean                         whether it would ask
//   goOn()        -> Promise | null                  whoever goes on without an answer is a guest; null: nobody was asked.
//                                                    After PATIENCE_MS, and when the tab is left, it goes on by itself
//   changeName()  -> Promise<string | null>          asks in a dialog
//   requireName() -> Promise<string | null>          for what nobody can do without a name: asks at once if there is none
//   adoptSession({name, author_id})                  another tab has changed the name
//   refreshSession() -> Promise                      asks the server who it is

import { ApiError, createApi } from "./api.mjs";
import { keepRole } from "./rights.mjs";
import { askName } from "../parts/dialogs.mjs";
import { initials } from "./initials.mjs";
import { askBeside } from "./namecard.mjs";
import { keptByTab } from "./storing.mjs";
import { showToast } from "./toasts.mjs";

const ASKED = "lodemap.name-asked";
/** How long others wait to see a gesture whose author has not answered. */
const PATIENCE_MS = 30_000;
const api = createApi();
let session = { name: null, author_id: null };
let asking = null; // {leave, answer} of the card that asks
let putAway = () => {}; // closes the card that was shown last

const wasAsked = () => Boolean(keptByTab.getItem(ASKED));
const markAsked = () => keptByTab.setItem(ASKED, "1");

function dress() {
  for (const avatar of document.querySelectorAll('[data-act="name"]')) {
    const isOffer = !session.name && wasAsked();
    const shown = session.name ?? (isOffer ? "Add your name" : "Guest");
    const words = session.is_person ? `You are ${session.name}, ${session.role}` : session.name ? `You are ${session.name}. Change the display name` : "Choose a display name";
    const title = avatar.querySelector(".avatar-name");
    if (avatar.getAttribute("aria-label") === words && title.textContent === shown) continue;
    avatar.dataset.isOffer = String(isOffer);
    title.textContent = shown;
    avatar.setAttribute("aria-label", words);
    avatar.dataset.tip = words;
    avatar.querySelector(".avatar").textContent = initials(session.name);
  }
}

export function adoptSession(newer) {
  session = newer;
  keepRole(newer);
  dress();
  if (session.name) putAway();
}

export async function refreshSession() {
  try {
    adoptSession(await api.session());
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    dress();
  }
  return session;
}

async function send(name) {
  const body = await api.setName(name);
  session = { ...session, ...body, name: body.name ?? name };
  dress();
}

async function take(name) {
  markAsked();
  if (name === null) {
    dress();
    return session.name;
  }
  try {
    await send(name);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const text = error.isLost ? "The server cannot be reached; your name was not saved." : error.message;
    showToast({ text, kind: "error" });
  }
  return session.name;
}

export async function changeName() {
  const name = await take(await askName({ name: session.name ?? "" }));
  if (name) putAway();
  return name;
}

export const requireName = async () => session.name ?? (await changeName());

export const isToBeAsked = () => !session.name && !wasAsked();

/** What the person did meanwhile waits for the answer, all of it, in order. */
export function ensureName() {
  if (!isToBeAsked()) return Promise.resolve(session.name);
  if (asking && !asking.isShown()) asking.leave(); // it went with its page: what waits for it goes on
  asking ??= ask();
  return asking.answer;
}

function ask() {
  const { answer, late, leave, close, isShown } = askBeside();
  putAway = close;
  late.then((name) => name !== null && take(name)); // it is on what comes from then on
  const patience = setTimeout(leave, PATIENCE_MS);
  return { leave, isShown, answer: answer.then(take).finally(() => { clearTimeout(patience); asking = null; }) };
}

export function goOn() {
  asking?.leave();
  return asking?.answer ?? null;
}

export async function initSession(openAccount) {
  document.addEventListener("click", (event) => {
    const button = event.target.closest('[data-act="name"]');
    if (button && session.is_person) openAccount(button, session);
    else if (button) changeName();
  });
  // What waits for a name is kept by the outbox, also beyond this page.
  addEventListener("pagehide", goOn);
  document.addEventListener("visibilitychange", () => { if (document.hidden) goOn(); });
  new MutationObserver(dress).observe(document.body, { childList: true, subtree: true });
  return refreshSession();
}
