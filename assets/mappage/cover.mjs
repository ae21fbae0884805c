// What the map's place shows when there is no map to show: opening, empty, refused, no WebGL.

import { mountBar } from "../teaching/bar.mjs";
import { el } from "../parts/elements.mjs";
import { drawing } from "../parts/icons.mjs";

/** @import {State} from "../records" */

/**
 * @param {{state: State, root: HTMLElement, still: string, lost?: (percent: number) => string}} options
 *   still: the sentence that tells what of the page works without WebGL2; lost: what the bar says without a connection
 */
export function mountCover({ state, root, still, lost }) {
  const cover = root.querySelector("#map-cover");
  const loading = [...cover.childNodes];
  root.classList.remove("no-project"); // the place may have belonged to another
  let isFinal = false; // no WebGL, no project: the sentence stays, whatever frames come

  function buttonOf({ label, href, run }) {
    if (href) return el("a", { class: "btn btn-primary", href }, label);
    return el("button", { type: "button", class: "btn btn-primary", onclick: run }, label);
  }

  function message(name, title, text, action) {
    const button = action ? buttonOf(action) : null;
    cover.replaceChildren(el("div", { class: "empty cover-card", role: "status" }, [drawing(name), el("span", { class: "strong" }, title), el("span", {}, text), button]));
    cover.hidden = false;
  }

  /** Show that the map is opening; what was here before has no bearing any more. */
  function opening(words) {
    if (isFinal) return;
    // Put in anew it would begin to appear again, and a live region says anew whatever is written into it.
    if (loading[0].parentNode !== cover) cover.replaceChildren(...loading);
    const said = cover.querySelector(".cover-loading span:last-child");
    if (said.textContent !== words) said.textContent = words;
    cover.hidden = false;
  }

  function clear() {
    cover.hidden = !isFinal;
  }

  function noWebgl() {
    isFinal = true;
    message("warn", "This browser cannot draw the map", `WebGL2 is off. Turn on hardware acceleration, or use a current Firefox, Chrome, Edge or Safari. ${still}`);
  }

  function noProject() {
    isFinal = true;
    root.classList.add("no-project");
  }

  function unknown() {
    noProject();
    message("search", "This project is not here", "It may have been deleted, is for its members only, or the address is not whole.", { label: "All projects", href: "/projects" });
  }

  return {
    opening, clear, noWebgl, unknown,
    noProjects() {
      noProject();
      message("cube", "No project yet", "A project is a data set and what you name in it. Bring in pictures, sound or vectors, or try the sample set, to see a map.", { label: "Bring in a data set", href: "/data?new=1" });
    },
    noMap: (text, action) => isFinal || message("map", "This project has no map yet", text, action),
    failed: (sentence) => message("warn", "The map could not be opened", sentence, { label: "Try again", href: location.href }),
    destroy: mountBar({ state, root, lost }),
  };
}
