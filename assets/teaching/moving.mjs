// The Move tool on the page: what may be taken hold of, what a drop would mean, and what becomes of it.

import { num, samples } from "../parts/counting.mjs";
import { aimOf, targetsOf } from "../map/drag.mjs";
import { el } from "../parts/elements.mjs";
import { indexNow } from "./gestures.mjs";
import { mountGround } from "./ground.mjs";
import { groundGrid } from "./ground_grid.mjs";
import { placeCard } from "../insight/hovercard.mjs";
import { NO_CLASS } from "../parts/classes.mjs";
import { mapRadius } from "./moved.mjs";
import { isHeld, wornOf } from "../motion/panes.mjs";
import { ARROWS } from "../parts/listedkeys.mjs";
import { readTheme } from "../parts/theme.mjs";
import { createReader } from "./territory.mjs";
import { showToast } from "../shell/toasts.mjs";

const STEP_PX = 8;
const FINE_PX = 1;
const PICTURE = 48;
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Say in one line what a drop would do to the names. */
export function wordsOf(meaning, count, classes) {
  const name = (index) => (index === NO_CLASS ? "without a class" : classes[index]?.name ?? "unsure");
  if (meaning.kind === "move") {
    if (meaning.classIndex < 0) return "Open ground. Names stay as they are.";
    return `${samples(count)} ${count === 1 ? "stays" : "stay"} what ${count === 1 ? "it is" : "they are"}; only the place changes.`;
  }
  const were = meaning.from.length === 1 ? `, now ${name(meaning.from[0])},` : "";
  return `${samples(meaning.numChanged)}${were} will be named ${name(meaning.classIndex)}.`;
}

