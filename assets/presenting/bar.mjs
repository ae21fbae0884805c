// What the top bar says of presenting, and who is there. Only drawing: what a button does is told by its name.
//
//   mountPresentBar({act}) -> {render(value), destroy()}      value: of barWords, with isPointing and asking
//     act(name, id?)  "present" "stop" "follow" "leave" "ask" "hand" "decline" "point" "link"

import { el } from "../parts/elements.mjs";
import { icon } from "../parts/icons.mjs";
import { openMenu } from "../parts/menu.mjs";
import { initials } from "../shell/initials.mjs";
import { barWords, doing, nameOf, persons } from "./words.mjs";

const MOST_FACES = 4;

export function mountPresentBar({ act }) {
  const bar = document.querySelector("#top-live");
  const people = document.querySelector("#top-people");
  const said = el("span", { class: "sr-only", role: "status" });
  let drawn = "";
  people.before(said);

  const button = (name, words, { id = null, look = "btn-light", tip = null } = {}) =>
    el("button", { type: "button", class: `btn btn-sm ${look}`, "data-do": name, "data-tip": tip, onclick: () => act(name, id) }, words);

  function partsOf(value, { kind, words, more }) {
    const head = [icon("screen"), el("b", {}, words), more ? el("span", { class: "more clip" }, more) : null];
    const others = persons(value.people, value.presenter, value.me).filter((each) => each.id !== value.me?.id && each.name);
    const asking = value.people.find(({ asks }) => asks);
    if (kind === "invite") return [...head, button("follow", "Follow", { look: "btn-primary", tip: "See what they see, as they move" })];
    if (kind === "paused") return [...head, button("follow", "Resume", { look: "btn-primary" }), button("leave", "Leave")];
    if (kind === "following") return [...head, goAlong(value), value.me?.asks ? el("span", { class: "more" }, "asked to present") : button("ask", "Ask to present"), button("leave", "Leave", { tip: "Stop following: Esc" })];
    if (asking) return [...head, el("span", { class: "who-asks clip" }, `${nameOf(asking)} asks to present`), button("hand", "Hand over", { id: asking.id }), button("decline", "Not now", { id: asking.id }), button("stop", "Stop", { look: "strong" })];
    return [...head, others.length ? el("button", { type: "button", class: "btn btn-sm btn-light", "data-do": "choose", "aria-haspopup": "menu", onclick: (event) => choose(event.currentTarget, others) }, ["Hand over", icon("caret")]) : null, button("stop", "Stop presenting", { look: "strong" })];
  }

  function goAlong({ page, presenterPage, projectId }) {
    if (!presenterPage || presenterPage === page) return null;
    const [path, word] = presenterPage === "review" ? ["/review", "Review"] : ["/", "Map"];
    return el("a", { class: "btn btn-sm btn-light", href: `${path}?project=${projectId}&follow=1`, "data-do": "go" }, `Go to ${word}`);
  }

  const dot = ({ color }) => el("i", { class: "person-dot", style: `--of: var(--class-${color})` });

  function choose(at, others) {
    openMenu(at, others.map((each) => ({ label: nameOf(each), mark: dot(each), run: () => act("hand", each.id) })), "Hand over to");
  }

  function list(event, value) {
    /** @type {Parameters<typeof openMenu>[1]} */
    const items = persons(value.people, value.presenter, value.me).map((each) => {
      const what = doing(each, value.presenter);
      return { label: `${each.id === value.me?.id ? "You" : nameOf(each)}${what ? `, ${what}` : ""}`, mark: dot(each), run() {} };
    });
    items.push({ label: "Copy a link to follow", icon: "link", run: () => act("link") });
    openMenu(event.currentTarget, items, "Who is here");
  }

  function facesOf(value) {
    const all = persons(value.people, value.presenter, value.me);
    const others = all.filter((each) => each.id !== value.me?.id);
    if (others.length === 0) return [];
    const faces = others.slice(0, MOST_FACES).map((each) => el("span", { class: "avatar face", style: `--of: var(--class-${each.color})` }, initials(each.name)));
    if (others.length > MOST_FACES) faces.push(el("span", { class: "avatar face more" }, `+${others.length - MOST_FACES}`));
    const words = `${all.length} people here: ${all.map((each) => (each.id === value.me?.id ? "you" : nameOf(each))).join(", ")}`;
    return [
      el("button", { type: "button", class: "faces", "data-do": "people", "aria-haspopup": "menu", "aria-label": words, "data-tip": `${all.length} people here`, onclick: (event) => list(event, value) }, faces),
      el("button", { type: "button", class: "btn btn-sm btn-light btn-icon", "data-do": "point", "aria-pressed": String(value.isPointing), "aria-label": "Point", "data-tip": "Point: the others see where", "data-key": ".", onclick: () => act("point") }, icon("point")),
    ];
  }

  function render(value) {
    const words = barWords(value);
    const looks = JSON.stringify([words, value]);
    if (looks === drawn) return;
    drawn = looks;
    const focused = document.activeElement?.matches?.(":is(#top-live, #top-people) :focus-visible") ? document.activeElement.dataset.do : null;
    bar.className = `present-bar ${words.kind}`;
    bar.hidden = words.kind === "none";
    bar.style.setProperty("--of", value.presenter ? `var(--class-${value.presenter.color})` : "transparent");
    bar.replaceChildren(...(bar.hidden ? [] : partsOf(value, words).filter(Boolean)));
    const present = words.kind === "none" && value.wasOpen ? el("button", { type: "button", class: "btn btn-sm btn-secondary", "data-do": "present", "data-tip": "Others may follow what you see", onclick: () => act("present") }, [icon("screen"), el("span", {}, "Present")]) : null;
    people.replaceChildren(...[...facesOf(value), present].filter(Boolean));
    const text = bar.hidden ? "" : `${words.words}. ${words.more}`;
    if (said.textContent !== text) said.textContent = text;
    if (focused) refocus(focused);
  }

  /** Whoever pressed a button by keyboard keeps their place, where the button is another now. */
  function refocus(name) {
    const next = document.querySelector(`#top-live [data-do="${name}"], #top-people [data-do="${name}"]`) ?? bar.querySelector("button") ?? people.querySelector("button");
    next?.focus({ preventScroll: true });
  }

  return {
    render,
    destroy() {
      said.remove();
      bar.hidden = true;
      bar.replaceChildren();
      people.replaceChildren();
    },
  };
}
