// The map's windows: one that shows Edit or Result in turn, or both side by side, linked in zoom, look and selection.

import { insetsOf } from "./insets.mjs";
import { createMap } from "../map/index.mjs";
import { hasResult, learnedSeq, nextBase, nextHeld, paneOf } from "../motion/panes.mjs";
import { kept } from "../shell/storing.mjs";
import { withWaitingMoves } from "../teaching/pins.mjs";

/** @import {Snapshot, State} from "../records" */

const SPLIT = "lodemap.windows";
/** Below this width two windows are too narrow. */
const WIDE = "(min-width: 1400px)";
const SETTLE_MS = 260;

const isSameStance = (a, b) => JSON.stringify(a?.of) === JSON.stringify(b?.of);

/**
 * @param {{root: HTMLElement, state: State, numSamples: number, latentDim: 2 | 3, listeners: Record<string, (...heard: any[]) => unknown>,
 *   loadBefore: (runId: string) => Promise<?Snapshot>}} options
 *   listeners: those of `createMap`, for either window; `onSelect` and `onHover` also hear whether it was the one beside
 *   the first; loadBefore: the newest map before a run
 */
export function createWindows({ root, state, numSamples, latentDim, listeners, loadBefore }) {
  const wide = window.matchMedia(WIDE);
  const frame = root.querySelector("#map-window");
  const main = create(root.querySelector("#main-pane"), { ...listeners, onView: onMainView, onOutside: (outside) => state.set({ outside }) });
  const adopted = new Map(); // what each window was made to see by the other
  let side = null;
  let isSplit = false;
  let isSideNew = false; // opened, and has not yet been made to see what the first one does
  let choice = kept.getItem(SPLIT);
  let look = null; // {color, mark, own}: own is how Edit looks where it shows another moment
  let dressed = null; // what the first window wears of it
  let selected = null;
  let pictures = null;
  let fields = [null, null];
  let atlases = [null, null];
  let isArrows = false;
  let isRegions = false;
  let isContours = false;
  let ways = [];
  const sight = { isFlat: false, frontShare: 1 };
  let isFetching = false;
  let isStill = false;
  let moved = null; // what the moves that wait made of the map below them, and of which
  let result = null; // what the player drew last
  let drawn = null; // what the first window was sent last
  // Whose window it was: what is under the hand there is Result's map.
  const aside = { onSelect: (picked) => listeners.onSelect(picked, true), onHover: (id, at) => listeners.onHover(id, at, true) };
  main.follow(true);

  function create(graph, on) {
    // Plotly leaves the focus where it was: after a click on a tool, Enter would press that again.
    graph.addEventListener("pointerdown", () => document.activeElement?.blur(), true);
    const map = createMap({ graph, ...on, insets: () => insetsOf(graph, root) });
    map.setPoints(numSamples, latentDim);
    return map;
  }

  function onMainView(view) {
    state.set({ view });
    if (isSplit) follow(side, main);
  }

  /** A window that opens beside the first is turned as that one is, not the other way round. */
  function onSideView() {
    if (!isSplit) return;
    if (isSideNew) follow(side, main);
    else follow(main, side);
    isSideNew = false;
  }

  /** One window sees what the other does, and what it was made to see it does not tell back. */
  function follow(map, leader) {
    const { stance } = leader;
    if (isSameStance(stance, adopted.get(leader))) return;
    adopted.set(map, stance);
    map.adopt(stance);
  }

  /** Whether the first window stands on the map people work on. */
  const isEditing = () => isSplit || state.get().pane === "edit";

  /** Whether it shows another moment than the player. */
  const isApart = () => Boolean(state.get().peek) || isEditing();

  /** The network's map moved on, or was scrubbed. */
  function drawResult(embedding, ms, ease) {
    result = embedding;
    if (isSplit) {
      main.setCompany(embedding);
      send(side, embedding, ms, ease);
    }
    if (!state.get().peek && (!isEditing() || !state.get().edit)) drawMain(embedding, ms, ease);
  }

  function drawMain(embedding, ms, ease = "out") {
    if (embedding === drawn) return;
    drawn = embedding;
    side?.setCompany(embedding);
    send(main, embedding, ms, ease);
  }

  function send(map, embedding, ms, ease) {
    if (ms > 0) map.tweenTo(embedding, ms, ease);
    else map.cut(embedding);
  }

  /** Edit stands on the newest map that is not just being taught, or was while nobody spoke since, with the moves that wait. */
  function deriveEdit(value) {
    const { pins, server, shown } = value;
    const held = nextHeld(value);
    state.set({ held });
    const next = nextBase({ ...value, held });
    if (next === null && shown) return fetchBefore(shown.runId);
    if (next === null) return undefined;
    const embedding = withMoves(next.embedding, pins, learnedSeq(server.runs, next.runId));
    const known = state.get().edit;
    if (known?.embedding === embedding && known.n === next.n && known.runId === next.runId) return undefined;
    return state.set({ base: next, edit: { ...next, embedding } });
  }

  /** The same array for the same moves: each look at the server would draw the map anew. */
  function withMoves(embedding, pins, learned) {
    const isKnown = moved && moved.embedding === embedding && moved.pins === pins && moved.learned === learned;
    if (!isKnown) moved = { embedding, pins, learned, shown: withWaitingMoves(embedding, pins, learned, latentDim) };
    return moved.shown;
  }

  /** The page was opened while an Update learns: Edit shows what was before it; what is lost is asked for with the next picture. */
  async function fetchBefore(runId) {
    if (isFetching) return;
    isFetching = true;
    try {
      const before = await loadBefore(runId).catch(() => null);
      const { shown } = state.get();
      if (before && shown?.runId === runId) state.set({ base: { latentDim, ...before } });
    } finally {
      isFetching = false;
    }
  }

  function derivePane(value) {
    const automatic = paneOf(value);
    if (automatic !== value.paneAutomatic) state.set({ paneAutomatic: automatic, pane: automatic });
  }

  /** What the first window shows: after a change of window, of pane, or of the map Edit stands on. */
  function derivePicture({ edit, shown, peek }) {
    const apart = peek ?? (isEditing() ? edit : null);
    const picture = apart ?? shown;
    if (!picture) return;
    state.set({ picture });
    dressMain();
    // What the player moves it has drawn already; a window that looked elsewhere catches up.
    drawMain(apart?.embedding ?? result, isStill || drawn === null ? 0 : SETTLE_MS);
  }

  function dressMain() {
    const wanted = look && (isApart() ? look.own : look);
    if (!wanted || (dressed?.color === wanted.color && dressed.mark === wanted.mark)) return;
    dressed = wanted;
    main.setLook(wanted.color, wanted.mark);
  }

  /** Run `act`; what it changes on the Edit map is where the hand has put it already. */
  function holdStill(act) {
    isStill = true;
    try {
      return act();
    } finally {
      isStill = false;
    }
  }

  function setSplit(isOn) {
    if (isOn === isSplit) return;
    isSplit = isOn;
    frame.classList.toggle("split", isOn);
    if (isOn) openSide();
    else main.setCompany(null);
    main.follow(!isOn);
    showForce();
    state.set({ isSplit: isOn });
    derivePicture(state.get());
  }

  function openSide() {
    isSideNew = true;
    side ??= create(root.querySelector("#result-pane"), { ...listeners, ...aside, onView: onSideView });
    side.follow(true);
    if (look) side.setLook(look.color, look.mark);
    if (selected) side.setSelected(...selected);
    side.setPictures(pictures);
    side.setField(fields[1]);
    side.setAtlas(atlases[1]);
    side.setRegions(isRegions);
    side.setContours(isContours);
    side.setTool(sideTool(state.get().tool));
    side.setFrontShare(sight.frontShare);
    side.setFlat(sight.isFlat); // before it has points: its first fit would make the other see space
    const { shown } = state.get();
    side.setCompany(drawn);
    main.setCompany(shown?.embedding ?? null);
    if (shown) side.cut(shown.embedding);
  }

  /** Arrows and trails are of the map that moved: Result where it has a window of its own. */
  function showForce() {
    const moved = isSplit ? side : main;
    for (const map of both()) {
      map.setArrows(isArrows && map === moved);
      map.setTrails(map === moved ? ways : []);
    }
  }

  const sideTool = (tool) => (tool === "move" ? "pan" : tool);

  const wants = ({ server }) => wide.matches && hasResult(server?.runs) && choice !== "one";
  const arrange = () => setSplit(wants(state.get()));
  wide.addEventListener("change", arrange);

  /** @param {"both" | "one"} value */
  function choose(value) {
    choice = value;
    kept.setItem(SPLIT, value);
    arrange();
  }

  const both = () => (side && isSplit ? [main, side] : [main]);
  const stops = [
    state.subscribe(["shown", "server", "playback", "pins", "base", "held"], deriveEdit),
    state.subscribe(["server", "playback", "held"], derivePane),
    state.subscribe(["edit", "shown", "pane", "peek"], derivePicture),
    state.subscribe(["server"], arrange),
    state.subscribe(["hoverId"], ({ hoverId, hoverFrom }) => both().forEach((map) => map.setRing(hoverFrom === "map" ? hoverId ?? -1 : -1))),
  ];

  return {
    main,
    choose,
    drawResult,
    holdStill,
    get side() { return isSplit ? side : null; },
    get mover() { return main.mover; },
    /** `own`: how the first window looks where it shows another moment. */
    setLook(color, mark, own = { color, mark }) {
      look = { color, mark, own };
      dressMain();
      if (isSplit) side?.setLook(color, mark);
    },
    setSelected(...of) { selected = of; both().forEach((map) => map.setSelected(...of)); },
    setTool(tool) { main.setTool(tool); side?.setTool(sideTool(tool)); },
    setPictures(dress) { pictures = dress; both().forEach((map) => map.setPictures(dress)); },
    // Each of the map its window shows.
    setField(...of) { fields = of; both().forEach((map, nth) => map.setField(fields[nth])); },
    setAtlas(...of) { atlases = of; both().forEach((map, nth) => map.setAtlas(atlases[nth])); },
    setArrows(isOn) { isArrows = isOn; showForce(); },
    setRegions(isOn) { isRegions = isOn; both().forEach((map) => map.setRegions(isOn)); },
    setContours(isOn) { isContours = isOn; both().forEach((map) => map.setContours(isOn)); },
    setTrails(trails) { ways = trails; showForce(); },
    setPins(pins) { main.setPins(pins); },
    setTouched(touch) { main.setTouched(touch); },
    fit(isAnimated, isAll) { both().forEach((map) => map.fit(isAnimated, isAll)); },
    makeRoom() { both().forEach((map) => map.makeRoom()); },
    setFlat(isFlat) { sight.isFlat = isFlat; both().forEach((map) => map.setFlat(isFlat)); },
    setFrontShare(share) { sight.frontShare = share; both().forEach((map) => map.setFrontShare(share)); },
    get places() { return main.places; },
    currentPositions: () => main.currentPositions(),
    placeOf: (id) => main.placeOf(id),
    refreshTheme() { [main, side].forEach((map) => map?.refreshTheme()); }, // a hidden one is shown again
    stats: () => main.stats(),
    destroy() {
      stops.forEach((stop) => stop());
      wide.removeEventListener("change", arrange);
      [main, side].forEach((map) => map?.destroy());
    },
  };
}
