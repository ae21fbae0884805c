// The menu of who signed in: their name and role, People for admins, Sign out.
//
//   openAccount(at, session)      at: the button in the top bar
//   roleWords(role) -> what a role may do, in a few words; pure

import { el } from "../parts/elements.mjs";
import { openMenu } from "../parts/menu.mjs";
import { signOut } from "./leaving.mjs";

const WORDS = {
  viewer: "Looks and follows",
  annotator: "Names, moves and comments",
  trainer: "Names, and teaches the network",
  admin: "May do everything",
};

export const roleWords = (role) => WORDS[role] ?? "";

export function openAccount(at, { name, role, signs_out: signsOut }) {
  const head = el("div", { class: "account-head" }, [
    el("span", { class: "strong clip" }, name),
    el("span", { class: "cap" }, `${role[0].toUpperCase()}${role.slice(1)} · ${roleWords(role)}`),
  ]);
  const people = async () => (await import("./people.mjs")).openPeople();
  openMenu(at, [
    ...(role === "admin" ? [{ label: "People", run: people }] : []),
    ...(signsOut ? [{ label: "Sign out", run: () => signOut() }] : []),
  ], `Signed in as ${name}`, { head });
}
