// An edge that fades where there is more to scroll to: bars are hidden on many systems until one scrolls.
//
//   markMore(place) -> stop()     sets data-more to "up", "down" or "up down" while there is more that way

const SLACK = 2; // lengths are rounded

/** Which ways there is more. */
export function moreOf({ scrollTop, clientHeight, scrollHeight }) {
  return [scrollTop > SLACK ? "up" : "", scrollTop + clientHeight < scrollHeight - SLACK ? "down" : ""].filter(Boolean).join(" ");
}

export function markMore(place) {
  const mark = () => { if (place.dataset.more !== moreOf(place)) place.dataset.more = moreOf(place); };
  const sized = new ResizeObserver(mark);
  const filled = new MutationObserver(mark);
  place.addEventListener("scroll", mark, { passive: true });
  sized.observe(place);
  filled.observe(place, { childList: true });
  mark();
  return () => { place.removeEventListener("scroll", mark); sized.disconnect(); filled.disconnect(); };
}
