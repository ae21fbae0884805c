// The small maps of the history's steps: each is read once it comes into view, and drawn in the colours of the classes.

import { decodeFrame } from "../parts/codec.mjs";
import { fetchFrame, paint, thinned } from "../parts/smallmaps.mjs";

/** Mount after the history, which says in `data-frame` where a step's frame is, in `data-colors` the slots of the classes. */
export function mountStepMaps({ state, root }) {
  const list = root.querySelector("#history-steps");
  const asked = new WeakMap(); // by holder: the address that is read, or was
  const reading = new WeakMap(); // by holder: the address that is being read
  const known = new WeakMap(); // by holder: {address, points}
  const inView = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) if (isIntersecting) { inView.unobserve(target); draw(target); }
  });
  const holders = () => list.querySelectorAll(".step-map[data-frame]");

  async function draw(holder) {
    const address = holder.dataset.frame;
    const isWanted = () => holder.isConnected && holder.dataset.frame === address; // else a newer one is on its way
    if (known.get(holder)?.address !== address) {
      if (reading.get(holder) === address) return;
      reading.set(holder, address);
      const bytes = await fetchFrame(address, isWanted);
      if (reading.get(holder) === address) reading.delete(holder);
      if (!isWanted()) return;
      holder.title = bytes ? "" : "This map could not be read";
      if (!bytes) return;
      known.set(holder, { address, points: thinned(decodeFrame(bytes)) });
    }
    paint(holder.querySelector("canvas"), known.get(holder).points, JSON.parse(holder.dataset.colors));
  }

  function look() {
    for (const holder of holders()) {
      if (asked.get(holder) === holder.dataset.frame) continue;
      asked.set(holder, holder.dataset.frame);
      inView.observe(holder);
    }
  }

  const again = () => holders().forEach((holder) => inView.observe(holder));
  const stops = [state.subscribe(["history", "chosen", "latest"], look), state.subscribe(["themeCount"], again)];
  look();
  return () => { stops.forEach((stop) => stop()); inView.disconnect(); };
}
