// Whether what was asked for a moment ago may still open: a dialog over something else is in the way of it.
//
//   const isWanted = stillWanted(signal?)   when it is asked for
//   isWanted() -> boolean                   once, when it is there: its page is, and nobody pressed anything since

const KEYS = new Set(["Enter", " ", "Escape"]);

/**
 * @param {AbortSignal | null} signal of the page it is about
 * @param {{own?: Element, events?: EventTarget & Partial<Pick<ParentNode, "querySelector">>, isBusy?: () => boolean}} options
 *   own: what was pressed, and may be again; isBusy: whether a dialog is open already
 */
export function stillWanted(signal = null, { own = null, events = globalThis.document, isBusy = () => Boolean(events?.querySelector("dialog[open]")) } = {}) {
  const listening = new AbortController();
  let isElsewhere = false;
  const leave = (event) => { isElsewhere ||= !own?.contains?.(event.target) && (event.type !== "keydown" || (KEYS.has(event.key) && !event.repeat)); };
  for (const type of ["pointerdown", "keydown"]) events?.addEventListener(type, leave, { capture: true, signal: listening.signal });
  return () => {
    listening.abort();
    return !isElsewhere && !signal?.aborted && !isBusy();
  };
}
