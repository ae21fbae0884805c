// The lead at hand: its picture or pictures, why it is worth a look, what the network thinks, and what can be done.

import { num } from "../parts/counting.mjs";
import { el } from "../parts/elements.mjs";
import { icon } from "../parts/icons.mjs";
import { acceptOf, REJECT_WORDS, whyOf } from "./leads.mjs";
import { livingClass } from "../parts/classes.mjs";

/** @import {KnownClass, Lead} from "../records" */

const LARGE = 72;
const SMALL = 30;

/** A canvas to be drawn by whoever puts it into the page. */
const picture = (id, size) => el("canvas", { class: "picture", "data-id": id, "data-size": size, "aria-hidden": "true" });

/** Text pieces, {strong} as such. */
const words = (pieces) => pieces.map((piece) => (typeof piece === "string" ? piece : el("b", {}, piece.strong)));

/**
 * @param {Lead} lead
 * @param {{classes: KnownClass[], isCurrent: boolean, count: number, nth: number, of: number, again: string,
 *   waits: string, act: object}} card   again: why to look again, "" where there is no need; waits: why no new leads
 *   come, "" where they do
 * @returns {Node[]}
 */
export function leadBody(lead, card) {
  const isGroup = lead.kind === "group";
  return [
    el("p", { class: "lead-why", role: "status" }, words(whyOf(lead, card.classes, card.count, card.isCurrent))),
    isGroup ? neighbours(lead, card, "Some of them") : null,
    el("div", { class: "lead-told" }, [
      isGroup ? null : el("span", { class: "plate lead-picture" }, picture(lead.sample, LARGE)),
      bars(lead, card.classes),
    ]),
    isGroup ? null : neighbours(lead, card, "Most like it"),
    acts(lead, card),
    foot(card),
  ].filter(Boolean);
}

function bars(lead, classes) {
  if (lead.top.length === 0) return lead.kind === "group" ? null : el("p", { class: "cap lead-untold" }, `Sample ${num(lead.sample)}. The network knows no class yet.`);
  const rows = lead.top.slice(0, 5).map(([index, share]) => {
    const info = classes[livingClass(classes, index)];
    const bar = el("i", { class: `slot-${info?.color}` });
    bar.style.width = `${Math.max(1, 100 * share)}%`;
    return el("li", {}, [
      el("i", { class: `dot s8 slot-${info?.color}`, "aria-hidden": "true" }), el("span", { class: "clip" }, info?.name ?? ""),
      el("span", { class: "lead-bar", "aria-hidden": "true" }, bar), el("span", { class: "num" }, `${Math.round(100 * share)} %`),
    ]);
  });
  return el("ol", { class: "lead-top", "aria-label": "What the network thinks" }, rows);
}

function neighbours(lead, { act }, title) {
  const tiles = lead.near.map((id) => el("button", {
    type: "button", class: "lead-near", "aria-label": `Select sample ${id}`,
    onclick: () => act.pick(id), onpointerenter: () => act.point(id), onpointerleave: () => act.point(null),
  }, picture(id, SMALL)));
  return el("div", { class: "lead-around" }, [el("div", { class: "cap" }, title), el("div", { class: "lead-tiles" }, tiles)]);
}

function acts(lead, { classes, isCurrent, act }) {
  const keycap = (cap) => (isCurrent ? el("kbd", { class: "wide-only", "aria-hidden": "true" }, cap) : null);
  const accept = acceptOf(lead, classes);
  return el("div", { class: "lead-acts" }, [
    el("button", { type: "button", class: "btn btn-secondary btn-sm lead-accept", "data-tip": accept.words, "data-key": isCurrent ? "Enter" : null, "data-lead": "accept", onclick: act.accept }, [icon("check"), el("span", { class: "clip" }, accept.words), keycap("Enter")]),
    el("button", { type: "button", class: "btn btn-secondary btn-sm", "data-tip": "Do not show it again", "data-key": isCurrent ? "X" : null, "data-lead": "reject", onclick: act.reject }, [el("span", { class: "clip" }, REJECT_WORDS[lead.kind]), keycap("X")]),
  ]);
}

function foot({ nth, of, again, waits, isCurrent, act }) {
  const step = (name, tip, key, run) => el("button", { type: "button", class: "btn btn-light btn-sm btn-icon", "aria-label": tip, "data-tip": tip, "data-key": key, "data-lead": name, onclick: run }, icon(name));
  const note = waits ? waits : again ? el("button", { type: "button", class: "link", "data-tip": again, onclick: act.again }, "Look again") : isCurrent ? "or press 1 to 9" : "J and K walk";
  return el("div", { class: "lead-foot" }, [
    step("left", "The one before", "K", act.previous), el("span", { class: "cap num" }, `${nth} of ${of}`), step("right", "Next", "J", act.next),
    el("span", { class: "spacer" }), el("span", { class: "cap" }, note),
  ]);
}
