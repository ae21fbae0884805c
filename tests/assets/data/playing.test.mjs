import assert from "node:assert/strict";
import test from "node:test";

import { createPlaying } from "../../../assets/data/playing.mjs";

test("pressed while another sound still loads, a sound stays marked", async () => {
  const loading = [];
  globalThis.Audio = class {
    paused = true;
    addEventListener() {}
    pause() { this.paused = true; }
    play() {
      loading.at(-1)?.(new Error("The play() request was interrupted."));
      this.paused = false;
      return new Promise((_resolve, reject) => loading.push(reject));
    }
  };
  let marked = null;
  const playing = createPlaying((n) => `/sounds/${n}.wav`, (id) => { marked = id; });
  const soon = () => new Promise((resolve) => setImmediate(resolve));
  playing.play(1);
  playing.play(2);
  await soon();
  assert.equal(marked, 2);
  loading.at(-1)(new Error("This sound cannot be played."));
  await soon();
  assert.equal(marked, null);
});
