// Who is at the keyboard: the display name, asked once, and its avatar in the top bar.
//
//   initSession() -> Promise<{name, author_id}>      call once; binds [data-act="name"]
//   ensureName()  -> Promise<string | null>          before the first gesture; asks at most once, beside the work
//   goOn()        -> Promise | null                  whoever goes on without an answer is a guest; null: nobody was asked
//   changeName()  -> Promise<string | null>
//   adoptSession({name, author_id})                  another tab has changed the name
//   refreshSession() -> Promise                      asks the server who it is

import { ApiError, createApi } from "./api.mjs";
import { openAccount } from "../auth/account.mjs";
import { keepRole } from "../auth/rights.mjs";
import { askName } from "../parts/dialogs.mjs";
import { initials } from "./initials.mjs";
import { askBeside } from "./namecard.mjs";
import { showToast } from "./toasts.mjs";

const ASKED = "lodemap.name-asked";
const api = createApi();
let session = { name: null, author_id: null };
let asking = null; // {leave, answer} of the card that asks

function wasAsked() {
  try {
    return Boolean(sessionStorage.getItem(ASKED));
  } catch {
    return false;
  }
}

function markAsked() {
  try {
    sessionStorage.setItem(ASKED, "1");
  } catch {
    // Without storage the question comes back after a reload, which does no harm.
  }
}

function dress() {
  for (const avatar of document.querySelectorAll('[data-act="name"]')) {
    const words = session.is_person ? `You are ${session.name}, ${session.role}` : session.name ? `You are ${session.name}. Change the display name` : "Choose a display name";
    if (avatar.getAttribute("aria-label") === words) continue;
    avatar.setAttribute("aria-label", words);
    avatar.dataset.tip = words;
    avatar.querySelector(".avatar").textContent = initials(session.name);
    avatar.querySelector(".avatar-name").textContent = session.name ?? "Guest";
  }
}

export function adoptSession(newer) {
  session = newer;
  keepRole(newer);
  dress();
  if (session.name) goOn();
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
  if (name === null) return session.name;
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
  if (name) goOn();
  return name;
}

/** What the person did meanwhile waits for the answer, all of it, in order. */
export function ensureName() {
  if (session.name || wasAsked()) return Promise.resolve(session.name);
  if (asking && !asking.isShown()) asking.leave(); // it went with its page: what waits for it goes on
  asking ??= ask();
  return asking.answer;
}

function ask() {
  const { answer, leave, isShown } = askBeside();
  return { leave, isShown, answer: answer.then(take).finally(() => { asking = null; }) };
}

export function goOn() {
  asking?.leave();
  return asking?.answer ?? null;
}

export async function initSession() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest('[data-act="name"]');
    if (button && session.is_person) openAccount(button, session);
    else if (button) changeName();
  });
  // What waits for a name is kept by the outbox, also beyond this page.
  addEventListener("pagehide", goOn);
  new MutationObserver(dress).observe(document.body, { childList: true, subtree: true });
  return refreshSession();
}
