// The atlas on the Map page: what lives where, below the points, beside the pointer, and on the card of a drag.

import { cellAt, decodeAtlas, drawCell, highOf, openPicture, paintAtlas, snapshotOf } from "./atlas.mjs";
import { createDrawnPlaces } from "./drawnplaces.mjs";
import { el } from "../parts/elements.mjs";
import { createFrames, frameKey } from "../motion/frames.mjs";
import { onceAgain } from "../parts/onceagain.mjs";
import { placeCard } from "./hovercard.mjs";
import { isOffered } from "./twoaxes.mjs";

/** @import {Api, Atlas, FrameAt, Player, Sync} from "../records" */

const BUDGET_BYTES = 2 * 1024 * 1024;
const CARD_PX = 64;
/** The hand rests for this long before the card of an empty place is shown. */
const REST_MS = 180;
/** How far apart places in space are that are told apart, in radii of the map. */
const STEP = 0.05;
const DECODING = "annotate-vae";

/** What a picture of a place is, as the kind of the atlas says. */
export const WORDS = {
  decoded: { layer: "What the network draws at each place", card: "The network draws this here." },
  typical: { layer: "A typical sample of each place", card: "A typical sample here." },
};

/**
 * Fetches and opens atlases of snapshots.
 * @param {{api: Api, player: Player, sync: Sync}} of
 * @returns {{load: (snapshot: {runId: string, n: number}) => Promise<?{atlas: Atlas, picture: CanvasImageSource, key: string, at: FrameAt}>,
 *   frameOf: (snapshot: {runId: string, n: number}) => Promise<?{runId: string, attempt: number, n: number}>}} load: null where
 *   the map has none yet; frameOf: the snapshot that a picture of the map stands on
 */
export function createAtlases({ api, player, sync }) {
  const fetched = createFrames({ fetchFrame: api.atlas, decode: decodeAtlas, budget: BUDGET_BYTES });

  async function frameOf({ runId, n }) {
    // Beside a run that learns nobody has asked for the list of the one before, on whose map the page was opened.
    if (player.trackOf(runId).length === 0) await sync.needIndex(runId);
    const frame = snapshotOf(player.trackOf(runId), n);
    return frame && { runId, attempt: frame.attempt, n: frame.n };
  }

  async function load(picture) {
    const at = await frameOf(picture);
    if (!at) return null;
    const atlas = await fetched.load(at);
    atlas.opened ??= openPicture(atlas);
    return { atlas, picture: await atlas.opened, key: frameKey(at), at };
  }

  return { load, frameOf };
}

