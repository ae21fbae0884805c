// What the map's place shows when there is no map to show: opening, empty, refused, no WebGL.

import { el } from "./elements.mjs";
import { icon } from "./icons.mjs";

const OFFLINE = "Connection lost. Your gestures are kept here and sent when it is back.";

/** The sentence of the amber bar, with how much waits. */
export function offlineWords(waiting) {
  if (waiting === 0) return OFFLINE;
  return `${OFFLINE} ${waiting} ${waiting === 1 ? "waits" : "wait"}.`;
}

export function mountCover({ state, root }) {
  const cover = root.querySelector("#map-cover");
  const offline = root.querySelector("#map-offline");
  const loading = [...cover.childNodes];
  let isBlind = false; // no WebGL: the sentence stays, whatever frames come

  function message(name, title, text, action) {
    const button = action ? el("a", { class: "btn btn-primary", href: action.href }, action.label) : null;
    cover.replaceChildren(el("div", { class: "empty cover-card", role: "status" }, [icon(name), el("span", { class: "strong" }, title), el("span", {}, text), button]));
    cover.hidden = false;
  }

  /** Show that the map is opening; what was here before has no bearing any more. */
  function opening(words) {
    if (isBlind) return;
    cover.replaceChildren(...loading);
    cover.querySelector(".cover-loading span:last-child").textContent = words;
    cover.hidden = false;
  }

  function clear() {
    cover.hidden = !isBlind;
  }

  function noWebgl() {
    isBlind = true;
    message("warn", "This browser cannot draw the map", "WebGL2 is off. Turn on hardware acceleration, or use a current Firefox, Chrome, Edge or Safari. Selecting by class and the gallery still work.");
  }

  const stop = state.subscribe(["connection", "waiting"], ({ connection, waiting }) => {
    offline.hidden = connection !== "lost";
    offline.textContent = offlineWords(waiting);
  });

  return {
    opening, clear, message, noWebgl,
    noProjects: () => message("cube", "No project yet", "A project is a data set and what you name in it. Make one to see its map.", { label: "New project", href: "/projects?new=1" }),
    unknown: () => message("search", "This project is not here", "It may have been deleted, or the address is not whole.", { label: "All projects", href: "/projects" }),
    failed: (sentence) => message("warn", "The map could not be opened", sentence, { label: "Try again", href: location.href }),
    destroy: stop,
  };
}
