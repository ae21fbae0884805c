// A few held-out samples, and below each what the network draws from its place on the map alone.

import { el } from "../parts/elements.mjs";
import { createReading } from "../shell/reading.mjs";
import { nameOf } from "./words.mjs";

/** @import {Api, Run} from "../records" */

/** What is answered is kept for good, by its address: it goes up when the same samples are answered otherwise. */
const FORM = 2;

/** "on average 11 % of a pixel's range apart"; null without any. Pure. */
export function apartWords(distances) {
  if (distances.length === 0) return null;
  const mean = distances.reduce((sum, each) => sum + each, 0) / distances.length;
  return `${(100 * mean).toFixed(mean < 0.0995 ? 1 : 0)} % of a pixel's range apart on average`;
}

/**
 * @param {{root: HTMLElement, api: Api, decoding: unknown[], onError: (error: Error) => void}} options
 *   decoding: presets whose network has a decoder
 * @returns {{show: (run: Run | null) => Promise<boolean>, destroy: () => void}} the run to show, null for none
 */
export function mountReconstruction({ root, api, decoding, onError }) {
  const place = root.querySelector("#reconstruction");
  const reading = createReading({ onError(error) { place.hidden = true; onError(error); } });

  function draw(run, found) {
    const count = found.ids.length;
    const words = [`${nameOf(run)}, epoch ${run.last_epoch}: ${count} held-out samples, and what the network draws from their places on the map, ${apartWords(found.distance)}.`];
    place.replaceChildren(
      el("h3", {}, "Reconstructions"),
      ...[["seen", `${count} held-out samples`], ["drawn", "What the network draws of each"]].map(([row, alt]) =>
        el("img", { src: `data:image/png;base64,${found[row]}`, alt, class: found.is_ink ? "ink" : "", width: count * found.tile, height: found.tile })),
      el("figcaption", { class: "cap" }, words),
    );
    place.hidden = false;
  }

  return {
    show(run) {
      const canDraw = run && run.last_epoch >= 0 && decoding.includes(run.config.preset);
      const path = canDraw ? `/api/runs/${run.run_id}/reconstructions/${run.last_epoch}?v=${FORM}` : "";
      return reading.ask(path, async (signal) => (canDraw ? api.within(signal).json(path) : null), (found) => {
        if (found) draw(run, found);
        else place.hidden = true;
      });
    },
    destroy: reading.stop,
  };
}
