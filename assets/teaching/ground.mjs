// Whose ground each place of the map is, as its snapshot says: read once the Move tool is taken, where the head on the
// map tells regions (design: annotate-vae). Elsewhere the points around a place have the say (territory.mjs).

import { fieldAt, regionAt } from "../insight/field.mjs";
import { livingPrediction } from "../parts/classes.mjs";

const HEAD_ON_MAP = "annotate-vae";

/**
 * Follow the map that Edit stands on: hands are there, also while Result shows another one.
 * @returns {{of: () => ((place: number[]) => number) | null, field: () => ?object, destroy: () => void}} both null while nobody knows
 */
export function mountGround({ state, player, sync, fields }) {
  let field = null;
  let living = { field: null, classes: null, ground: null }; // of which field and classes, and what they make together
  let asked = "";

  async function follow({ tool, edit, server }) {
    if (tool !== "move" || server?.project.preset !== HEAD_ON_MAP || !edit) return;
    const now = `${edit.runId}/${edit.n}`;
    if (now === asked) return;
    asked = now;
    field = null; // another map's: its places are somebody else's here
    try {
      const found = await fieldAt(edit, { player, sync, fields });
      if (now === asked) field = found;
    } catch (error) {
      if (error.isLost && now === asked) asked = ""; // asked for again once the connection is back
    }
  }

  const stop = state.subscribe(["tool", "edit", "server", "connection"], follow);

  /** The field in the classes that live today: a drop names nothing that was merged or taken back. */
  function known() {
    if (!(field?.gridSide > 0)) return null;
    const { classes } = state.get();
    if (living.field !== field || living.classes !== classes) living = { field, classes, ground: { ...field, region: livingPrediction(field.region, classes) } };
    return living.ground;
  }

  /** What says whose a place is, as it is known now: a drag goes on over the ground it began on. */
  function of() {
    const ground = known();
    return ground && (([x, y]) => regionAt(ground, x, y));
  }

  return {
    of,
    field: known,
    destroy: stop,
  };
}
