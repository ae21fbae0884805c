// The pictures of the selection: only the rows in sight are in the page, however many are selected.

import { num } from "../parts/counting.mjs";
import { el } from "../parts/elements.mjs";
import { drawing } from "../parts/icons.mjs";
import { NO_CLASS } from "../parts/classes.mjs";
import { orderIds, tally, without } from "../parts/selection.mjs";
import { wornOf } from "../motion/panes.mjs";

const GAP = 5;
const COLUMNS = 5;
const OVERSCAN_ROWS = 3;
const MAX_NAMED = 4;

/** Which rows are in sight. */
export function rowsInSight({ scrollTop, height, pitch, numRows }) {
  const first = Math.max(0, Math.floor(scrollTop / pitch) - OVERSCAN_ROWS);
  const last = Math.min(numRows, Math.ceil((scrollTop + height) / pitch) + OVERSCAN_ROWS);
  return { first, last };
}

/** Where an arrow key leads, or null. */
export function stepTo(key, at, count) {
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS }[key];
  if (step !== undefined) return Math.min(count - 1, Math.max(0, at + step));
  return { Home: 0, End: count - 1 }[key] ?? null;
}

export function mountGallery({ state, actions, dress, root, signal }) {
  const find = (id) => root.querySelector(`#${id}`);
  const view = find("gallery-view");
  const column = view.closest(".side");
  const canvas = el("div", { class: "gallery-canvas" });
  view.replaceChildren(canvas);
  view.tabIndex = 0;
  view.setAttribute("role", "listbox");
  view.setAttribute("aria-label", "Selected samples");
  view.setAttribute("aria-describedby", "gallery-foot");
  /** @type {Uint32Array} */
  let ids = new Uint32Array(0);
  let at = 0;
  let size = 40;
  let request = 0;
  let told = null; // the prediction the pictures were put in order by
  const tiles = new Map(); // position in the order -> tile

  function makeTile() {
    const picture = el("canvas", { class: "picture" });
    const dot = el("span", { class: "dot s8", "aria-hidden": "true" });
    const node = el("div", { class: "tile", role: "option" }, [picture, dot]);
    return { node, picture, dot, look: "" };
  }

  function fill(tile, position) {
    const id = ids[position];
    const { classes, themeCount } = state.get();
    const { prediction } = wornOf(state.get());
    const info = prediction ? classes[prediction[id]] : null;
    const look = `${id} ${info?.color} ${size} ${themeCount}`;
    if (tile.look !== look) {
      tile.look = look;
      dress(tile.picture, id, size);
      tile.dot.className = info ? `dot s8 slot-${info.color}` : "dot s8";
      tile.dot.hidden = !info;
      tile.node.setAttribute("aria-label", `Sample ${id}${info ? `, predicted ${info.name}` : ""}`);
    }
    const column = position % COLUMNS;
    const row = (position - column) / COLUMNS;
    tile.node.id = `tile-${position}`;
    tile.node.dataset.position = position;
    tile.node.setAttribute("aria-selected", String(position === at));
    tile.node.setAttribute("aria-posinset", String(position + 1));
    tile.node.setAttribute("aria-setsize", String(ids.length));
    tile.node.style.transform = `translate(${column * (size + GAP)}px, ${row * (size + GAP)}px)`;
    tile.node.style.width = tile.node.style.height = `${size}px`;
    tile.node.classList.toggle("at", position === at);
    tile.node.classList.toggle("hovered", id === state.get().hoverId);
  }

  /** What is in sight of the canvas: the view scrolls, or in a low window the whole column. */
  function inSight() {
    const [{ top }, box, room] = [canvas, view, column].map((each) => each.getBoundingClientRect());
    const from = Math.max(box.top, room.top);
    return { scrollTop: Math.max(0, from - top), height: Math.max(0, Math.min(box.bottom, room.bottom) - from) };
  }

  function reveal(position) {
    const scroller = view.scrollHeight > view.clientHeight ? view : column;
    const clip = scroller.getBoundingClientRect();
    const top = canvas.getBoundingClientRect().top + Math.floor(position / COLUMNS) * (size + GAP);
    scroller.scrollTop += top < clip.top ? top - clip.top : Math.max(0, top + size - clip.bottom);
  }

  function draw() {
    request = 0;
    const pitch = size + GAP;
    const numRows = Math.ceil(ids.length / COLUMNS);
    canvas.style.height = `${numRows * pitch}px`;
    const { first, last } = rowsInSight({ ...inSight(), pitch, numRows });
    const [from, to] = [first * COLUMNS, Math.min(ids.length, last * COLUMNS)];
    const spare = [];
    for (const [position, tile] of tiles) {
      if (position >= from && position < to) continue;
      tiles.delete(position);
      spare.push(tile);
    }
    for (let position = from; position < to; position += 1) {
      if (!tiles.has(position)) {
        const tile = spare.pop() ?? makeTile();
        tiles.set(position, tile);
        if (!tile.node.isConnected) canvas.append(tile.node);
      }
      fill(tiles.get(position), position);
    }
    for (const tile of spare) tile.node.remove();
    // Only what is in the page can be pointed at: the rest of a long selection is not.
    if (tiles.has(at)) view.setAttribute("aria-activedescendant", `tile-${at}`);
    else view.removeAttribute("aria-activedescendant");
  }

  /** Where nothing is selected nothing is looked for: whoever asks how large something is has all of the page laid out. */
  const isBare = () => ids.length === 0 && tiles.size === 0;
  const schedule = () => { if (!isBare()) request ||= requestAnimationFrame(draw); };

  function measure() {
    if (isBare()) return;
    const room = view.clientWidth - (COLUMNS - 1) * GAP;
    size = Math.max(16, Math.floor(room / COLUMNS));
    schedule();
  }

  /** While a run learns the order changes: what was come to by keyboard stays the one that *Delete* drops. */
  function reorder() {
    const { selection, picture } = state.get();
    const { prediction, opinion } = wornOf(state.get());
    told = prediction;
    const confidence = prediction ? opinion.confidence : null;
    const order = find("gallery-order").value || "least_sure";
    const chosen = document.activeElement === view ? ids[at] : undefined;
    ids = orderIds(selection.ids, order, { confidence, embedding: picture?.embedding ?? null, latentDim: picture?.latentDim ?? 2 });
    const now = ids.indexOf(chosen);
    if (now < 0) at = Math.min(at, Math.max(0, ids.length - 1));
    else if (now !== at) reveal(at = now);
  }

  function renderHead() {
    const { selection } = state.get();
    const { prediction } = wornOf(state.get());
    const count = selection.ids.length;
    find("gallery-count").hidden = view.hidden = find("gallery-foot").hidden = count === 0;
    find("gallery-empty").hidden = count > 0;
    find("gallery-count").textContent = num(count);
    const parts = prediction && count > 0 ? tally(selection.ids, prediction).filter(([index]) => index !== NO_CLASS) : [];
    find("gallery-predicted").hidden = parts.length === 0;
    find("gallery-predicted").replaceChildren(...(parts.length > 0 ? predictedBar(parts) : []));
  }

  function predictedBar(parts) {
    const { classes } = state.get();
    const bar = parts.map(([index, count]) => {
      const segment = el("i", { class: `slot-${classes[index]?.color}`, title: `${classes[index]?.name} ${count}` });
      segment.style.flexGrow = count;
      return segment;
    });
    const words = parts.slice(0, MAX_NAMED).map(([index, count]) => el("span", { class: "predicted-word" }, [
      el("i", { class: `dot s8 slot-${classes[index]?.color}`, "aria-hidden": "true" }), el("span", { class: "clip" }, classes[index]?.name ?? ""), num(count),
    ]));
    return [el("div", { class: "cap" }, "Predicted as"), el("div", { class: "predicted-bar", "aria-hidden": "true" }, bar), el("div", { class: "cap predicted-words" }, words)];
  }

  function render() {
    reorder();
    renderHead();
    measure();
  }

  function drop(position) {
    const id = ids[position];
    if (id === undefined) return;
    state.set({ selection: without(state.get().selection, id), hoverId: null });
  }

  const choice = (words, caps, run) => el("button", { type: "button", class: "btn btn-secondary btn-sm", onclick: run }, [words, ...caps.map((cap) => el("kbd", {}, cap))]);
  const tileOf = (event) => event.target.closest(".tile");
  for (const each of [view, column]) each.addEventListener("scroll", schedule, { passive: true, signal });
  view.addEventListener("click", (event) => {
    if (tileOf(event)) drop(Number(tileOf(event).dataset.position));
    if (event.detail > 0) view.blur(); // pressed with the mouse: Enter must not drop the next one
  }, { signal });
  view.addEventListener("pointerover", (event) => { state.set({ hoverId: tileOf(event) ? ids[Number(tileOf(event).dataset.position)] : null, hoverFrom: "gallery" }); }, { signal });
  const leave = () => state.set({ hoverId: null });
  view.addEventListener("pointerleave", leave, { signal });
  view.addEventListener("blur", leave, { signal });
  view.addEventListener("keydown", (event) => {
    const next = stepTo(event.key, at, ids.length);
    if (next !== null) {
      at = next;
      reveal(at);
      state.set({ hoverId: ids[at], hoverFrom: "gallery" });
      schedule();
    } else if (["Delete", "Backspace", " ", "Enter"].includes(event.key)) drop(at);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, { signal });
  find("gallery-empty").replaceChildren(
    drawing("lasso"),
    el("span", { class: "strong" }, "Nothing is selected"),
    el("span", {}, "Lasso points on the map to see their pictures here."),
    el("div", { class: "gallery-select" }, [choice("Select all", ["A"], actions.selectAll), choice("Select unnamed", ["Shift", "A"], actions.selectUnnamed), choice("Moved most", ["Shift", "W"], actions.selectMovedMost)]),
  );
  find("gallery-order").addEventListener("change", render, { signal });
  const resize = new ResizeObserver(measure);
  for (const each of [view, ...column.children]) resize.observe(each); // what stands above pushes the view down
  const stops = [
    state.subscribe(["selection", "classes"], render),
    state.subscribe(["editLook", "picture"], (value) => { if (wornOf(value).prediction !== told) render(); }),
    state.subscribe(["hoverId", "themeCount"], schedule),
  ];
  render();
  return () => {
    stops.forEach((stop) => stop());
    resize.disconnect();
    cancelAnimationFrame(request);
  };
}
