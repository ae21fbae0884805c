// What the People dialog says; pure.

import { many } from "../parts/counting.mjs";

export const ORIGINS = { password: "password", oidc: "single sign-on", proxy: "proxy", invite: "invite" };

const HOUR_S = 3600;
const DAY_S = 24 * HOUR_S;

/** How long ago somebody was here; times in seconds since 1970, 0 for never. */
export function seenWords(seenAt, now) {
  if (seenAt === 0) return "has not come yet";
  const passed = Math.max(0, now - seenAt);
  if (passed < 120) return "here now";
  if (passed < HOUR_S) return `${Math.floor(passed / 60)} min ago`;
  if (passed < DAY_S) return `${Math.floor(passed / HOUR_S)} h ago`;
  return `${many(Math.floor(passed / DAY_S), "day")} ago`;
}

export function personWords({ origin, seen_at: seenAt }, now) {
  return `${ORIGINS[origin] ?? origin} · ${seenWords(seenAt, now)}`;
}

/** How long an invite still works, in days where it is two or more. */
function leftWords(seconds) {
  if (seconds < HOUR_S) return "less than 1 h left";
  if (seconds < 2 * DAY_S) return `${Math.round(seconds / HOUR_S)} h left`;
  return `${many(Math.round(seconds / DAY_S), "day")} left`;
}

/** What an invite still does. */
export function inviteWords({ is_open: isOpen, is_for_many: isForMany, num_used: used, expires_at: end, author }, now) {
  if (!isOpen) return `ended · ${many(used, "person").replace("persons", "people")} came · by ${author}`;
  const reach = isForMany ? `for many, ${used} came` : "for one";
  return `${reach} · ${leftWords(end - now)} · by ${author}`;
}

/** What removing somebody does, said before it is done. */
export function removalWords({ name, origin }) {
  const back = origin === "oidc" || origin === "proxy" ? " They can sign in again; take them out there too." : "";
  return `${name} is signed out everywhere at once, and links they made end. What they named and wrote stays.${back}`;
}

/** The link of an invite: what is behind the # is never sent in an address, so no log can hold it. */
export const linkOf = (secret, origin) => `${origin}/invite#${secret}`;

/** Open projects are for all who sign in. */
export function memberWords(isClosed, count) {
  if (!isClosed) return "Everybody who signs in sees this project.";
  if (count === 0) return "Nobody but admins sees it yet. Choose its members.";
  return `Only ${many(count, "member")} and admins see it; for others it is not there.`;
}
