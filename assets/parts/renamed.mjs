// Held-out samples whose truth is another than it was (ml/measures/renamed.py): renamed, or, where nobody had named them,
// named against their label. An older answer does not tell.

import { many, num } from "./counting.mjs";

export const numRenamed = ({ num_renamed: renamed = 0, num_named_against: against = 0 }) => renamed + against;

/** "15 held-out samples were renamed and 5 named against their label since"; "" without any. `were` are the verb's forms. */
export function renamedSince({ num_renamed: renamed = 0, num_named_against: against = 0 }, [was, were] = ["", ""]) {
  const named = `named against ${against === 1 ? "its label" : "their label"}`;
  const who = many(renamed || against, `held-out sample${was}`, `held-out samples${were}`);
  if (!renamed) return against ? `${who} ${named} since` : "";
  return `${who} renamed${against ? ` and ${num(against)} ${named}` : ""} since`;
}
