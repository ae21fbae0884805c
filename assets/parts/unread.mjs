// What stands where nothing has been read yet: that it is being read, said after a moment, so that it does not flash; or
// that it could not be, and the way to try again.

import { el } from "./elements.mjs";

/** @param {string} words such as "Reading the runs" @param {string} tag of the node */
export const stillReading = (words, tag = "div") => el(tag, { class: "empty unread", "aria-live": "polite" }, words);

/** @param {string} words one sentence @param {() => void} again reads anew @param {string} tag of the node */
export const notRead = (words, again, tag = "div") =>
  el(tag, { class: "empty" }, [el("span", {}, words), el("button", { type: "button", class: "btn", onclick: again }, "Try again")]);
