// Draw a tree of elements anew around a field that somebody types in: it is never taken out of the
// document, so that caret, selection and an input method keep their place.

/** Put nodes in a parent; the one that is kept stays where it is while the others are put around it. */
export function putAround(parent, nodes, kept) {
  const at = nodes.indexOf(kept);
  for (const each of [...parent.childNodes]) if (each !== kept) each.remove();
  kept.before(...nodes.slice(0, at));
  kept.after(...nodes.slice(at + 1));
}

/**
 * Make an element look like a fresh one, but for the field in it.
 * @param {Element} old in the document, with the field in it, or the field
 * @param {Element} fresh drawn anew, with a field for the same in it
 */
function graft(old, fresh, field, freshField) {
  if (old === field) return field;
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of [...fresh.attributes]) old.setAttribute(name, value);
  graftChildren(old, [...fresh.childNodes], field, freshField);
  return old;
}

/** The same of what a parent holds: the child with the field in it stays, drawn anew around the field. */
export function graftChildren(parent, nodes, field, freshField) {
  const old = [...parent.childNodes].find((each) => each.contains(field));
  const kept = nodes.findIndex((each) => each.contains(freshField));
  const isAlike = old && kept >= 0 && (old === field) === (nodes[kept] === freshField);
  if (!isAlike) return void parent.replaceChildren(...nodes);
  const fresh = nodes[kept];
  putAround(parent, nodes.map((each) => (each === fresh ? old : each)), old);
  graft(old, fresh, field, freshField);
}
