// Where a replay is: playing, paused, sought. Pure: the time is always handed in, in milliseconds.

/**
 * What `at` gives is in seconds; `isPlaying` ends by itself at the end.
 * @param {number} length in seconds
 */
export function createTape(length) {
  let at = 0;
  let speed = 1;
  let since = null; // {nowMs, at} when it began to play, null while it rests

  const placeAt = (nowMs) => Math.min(length, since.at + (speed * (nowMs - since.nowMs)) / 1000);

  function tick(nowMs) {
    if (since !== null) {
      at = placeAt(nowMs);
      if (at >= length) since = null;
    }
    return at;
  }

  function begin(nowMs) {
    since = { nowMs, at };
  }

  return {
    get at() { return at; },
    get speed() { return speed; },
    get isPlaying() { return since !== null; },
    tick,
    /** Play on; from the beginning where it is at its end. */
    play(nowMs) {
      if (at >= length) at = 0;
      begin(nowMs);
    },
    pause(nowMs) {
      tick(nowMs);
      since = null;
    },
    /** Go to a moment, and rest there. */
    seek(seconds) {
      since = null;
      at = Math.min(length, Math.max(0, seconds));
    },
    setSpeed(value, nowMs) {
      tick(nowMs);
      speed = value;
      if (since !== null) begin(nowMs);
    },
  };
}
