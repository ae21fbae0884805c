// A list that is drawn anew keeps the focus of whoever goes through it by keyboard; after a press of the mouse the page's
// own keys act. Its rows say who they are in `data-row`, what can be pressed in them in `data-control`.

/**
 * Put rows into a list; what had the focus has it again: the same control of the same row, where that is gone of the
 * next one, then of those before it.
 * @param {HTMLElement} list
 * @param {HTMLElement[]} rows a hidden one has no focus
 * @param {HTMLElement} otherwise has it where no row has such a control any more
 */
export function redraw(list, rows, otherwise) {
  const held = list.contains(document.activeElement) && document.activeElement.matches(":focus-visible") ? document.activeElement : null;
  const keys = [...list.children].map((each) => each.dataset.row);
  const at = keys.indexOf(held?.closest("[data-row]")?.dataset.row);
  list.replaceChildren(...rows);
  if (!held) return;
  const controls = new Map(rows.filter(({ hidden }) => !hidden).map((row) => [row.dataset.row, row.querySelector(`[data-control="${held.dataset.control}"]`)]));
  const heir = [...keys.slice(at), ...keys.slice(0, Math.max(0, at)).reverse()].find((key) => controls.get(key));
  (controls.get(heir) ?? otherwise).focus({ preventScroll: true });
}
