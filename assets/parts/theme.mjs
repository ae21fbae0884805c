// The colours of the points, as the style sheet has them.

/** Colours of classes; further classes take the same ones with another mark. */
export const NUM_COLORS = 12;

/** Parse "#RRGGBB" into three bytes. */
export function rgb(hex) {
  const value = Number.parseInt(hex.trim().slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/** Read the colours of the points from the style sheet's tokens. */
export function readTheme(element = document.documentElement) {
  const style = getComputedStyle(element);
  const token = (name) => rgb(style.getPropertyValue(`--${name}`));
  return {
    colors: Array.from({ length: NUM_COLORS }, (_, slot) => token(`class-${slot}`)),
    none: token("unnamed"),
    ramp: ["ramp-doubt", "ramp-middle", "ramp-sure"].map(token),
  };
}