export function mountAtlas({ state, map, player, sync, api, keys, root, choices }) {
  const button = root.querySelector("#toggle-atlas");
  const note = root.querySelector("#atlas-note");
  const card = root.querySelector("#atlas-card");
  const frame = root.querySelector("#map-window");
  const canvas = el("canvas", { class: "picture" });
  const words = el("span", { class: "cap" });
  card.replaceChildren(el("span", { class: "plate" }, canvas), words);
  const atlases = createAtlases({ api, player, sync });
  const drawnPlaces = createDrawnPlaces({ api, frameOf: atlases.frameOf });
  const isFlat = isOffered(button, state.get().latentDim, "Atlases need");
  const none = { main: null, side: null };
  let isOn = isFlat && choices.isOn("atlas");
  let found = none; // by window: {atlas, picture, key}
  let drawn = ""; // what the map was given last
  let isGone = false;
  let late = null; // what the card of a drag, which came before the atlas, does once that is there
  let resting = null; // a timer
  let rested = null; // the pointer's event that the card stands for, or is to

  const isDecoding = ({ server }) => server?.project.preset === DECODING;

  /** The drop card asks a network that decodes what it draws, whether the layer is on or not. */
  const isAsked = (value) => isOn || (value.tool === "move" && isDecoding(value));

  const follow = onceAgain(showAtlases, () => isFlat && !isGone && isAsked(state.get()));

  /** Those of the maps on screen. */
  async function showAtlases() {
    const { picture, shown, isSplit } = state.get();
    const loaded = await Promise.all([picture, isSplit ? shown : null].map((at) => (at ? atlases.load(at).catch(() => null) : null)));
    if (isGone) return;
    found = { main: loaded[0], side: loaded[1] };
    draw();
    late?.();
  }

  function layerOf(each, color) {
    if (!each) return null;
    const { atlas, picture } = each;
    const { columns, rows, low } = atlas;
    return { canvas: paintAtlas(atlas, picture, color), columns, rows, low, high: highOf(atlas) };
  }

  function draw() {
    const now = [isOn, found.main?.key, found.side?.key, state.get().themeCount].join();
    if (now !== drawn) {
      const color = getComputedStyle(root).getPropertyValue("--ink");
      const layers = isOn ? found : none;
      map.setAtlas(layerOf(layers.main, color), layerOf(layers.side, color));
    }
    drawn = now;
    const kind = (found.main ?? found.side)?.atlas.kind;
    note.textContent = WORDS[kind]?.layer ?? "";
    note.hidden = !isOn || note.textContent === "";
  }

  function apply() {
    button.setAttribute("aria-pressed", String(isOn));
    if (!isOn) hideCard();
    draw();
    follow();
  }

  function toggle() {
    isOn = !isOn;
    choices.setOn("atlas", isOn);
    apply();
  }

  function hideCard() {
    clearTimeout(resting);
    rested = null;
    card.hidden = true;
  }

  /** Which window and place a pointer is over, null beside the map itself. */
  function placeUnder({ target, clientX: x, clientY: y }) {
    const pane = target.closest?.(".pane");
    if (!pane || !target.closest(".map-graph")) return null;
    const isSide = pane.id === "result-pane";
    const places = isSide ? map.side?.places : map.places;
    const place = places?.unproject({ x, y }, 0);
    return place ? { place, each: isSide ? found.side : found.main } : null;
  }

  function onMove(event) {
    hideCard();
    if (!isOn || event.buttons !== 0 || event.pointerType === "touch") return;
    resting = setTimeout(() => showCard(event), REST_MS);
  }

  /** What there is to draw of a place on a flat map: a cell of its atlas, else what its network draws just there. */
  function seenAt({ atlas, picture, at }, place, onDrawn) {
    const cell = cellAt(atlas, place);
    if (cell >= 0) return { atlas, picture, cell };
    return atlas.kind === "decoded" ? drawnPlaces.at(at, place, atlas.size, onDrawn) : null;
  }

  function showCard(event) {
    rested = event;
    const { hoverId, moving } = state.get();
    const under = hoverId === null && moving === 0 ? placeUnder(event) : null;
    const seen = under?.each ? seenAt(under.each, under.place, () => { if (rested === event) showCard(event); }) : null;
    if (!seen) return;
    card.hidden = false;
    drawCell(canvas, seen.atlas, seen.picture, seen.cell, CARD_PX);
    words.textContent = WORDS[seen.atlas.kind].card;
    const box = frame.getBoundingClientRect();
    const point = { x: event.clientX - box.left, y: event.clientY - box.top };
    const { left, top } = placeCard(point, { width: card.offsetWidth, height: card.offsetHeight }, box);
    Object.assign(card.style, { left: `${left}px`, top: `${top}px` });
  }

  /**
   * Draw what the network draws at a place of the first window.
   * @param {HTMLCanvasElement} target
   * @param {number[]} place in map units
   * @param {number} size in CSS pixels
   * @param {{radius: number, onDrawn: () => void}} asking radius of the map; onDrawn: what was not there yet has come
   * @returns {string} what to say of it, "" where it draws nothing or not yet, and the canvas was left alone
   */
  function drawAt(target, place, size, { radius, onDrawn }) {
    const value = state.get();
    late = isFlat && !found.main && isDecoding(value) ? onDrawn : null;
    const isDrawn = isFlat ? found.main?.atlas.kind === "decoded" : isDecoding(value);
    if (!isDrawn) return "";
    const seen = isFlat ? seenAt(found.main, place, onDrawn) : drawnPlaces.at(value.picture, place, STEP * radius || 1, onDrawn);
    if (!seen) return "";
    drawCell(target, seen.atlas, seen.picture, seen.cell, size);
    return WORDS.decoded.card;
  }

  const events = { pointermove: onMove, pointerdown: hideCard, pointerleave: hideCard, wheel: hideCard };
  for (const [name, listener] of Object.entries(events)) frame.addEventListener(name, listener, { passive: true, capture: true });
  if (isFlat) button.addEventListener("click", toggle);
  const unregister = isFlat ? keys.register("w", { label: "Atlas: what lives where", group: "See", run: toggle }) : () => {};
  const stops = [
    state.subscribe(["picture", "shown", "indexed", "isSplit", "tool"], follow),
    state.subscribe(["connection"], ({ connection }) => { if (connection !== "lost") follow(); }), // what was lost with it
    state.subscribe(["themeCount"], draw),
    state.subscribe(["hoverId", "moving"], ({ hoverId, moving }) => { if (hoverId !== null || moving > 0) hideCard(); }),
  ];
  apply();

  function destroy() {
    isGone = true;
    hideCard();
    drawnPlaces.stop();
    [unregister, ...stops].forEach((undo) => undo());
    button.removeEventListener("click", toggle);
    for (const [name, listener] of Object.entries(events)) frame.removeEventListener(name, listener, { capture: true });
  }

  return { drawAt, destroy };
}
