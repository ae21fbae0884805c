// Numbers on the map where comments are; a click opens the thread.

import { el } from "../parts/elements.mjs";
import { settleToasts } from "../shell/toasts.mjs";
import { placeOf, someOf, threadsOf } from "./threads.mjs";

const SETTLE_MS = 900;

export function mountMarkers({ state, root, map }) {
  const host = root.querySelector("#comment-markers");
  const frame = root.querySelector("#map-window");
  let threads = [];
  let timer = 0;
  let until = 0;

  function draw({ comments, thread, dataset }) {
    if (!dataset) return;
    threads = threadsOf(comments ?? []).filter(({ head }) => head.resolved_by === null && head.kind !== "run").map((each) => ({ ...each, ids: someOf(each.head) }));
    const held = host.contains(document.activeElement) ? document.activeElement.dataset.marks : null;
    host.replaceChildren(...threads.map((each) => {
      const { head, number } = each;
      each.node = el("button", { type: "button", class: `comment-marker${head.comment_id === thread ? " on" : ""}`, "data-marks": head.comment_id, "data-toast-free": "true", "aria-label": `Comment ${number}, by ${head.author}`, onclick: (event) => open(head.comment_id, event.detail > 0) }, String(number));
      return each.node;
    }));
    if (held) threads.find(({ head }) => head.comment_id === held)?.node.focus({ preventScroll: true });
    settle();
  }

  /** Show a thread; whoever came by keyboard goes on there. */
  function open(id, isByPointer) {
    state.set({ tab: "comments", thread: id });
    if (!isByPointer) root.querySelector(`[data-thread="${id}"] [data-control=about]`)?.focus();
  }

  /** Put each where its samples are on the screen now. */
  function place() {
    const { picture } = state.get();
    const box = frame.getBoundingClientRect();
    const whereIs = ({ head, ids }) => (picture ? placeOf(head, ids, { placeOf: map.placeOf, latentDim: picture.latentDim }) : null);
    // All are asked for before one is put: what was moved would have the page laid out anew for the next.
    const points = threads.map(whereIs).map((where) => (where ? map.places.of(where) : null));
    threads.forEach(({ node }, nth) => {
      const at = points[nth];
      node.hidden = !at;
      if (at) node.style.transform = `translate(${Math.round(at.x - box.left + 4)}px, ${Math.round(at.y - box.top - 30)}px)`;
    });
  }

  /** Follow points on their way until they have arrived; messages make room for where they are then. */
  function settle() {
    until = performance.now() + SETTLE_MS;
    if (timer || threads.length === 0) return;
    const step = () => {
      place();
      timer = performance.now() < until ? requestAnimationFrame(step) : 0;
      if (!timer) settleToasts();
    };
    timer = requestAnimationFrame(step);
  }

  const stops = [state.subscribe(["comments", "thread"], draw), state.subscribe(["view", "shown", "stirred"], settle)];
  draw(state.get());
  return () => {
    cancelAnimationFrame(timer);
    stops.forEach((stop) => stop());
    host.replaceChildren();
  };
}
