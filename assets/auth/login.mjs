// The pages of who is not let in yet (pages/auth/login_page.py). It stands alone: nothing else of
// the app is served before somebody has signed in.
//
//   way(form, secret, fields, key) -> {path, body}    what to post; pure. By its key a page whose answer was lost is let in again
//   next(pathname) -> where to go once let in, null: stay at this address

const ROLE_WORDS = {
  viewer: "look at it and follow",
  annotator: "name samples and comment",
  trainer: "name samples, and teach the network",
};

export function way(form, secret, { name, password }, key) {
  if (form === "invite") return { path: "/api/invite", body: { secret, name, key } };
  return { path: "/api/login", body: { name, password } };
}

export function next(pathname) {
  return pathname === "/login" || pathname === "/invite" ? "/" : null;
}

export function welcome({ by, role }) {
  return `${by} invites you to ${ROLE_WORDS[role] ?? "look at it"}. Say who you are.`;
}

const PERSON = "lodemap.person";
const OUTBOX = "lodemap.outbox.";
const THEME = "lodemap.theme";

/**
 * What somebody else left in this browser without signing out is not for this person: all goes but
 * gestures that were not sent, which wait for their author (outbox.mjs) and say by now whose they are.
 */
export function keepOwn(id, storage) {
  const before = storage.getItem(PERSON);
  if (before !== null && before !== id) {
    const names = Object.keys(storage).filter((key) => key.startsWith("lodemap") && key !== THEME);
    for (const key of names) {
      if (key.startsWith(OUTBOX)) sign(storage, key, before);
      else storage.removeItem(key);
    }
  }
  storage.setItem(PERSON, id);
}

function sign(storage, key, person) {
  try {
    storage.setItem(key, JSON.stringify({ by: person, ...JSON.parse(storage.getItem(key)) }));
  } catch {
    storage.removeItem(key); // not a gesture
  }
}

/** The same in this browser; where storage is forbidden, nothing of anybody lies in it. */
function keepOwnHere(id) {
  try {
    keepOwn(id, localStorage);
  } catch (error) {
    console.warn(error);
  }
}

async function post(path, body) {
  const headers = { "content-type": "application/json" };
  const response = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
  const told = await response.json().catch(() => ({}));
  return { ok: response.ok, message: `The server answered ${response.status}. Try again.`, ...told };
}

function show(text) {
  document.getElementById("problem").textContent = text;
}

/** Who was here before need not come in anew. */
function offerSignIn() {
  const link = Object.assign(document.createElement("a"), { href: "/login", className: "plain", textContent: "Sign in" });
  document.getElementById("problem").append(" ", link);
}

/** The secret leaves the address bar and the history at once; it was never sent in an address. */
function takeSecret() {
  const secret = location.hash.slice(1);
  if (secret) history.replaceState(null, "", location.pathname);
  return secret;
}

/** Nobody else has it, not even whoever opens the same link in this browser. */
function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(32)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function submit(form, secret, key) {
  const button = form.querySelector("button");
  button.disabled = true;
  show("");
  try {
    const fields = /** @type {{name: string, password: string}} */ (Object.fromEntries(new FormData(form)));
    const { path, body } = way(form.id, secret, fields, key);
    const answer = await post(path, body);
    if (answer.ok) {
      keepOwnHere(answer.author_id);
      const place = next(location.pathname);
      if (place) location.replace(place);
      else location.reload();
      return;
    }
    show(answer.message);
    if (answer.code === "name_taken") offerSignIn();
    const again = form.querySelector("[name=password]") ?? form.querySelector("[name=name]");
    again?.focus();
    again?.select();
  } catch {
    show("The server cannot be reached. Try again in a moment.");
  }
  button.disabled = false;
}

async function describe(form, secret) {
  if (!secret) {
    form.hidden = true;
    document.querySelector("h1 + p").textContent = "This link is not whole; open it again as it was sent.";
    return;
  }
  const invite = await post("/api/invite/read", { secret });
  document.querySelector("h1 + p").textContent = invite.ok ? welcome(invite) : invite.message;
  form.hidden = invite.code === "invite_ended"; // anything else passes
}

/** Somebody comes from a provider: the map is asked for from here, with the cookie of this very site. */
function goOn(arrived) {
  keepOwnHere(arrived.dataset.person);
  location.replace(arrived.href);
}

export function start() {
  const arrived = document.getElementById("arrived");
  if (arrived) return void goOn(arrived);
  const form = document.querySelector("form.tall");
  if (!form) return;
  const secret = form.id === "invite" ? takeSecret() : "";
  if (form.id === "invite") describe(form, secret);
  const key = newKey();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit(form, secret, key);
  });
}

if (globalThis.document) start();
