// The pins as a list: which samples people put where, and whether the network has brought them there.

import { num } from "../parts/counting.mjs";
import { placeAt } from "../parts/places.mjs";
import { el } from "../parts/elements.mjs";
import { icon } from "../parts/icons.mjs";
import { isHeld, learnedSeq } from "../motion/panes.mjs";
import { mapRadius } from "./moved.mjs";
import { distancesToPins } from "./pins.mjs";
import { redraw } from "../parts/refocusing.mjs";
import { NO_CLASS } from "../parts/classes.mjs";
import { mountSpotlight } from "../insight/spotlight.mjs";

const PICTURE = 28;
/** Rows drawn; the map and the journal have them all. */
const MOST_ROWS = 60;
/** A point this near to its pin, in map radii, has arrived. */
const REACHED = 0.05;

/** What a pin's row says of it: {text, kind: "new" | "ok" | ""}. */
export function statusOf(distance, isWaiting) {
  if (isWaiting) return { text: "new", kind: "new" };
  return distance <= REACHED ? { text: "reached", kind: "ok" } : { text: `${distance.toFixed(2)} away`, kind: "" };
}

export function mountPinList({ state, map, actions, dress, root, signal }) {
  const find = (id) => root.querySelector(`#${id}`);
  const panel = find("pins");
  const rows = find("pin-rows");
  const spotlight = mountSpotlight({ state, map, root });
  let drawn = []; // what the list was made from: a look at the server that brings nothing new must not make it anew

  /** The newest first: what was just put somewhere is what people look for. */
  function ordered({ pins }) {
    return [...pins.ids.keys()].sort((a, b) => pins.seqs[b] - pins.seqs[a] || a - b);
  }

  function classOf(id, { named, prediction }) {
    return named[id] >= 0 ? named[id] : prediction?.[id] ?? NO_CLASS;
  }

  function show(id) {
    actions.select(Uint32Array.of(id));
    spotlight.show(id);
  }

  function row(nth, status, value) {
    const id = value.pins.ids[nth];
    const info = value.classes[classOf(id, value)];
    const canvas = el("canvas", { class: "picture", "data-pinned": id });
    const name = `Sample ${num(id)}`;
    const select = el("button", { type: "button", class: "pin-name", "data-control": "select", onclick: () => show(id), "data-tip": "Select it and show where it is" },
      [el("span", { class: "clip" }, [el("span", { class: "wide-only" }, "Sample "), el("span", { class: "narrow-only" }, "#"), num(id)]),
        el("span", { class: "cap clip" }, [el("span", { class: `dot ${info ? `slot-${info.color}` : "none"}`, "aria-hidden": "true" }), info?.name ?? "no class"])]);
    const release = el("button", { type: "button", class: "pin-release", "data-control": "release", "aria-label": `Release ${name}`, "data-tip": "Release", onclick: () => actions.release(Uint32Array.of(id)) }, icon("close"));
    return el("div", { role: "listitem", class: "pin-row", "data-row": `s${id}` }, [el("span", { class: "plate" }, canvas), select, el("span", { class: `chip sm ${status.kind}` }, status.text), release]);
  }

  function classRow({ classIndex: index }, { classes }) {
    const info = classes[index];
    const release = el("button", { type: "button", class: "pin-release", "data-control": "release", "aria-label": `Release ${info.name}`, "data-tip": "Release", onclick: () => actions.releaseClass(index) }, icon("close"));
    return el("div", { role: "listitem", class: "pin-row", "data-row": `c${index}` }, [el("span", { class: `dot slot-${info.color}` }), el("span", { class: "pin-name" }, [el("span", { class: "clip" }, info.name), el("span", { class: "cap" }, "whole class")]), el("span", { class: "chip sm" }, "class"), release]);
  }

  /** Who released the last one by keyboard goes on from the tool that pins. */
  function passFocus() {
    const { activeElement: held } = document;
    if (panel.contains(held) && held.matches(":focus-visible")) root.querySelector('[data-tool="move"]').focus();
  }

  function render(value) {
    const { pins, edit, server, named, tool } = value;
    if (!server || !named || !edit) return;
    const newest = isHeld(value) ? value.shown : edit; // Edit may be held before the Update that brought them there
    const from = [pins, edit, newest, named, value.classes, value.prediction, tool, value.themeCount, value.classPlaces, learnedSeq(server.runs, newest.runId)];
    if (from.every((each, nth) => each === drawn[nth])) return;
    drawn = from;
    const places = value.classPlaces.filter(({ classIndex }) => value.classes[classIndex]);
    const total = pins.ids.length + places.length;
    if (total === 0) passFocus();
    panel.hidden = total === 0 && tool !== "move";
    find("pin-count").textContent = num(total);
    find("pins-empty").hidden = total > 0;
    find("pin-count").hidden = find("pin-release-all").hidden = total === 0;
    const order = ordered(value);
    renderMap(order, value);
    if (panel.hidden) return;
    const learned = learnedSeq(server.runs, newest.runId);
    const distances = distancesToPins(pins, newest.embedding, newest.latentDim, mapRadius(newest.embedding, newest.latentDim) || 1);
    const listed = order.slice(0, MOST_ROWS).map((nth) => row(nth, statusOf(distances[nth], pins.seqs[nth] > learned), value));
    const rest = order.length - listed.length;
    if (rest > 0) listed.push(el("p", { role: "listitem", class: "cap pin-rest" }, `and ${num(rest)} more on the map`));
    redraw(rows, [...places.map((each) => classRow(each, value)), ...listed], find("pin-release-all"));
    // In the page first: ink takes the colour of where it stands.
    for (const canvas of rows.querySelectorAll("[data-pinned]")) dress(canvas, Number(canvas.dataset.pinned), PICTURE);
  }

  function renderMap(order, value) {
    const { pins, edit, classes, server } = value;
    const learned = learnedSeq(server.runs, edit.runId);
    const places = value.classPlaces.map(({ classIndex, place, seq }) => ({ id: -1, place, color: `slot-${classes[classIndex]?.color}`, isNew: seq > learned }));
    map.setPins([...places, ...order.map((nth) => {
      const info = classes[classOf(pins.ids[nth], value)];
      const place = [...placeAt(pins.places, nth, edit.latentDim)];
      return { id: pins.ids[nth], place, color: info ? `slot-${info.color}` : null, isNew: pins.seqs[nth] > learned };
    })]);
  }

  find("pin-release-all").addEventListener("click", () => actions.releaseAll(), { signal });
  const stop = state.subscribe(["pins", "edit", "shown", "held", "classes", "named", "prediction", "server", "classPlaces", "tool", "themeCount"], render);
  return () => {
    stop();
    spotlight.destroy();
  };
}
