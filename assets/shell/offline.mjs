// The bar of a page that says that the connection is lost, for `onConnection` of api.mjs.

import { NOT_CONNECTED } from "./errors.mjs";

/** @param {HTMLElement} bar hidden at first @returns {(isOk: boolean) => void} hears whether the server answers */
export function offlineBar(bar) {
  return (isOk) => {
    const words = isOk ? "" : NOT_CONNECTED;
    bar.hidden = isOk;
    if (bar.textContent !== words) bar.textContent = words; // a live region says anew whatever is written into it
  };
}
