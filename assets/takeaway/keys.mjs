// The keys of a replay. A field that reads keys itself keeps them.

const ZOOM = 1.2;

/** What a key asks for, as the name of an act and its value; null for none. */
export function actOf({ key, ctrlKey, metaKey, altKey }, length) {
  if (ctrlKey || metaKey || altKey) return null;
  return {
    " ": ["toggle"], k: ["toggle"], ArrowRight: ["step", 1], ArrowLeft: ["step", -1], Home: ["seek", 0], End: ["seek", length],
    "+": ["zoom", 1 / ZOOM], "=": ["zoom", 1 / ZOOM], "-": ["zoom", ZOOM], f: ["fit"], t: ["turnTheme"],
  }[key] ?? null;
}

export function onKeys(acts, length) {
  document.addEventListener("keydown", (event) => {
    if (event.target.closest?.("select, input")) return;
    if (event.target.closest?.("button") && (event.key === " " || event.key === "Enter")) return;
    const found = actOf(event, length());
    if (found === null) return;
    event.preventDefault();
    acts[found[0]](found[1]);
  });
}
