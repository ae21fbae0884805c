// What a sample sounds like: played at a press, and soon after the pointer rests on it.

const REST_MS = 220;

/** Mark the tile in `place` that is heard. */
export const markIn = (place) => (id) => {
  for (const tile of place.querySelectorAll("[data-sound]")) tile.classList.toggle("on", Number(tile.dataset.sound) === id);
};

export function createPlaying(urlOf, mark) {
  const audio = new Audio();
  let timer = 0;
  let now = null;
  let isPressed = false; // what was asked for by a press goes on when the pointer leaves
  const show = (id) => { now = id; mark(id); };
  audio.addEventListener("ended", () => show(null));
  audio.addEventListener("error", () => show(null));

  function start(id) {
    clearTimeout(timer);
    audio.src = urlOf(id);
    show(id);
    // A browser lets a page speak only once it was clicked; until then resting on it stays silent.
    // Another sound ends the one that still loads: that is no reason to unmark the new one.
    audio.play().catch(() => { if (now === id) show(null); });
  }

  function stop() {
    clearTimeout(timer);
    audio.pause();
    show(null);
  }

  function play(id) {
    const isOn = now === id && !audio.paused && isPressed;
    isPressed = !isOn;
    if (isOn) stop();
    else if (now !== id || audio.paused) start(id);
  }

  function over(id) {
    clearTimeout(timer);
    if (now !== id) timer = setTimeout(() => { isPressed = false; start(id); }, REST_MS);
  }

  function out() {
    clearTimeout(timer);
    if (!isPressed) stop();
  }

  return { stop, play, over, out };
}