export function mountMoving({ state, map, player, sync, fields, actions, keys, dress, atlas, root }) {
  const host = root.querySelector("#verdict");
  const area = root.querySelector("#map-window");
  const title = el("div", { class: "verdict-title" });
  const picture = el("canvas", { class: "picture" });
  const words = el("p", { class: "cap" });
  const near = el("span", {});
  const flip = el("span", {});
  const enter = el("span", { hidden: true }, [el("kbd", {}, "Enter"), "drop"]);
  const keepAxis = el("span", {}, [el("kbd", {}, "Shift"), "keep axis"]);
  host.replaceChildren(title, el("div", { class: "verdict-body" }, [el("span", { class: "plate" }, picture), el("div", { class: "cap" }, [near, words])]),
    el("div", { class: "verdict-keys cap" }, [el("span", {}, [el("kbd", {}, "F"), flip]), enter, keepAxis, el("span", {}, [el("kbd", {}, "Esc"), "cancel"])]));

  const regions = mountGround({ state, player, sync, fields });
  let isFlipped = false;
  let pictured = null; // {nearestId, place}: of the picture on the card
  let hanging = null; // the drag that keys move: no pointer says where its card belongs
  let scene = null; // what does not change while one drag goes on: the mover tells the end of each

  /** Named, else predicted at the moment of the map that the hand is on: Result may be another one. */
  function classOf(value) {
    const { prediction } = wornOf(value);
    return value.named.map((each, id) => (each === NO_CLASS && prediction ? prediction[id] : each));
  }

  /** What a press would move: the selection when the point is part of it, else the class whose name it is, else the point. */
  function grab({ id, classIndex }) {
    const value = state.get();
    if (isHeld(value)) return void comeBack("Edit shows the newest map now. Take hold again.");
    if (value.picture !== value.edit) return void comeBack("Points are moved in the Edit window, which is shown now.");
    const isOfClass = classIndex !== null && !value.selection.ids.includes(id);
    return isOfClass ? grabClass(classIndex, value) : grabPoints(id, value);
  }

  /** Points are moved on the newest map, where people work. */
  function comeBack(text) {
    state.set({ held: null, pane: "edit" });
    showToast({ text });
  }

  function grabPoints(id, { selection, heldOut }) {
    const wanted = selection.ids.includes(id) ? selection.ids : Uint32Array.of(id);
    const ids = wanted.filter((each) => !heldOut[each]);
    if (ids.length === 0) showToast({ text: "Held-out samples stay where they are. They measure the network, so they cannot be moved." });
    return ids.length > 0 && !actions.isTooMany(ids) ? { kind: "points", ids, numStaying: wanted.length - ids.length } : null;
  }

  const staying = (count) => `${num(count)} held out ${count === 1 ? "stays" : "stay"} in place.`;

  function grabClass(classIndex, value) {
    const kinds = classOf(value);
    const ids = Uint32Array.from(kinds.keys()).filter((id) => kinds[id] === classIndex && !value.heldOut[id]);
    const name = value.names.find((each) => each.classIndex === classIndex);
    if (ids.length === 0 || !name) return null;
    // A class is where its name is: hand and eye hold that, and training goes by the same median.
    const at = [name.x, name.y, name.z].slice(0, value.latentDim);
    const centre = name.was ?? at;
    return { kind: "class", ids, classInfo: value.classes[classIndex], centre, offset: at.map((each, axis) => each - centre[axis]) };
  }

  function begin(dragging) {
    const value = state.get();
    const isOut = new Uint8Array(value.named.length);
    for (const id of dragging.ids) isOut[id] = 1;
    const { embedding, latentDim } = value.picture;
    isFlipped = false;
    const ground = { embedding, latentDim, classOf: classOf(value), radius: mapRadius(embedding, latentDim), isOut };
    const read = createReader({ ids: dragging.ids, named: value.named, ground, regionOf: regions.of() });
    state.set({ moving: dragging.ids.length });
    // The map and the classes as they are now: an Update may bring another map into the window, and the server's answer
    // another index for a class that is on its way, while points are in the hand.
    return { drawnOn: value.picture, classes: value.classes, read, touched: NO_CLASS, radius: ground.radius, grounds: latentDim === 2 ? regions.field() ?? groundGrid(ground) : null };
  }

  function look(dragging) {
    scene ??= begin(dragging);
    const place = aimOf(dragging);
    return { ...scene.read(place, isFlipped), place };
  }

  function drag({ drag: dragging, at, isOutside = false }) {
    if (scene === null) tellKeys(at === null);
    const seen = look(dragging);
    touch(isOutside || dragging.kind === "class" ? NO_CLASS : seen.meaning.classIndex);
    if (isOutside) renderOutside();
    else if (dragging.kind === "class") renderClass(dragging);
    else render(dragging, seen);
    host.hidden = false;
    hanging = at === null ? dragging : null;
    placeNear(at ?? map.places.of(seen.place));
  }

  /** What moves by keys is dropped by one, and Shift makes its steps small. */
  function tellKeys(isByKeys) {
    enter.hidden = !isByKeys;
    keepAxis.hidden = isByKeys;
  }

  /** Outline the ground of a class on the map. */
  function touch(classIndex) {
    if (scene.grounds === null || scene.touched === classIndex) return;
    scene.touched = classIndex;
    const info = scene.classes[classIndex];
    const { colors } = readTheme();
    map.setTouched(info ? { ...scene.grounds, classIndex, color: colors[info.color % colors.length] } : null);
  }

  function render(dragging, { meaning, nearestId, place }) {
    const { classes } = scene;
    const info = classes[meaning.classIndex];
    const name = info ? [el("i", { class: `dot slot-${info.color}` }), el("b", {}, info.name)] : [];
    const isRelabel = meaning.kind === "relabel";
    title.replaceChildren(el("b", {}, isRelabel ? "relabel + move" : "move"), ...(name.length ? [el("span", { class: "muted" }, isRelabel ? "→" : "within"), ...name] : []));
    words.textContent = [wordsOf(meaning, dragging.ids.length, classes), ...(dragging.numStaying ? [staying(dragging.numStaying)] : [])].join(" ");
    flip.textContent = isRelabel ? "move only" : "name too";
    flip.parentElement.hidden = meaning.classIndex < 0;
    host.querySelector(".verdict-body").classList.toggle("bare", nearestId < 0);
    if (nearestId >= 0) renderPicture(nearestId, place);
  }

  /** What the network draws where the points would be, else the sample nearest to there. */
  function renderPicture(nearestId, place) {
    pictured = { nearestId, place };
    const onDrawn = () => { if (pictured) renderPicture(pictured.nearestId, pictured.place); };
    const drawn = atlas.drawAt(picture, place, PICTURE, { radius: scene.radius, onDrawn });
    if (!drawn) dress(picture, nearestId, PICTURE);
    near.textContent = drawn || "The nearest picture here.";
  }

  function renderClass({ classInfo: info, ids }) {
    title.replaceChildren(el("b", {}, "place"), el("i", { class: `dot slot-${info.color}` }), el("b", {}, info.name));
    words.textContent = `${samples(ids.length)} follow in the next Update. Names stay as they are.`;
    flip.parentElement.hidden = true;
    host.querySelector(".verdict-body").classList.add("bare");
  }

  /** Beside the map nothing can lie. */
  function renderOutside() {
    title.replaceChildren(el("b", {}, "cancel"));
    words.textContent = "Outside the map. Let go here and everything goes back.";
    flip.parentElement.hidden = true;
    host.querySelector(".verdict-body").classList.add("bare");
  }

  function letGo({ isOutside = false } = {}) {
    end();
    if (isOutside) showToast({ text: "Let go outside the map: nothing was moved." });
  }

  function placeNear(at) {
    if (!at) return;
    const box = area.getBoundingClientRect();
    const point = { x: at.x - box.left + 12, y: at.y - box.top + 64 };
    const { left, top } = placeCard(point, { width: host.offsetWidth, height: host.offsetHeight }, box);
    host.style.left = `${left}px`;
    host.style.top = `${top}px`;
  }

  function end() {
    scene = pictured = hanging = null;
    map.setTouched(null);
    host.hidden = true;
    state.set({ moving: 0 });
  }

  const indexOf = (info) => indexNow(info, state.get().classes);

  function drop({ drag: dragging }) {
    const { meaning, place } = look(dragging);
    const { drawnOn, classes } = scene;
    const info = meaning.kind === "relabel" ? classes[meaning.classIndex] : null;
    end();
    map.holdStill(() => {
      if (dragging.kind === "class") actions.placeClass(indexOf(dragging.classInfo), place, drawnOn);
      else actions.move({ ids: dragging.ids, targets: targetsOf(dragging), classIndex: info ? indexOf(info) : null, picture: drawnOn });
    });
  }

  function nudge(event) {
    const held = map.mover.drag ?? grab({ id: state.get().selection.ids[0], classIndex: null });
    if (!held) return;
    const step = event.shiftKey ? FINE_PX : STEP_PX;
    map.mover.nudge(held, WAYS[event.key].map((way) => way * step));
  }

  function turn() {
    isFlipped = !isFlipped;
    drag({ drag: map.mover.drag, at: null });
  }

  const group = "Move";
  const isHolding = () => map.mover.drag !== null;
  const canNudge = () => state.get().tool === "move" && (isHolding() || (state.get().selection.ids.length > 0 && state.get().picture === state.get().edit));
  const arrows = Object.keys(WAYS).flatMap((key) => [key, `shift+${key}`].map((spec) =>
    keys.register(spec, { label: spec === key ? "Move the selection" : "Move it a little", group, hidden: true, when: canNudge, run: nudge })));
  const result = root.querySelector("#result-pane");
  const remind = () => { if (state.get().tool === "move") showToast({ text: "Points are moved in the Edit window; here the view follows the hand." }); };
  result.addEventListener("pointerdown", remind);
  const unregister = [
    state.subscribe(["view"], () => { if (hanging) placeNear(map.places.of(aimOf(hanging))); }),
    () => result.removeEventListener("pointerdown", remind),
    ...arrows,
    keys.mention(ARROWS, { label: "Move tool: move the selection", group }),
    keys.mention(`shift+${ARROWS}`, { label: "Move it a little", group }),
    keys.register("Enter", { label: "Drop it", group, when: isHolding, run: () => map.mover.drop() }),
    keys.register("Escape", { label: "Put it back", group, when: isHolding, run: () => map.mover.letGo() }),
    keys.register("f", { label: "Name too, or move only", group, when: isHolding, run: turn }),
    keys.hold(group, isHolding),
    keys.register("p", { label: "Pin the selection where it is", group, run: () => actions.pin() }),
    keys.register("shift+p", { label: "Release the pins of the selection", group, run: () => actions.releaseSelected() }),
  ];
  return { grab, drag, drop, letGo, destroy: () => [regions.destroy, ...unregister].forEach((undo) => undo()) };
}
