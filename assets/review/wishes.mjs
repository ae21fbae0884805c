// What somebody wants to take along, as values and in words. Pure.

import { num, sizeOf } from "../parts/counting.mjs";

export const KINDS = [
  { kind: "replay", label: "Replay", words: "One HTML file that replays the session without a network: motion, gestures as captions, a line to scrub." },
  { kind: "film", label: "Film", words: "MP4 or GIF of the session, for slides and chats." },
  { kind: "report", label: "Report", words: "Data, gestures, before and after, figures and settings on a few pages. Open it and print it as PDF." },
];
export const WIDTHS = [640, 1080, 1280, 1920];
const WIDEST_GIF = 1080;

/** What is chosen at first. */
export const usualWish = () => ({ kind: "replay", since: null, until: null, form: "mp4", width: 1280, fps: 25, theme: "light", captions: true });

/** A wish with something changed, and what that rules out put right. */
export function changed(wish, change) {
  const next = { ...wish, ...change };
  if (next.form === "gif") next.width = Math.min(next.width, WIDEST_GIF);
  if (next.form !== wish.form) next.fps = next.form === "gif" ? Math.min(next.fps, 15) : Math.max(next.fps, 25);
  return next;
}

/** Widths a form may have. */
export const widthsOf = (form) => WIDTHS.filter((width) => form !== "gif" || width <= WIDEST_GIF);

/** What is sent: a choice that is not this kind's own says nothing. @param {ReturnType<typeof usualWish>} wish */
export function sent({ kind, since, until, ...film }) {
  return { kind, since, until, ...(kind === "film" ? film : {}) };
}

/** Where the range begins or ends, from the value of its select: "" for the line's own end. */
export const placeOf = (value) => (value === "" ? null : { run: Number(value) });

const seconds = (value) => `${value < 10 ? value.toFixed(1) : Math.round(value)} s`;

/** "About 1.2 MB, 34 s, 184 frames." */
export function forecastWords({ kind }, { num_bytes: bytes, length_s: length, num_kept: kept }) {
  const frames = `${num(kept)} frame${kept === 1 ? "" : "s"}`; // how many are left out its notes say
  const parts = [`About ${sizeOf(bytes)}`, ...(kind === "report" ? [] : [seconds(length)]), ...(kind === "replay" ? [frames] : [])];
  return `${parts.join(", ")}.`;
}

/** What is said while it is made. */
export function progressWords({ state, done, position }) {
  if (state === "waiting") return position > 0 ? `Waits behind ${position} other${position === 1 ? "" : "s"}.` : "Waits for its turn.";
  return `Making it: ${Math.round(100 * done)} %`;
}

/** The same on the button, while the dialog is closed. */
export const shortProgress = ({ state, done }) => (state === "waiting" ? "Waits to be made" : `Being made, ${Math.round(100 * done)} %`);

/** Whether it is still to come. */
export const isComing = ({ state }) => state === "waiting" || state === "making";
