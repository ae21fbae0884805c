// Every sentence of presenting. Pure.

/** @import {Person} from "../records" */

export const nameOf = ({ name }) => name ?? "Guest";

const people = (count) => (count === 1 ? "1 person follows" : `${count} people follow`);

/** What a toast says of something that happened, "" when the bar says enough. */
export function toldWords({ code, name }, isMine = false) {
  return {
    stopped: isMine ? "" : `${name} stopped presenting.`,
    gone: `${name} lost the connection. The view stays until they are back.`,
    back: isMine ? "" : `${name} is back and goes on presenting.`,
    freed: `${name} did not come back. Anybody may present now.`,
    handed: isMine ? "You present now: who follows sees what you see." : `${name} presents now.`,
    asks: `${name} asks to present.`,
    declined: `${name} goes on presenting for now.`,
    taken: `${name} is presenting already. Ask to present instead.`,
    nameless: "To present takes a display name; give one first.",
    refused: name,
  }[code] ?? "";
}

const ONCE_BACK = { present: "You can present", ask: "You can ask", hand: "You can hand over", decline: "You can answer", stop: "You stop presenting", point: "Others see where you point" };

/** What a toast says where nobody hears what a button says. */
export const cutWords = (what) => `Connection lost. ${ONCE_BACK[what]} once it is back.`;

const PAGES = { map: "Map", review: "Review" };

/**
 * What the bar says: {kind, words, more}. kind: "none", "invite", "following", "paused", "presenting".
 * @param {{presenter: ?Person, me: ?Person, isOpen: boolean, follow: "no" | "yes" | "paused", people: Person[], page: string, presenterPage: ?string}} value
 */
export function barWords({ presenter, me, isOpen, follow, people: all, page, presenterPage }) {
  if (presenter && me && presenter.id === me.id) {
    const count = all.filter((each) => each.follows).length;
    const more = isOpen ? people(count) : "connection lost, trying again";
    return { kind: "presenting", words: "You are presenting", more: count === 0 && isOpen ? "nobody follows yet" : more };
  }
  if (!presenter) return { kind: "none", words: "", more: "" };
  const { name, gone } = presenter;
  const away = gone ? "connection lost" : presenterPage && presenterPage !== page && follow === "yes" ? `on the ${PAGES[presenterPage] ?? "other"} page` : "";
  if (!isOpen) return { kind: follow === "no" ? "invite" : "following", words: `${name} is presenting`, more: "connection lost, trying again" };
  if (follow === "yes") return { kind: "following", words: `Following ${name}`, more: away };
  if (follow === "paused") return { kind: "paused", words: "Following paused", more: away };
  return { kind: "invite", words: `${name} is presenting`, more: away };
}

/** What somebody is doing, for the list of who is there. */
export function doing({ id, follows, asks }, presenter) {
  if (presenter?.id === id) return "presenting";
  if (asks) return "asks to present";
  return follows ? "following" : "";
}

/** One entry a person, not a page: whoever has two tabs open is there once, by the tab that does most. */
export function persons(all, presenter, me) {
  const rank = (each) => (each.id === me?.id ? 8 : 0) + (each.id === presenter?.id ? 4 : 0) + (each.asks ? 2 : 0) + (each.follows ? 1 : 0);
  const best = new Map();
  for (const each of all) if (!best.has(each.person) || rank(each) > rank(best.get(each.person))) best.set(each.person, each);
  return [...best.values()];
}
