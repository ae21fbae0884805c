// What would be held out of recordings that were cut into windows: the server draws whole ones, and says which it got.
//
//   createDrawnSplit({ask, onDrawn}) -> {of(imported, share), stop()}
//     of       {perClass, total, recordings, note, isAbout} of an import that is read; null, and asked for, while it is not known
//     onDrawn  hears that it is known now

import { createReading } from "../shell/reading.mjs";

/** @param {{ask: (path: string, place: number, signal: AbortSignal) => Promise<object>, onDrawn: () => void}} parts */
export function createDrawnSplit({ ask, onDrawn }) {
  const reading = createReading({ onError() {} }); // what is aimed at stands then
  let drawn = { key: "", split: null };

  function of({ import_id: importId, options, state }, share) {
    const key = JSON.stringify([importId, options, share]);
    if (drawn.key === key) return drawn.split;
    if (state === "ready") reading.ask(key, (signal) => ask(importId, share, signal), (told) => { drawn = { key, split: splitFrom(told) }; onDrawn(); });
    return null;
  }

  return { of, stop: reading.stop };
}

const splitFrom = ({ counts, num_samples: total, num_recordings: recordings, note }) => ({ perClass: counts, total, recordings, note, isAbout: false });
