// Whose ground each place of the map is, as its snapshot says: read once the Move tool is taken, where the head on the
// map tells regions (design: annotate-vae). Elsewhere the points around a place have the say (territory.mjs).

import { regionAt } from "../insight/field.mjs";

const HEAD_ON_MAP = "annotate-vae";

/** @returns {{of: function(): ?function(number[]): number, field: function(): ?object, destroy: function(): void}} both null while nobody knows */
export function mountGround({ state, player, fields }) {
  let field = null;
  let asked = "";

  async function follow({ tool, shown, server }) {
    if (tool !== "move" || server?.project.preset !== HEAD_ON_MAP || !shown) return;
    const now = `${shown.runId}/${shown.n}`;
    if (now === asked) return;
    asked = now;
    const snapshot = await player.snapshot().catch(() => null);
    const found = snapshot?.has_field ? await fields.load(snapshot).catch(() => null) : null;
    if (now === asked) field = found;
  }

  const stop = state.subscribe(["tool", "shown", "server"], follow);
  const known = () => (field?.gridSide > 0 ? field : null);
  return {
    of: () => (known() ? ([x, y]) => regionAt(known(), x, y) : null),
    field: known,
    destroy: stop,
  };
}
