// To another address of the app as the rail leads there: this document stays, and what it still sends and follows with it.

/** What Dash's own links say to its router. */
const tellRouter = () => dispatchEvent(new CustomEvent("_dashprivate_pushstate"));

/** @param {string} href an address of the app */
export function goTo(href) {
  history.pushState({}, "", href);
  tellRouter();
}

/**
 * What is seen has another address by now, and the history no step more. A router that did not hear of it would do
 * nothing where somebody goes back to the old one.
 * @param {string} href an address of the app
 */
export function nowAt(href) {
  history.replaceState(history.state, "", href);
  tellRouter();
}
