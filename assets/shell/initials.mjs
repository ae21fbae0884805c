// What stands in an avatar. Pure.

/** One or two letters that stand for a name; "G" for a guest. */
export function initials(name) {
  const words = (name ?? "").trim().split(/\s+/).filter(Boolean);
  if (!words.length) return "G";
  const first = (word) => [...word][0].toUpperCase();
  return words.length === 1 ? first(words[0]) : first(words[0]) + first(words[words.length - 1]);
}
