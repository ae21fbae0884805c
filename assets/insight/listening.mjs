// A sample that has a sound is heard while the pointer rests on it, on the map or in the gallery.

import { rested } from "../parts/details.mjs";
import { kept } from "../shell/storing.mjs";

/** @import {Keys, State, Storing} from "../records" */

const REST_MS = 160;
const STORED = "lodemap-listen";

/** Where the sound of a sample is. */
export const soundUrl = (datasetId, id) => `/api/datasets/${datasetId}/sounds/${id}.wav`;

/** What was chosen last on this machine; to listen, where nothing was. */
export const recall = (storage) => storage.getItem(STORED) !== "off";

/**
 * Play what the pointer rests on; the newest sound ends the one before.
 * @param {{state: State, keys: Keys, root: HTMLElement, Sound?: typeof Audio, storage?: Pick<Storing, "getItem" | "setItem">}} parts the last two for tests
 */
export function mountListening({ state, keys, root, Sound = globalThis.Audio, storage = kept }) {
  const { dataset } = state.get();
  const button = root.querySelector("#gallery-listen");
  if (!dataset.sound_rate) return () => {};
  let isOn = recall(storage);
  const sound = new Sound();
  const play = rested((id) => {
    sound.src = soundUrl(dataset.dataset_id, id);
    // Refused before the first click on the page, by the browser's own rule, or not there: silence.
    Promise.resolve(sound.play()).catch(() => {});
  }, REST_MS);

  function render() {
    button.hidden = false;
    button.setAttribute("aria-pressed", String(isOn));
  }

  function swap() {
    isOn = !isOn;
    storage.setItem(STORED, isOn ? "on" : "off");
    if (!isOn) sound.pause();
    render();
  }

  button.addEventListener("click", swap);
  const unregister = keys.register("q", { label: "Hear the sample under the pointer", group: "See", run: swap });
  const stop = state.subscribe(["hoverId"], ({ hoverId }) => {
    play.cancel();
    if (hoverId === null) sound.pause();
    else if (isOn) play(hoverId);
  });
  render();
  return () => {
    stop();
    play.cancel();
    sound.pause();
    unregister();
    button.removeEventListener("click", swap);
  };
}
