// The pages Dash puts in and takes out: each is fetched when it is first on screen, begun when it is
// there as a whole, and ended when it is gone or about something else.
//
//   watchPage({id, marks, needs, load, onChange}) -> {current(), refreshTheme(), settle()}
//
//   id        of the page's root
//   marks     names of the root's data attributes: other values make it another page
//   needs     selectors that are there once Dash has filled the page, from the outside in
//   load()    promise of mount(root, signal) -> instance with destroy(), and maybe refreshTheme()
//             signal goes with every listener on what Dash has put in: Dash may keep those nodes for
//             the next page, and what is left on them would act for the one before as well
//   onChange  told the new instance, null when there is none

import { closeDialogs } from "./parts/dialog_box.mjs";
import { closeMenu } from "./parts/menu.mjs";
import { showToast } from "./shell/toasts.mjs";

const LOST = "This page could not be begun: the app cannot be reached, or was updated meanwhile. Reload the page.";

/** Whether Dash has put in all that a page needs. */
const isWhole = (root, needs) => Boolean(root) && needs.every((selector) => root.querySelector(selector));

/** @param {{id: string, marks: string[], needs: string[], load: () => Promise<Function>, onChange?: (instance: ?object) => void}} page */
export function watchPage({ id, marks, needs, load, onChange = () => {} }) {
  let page = null;

  async function begin(asked) {
    try {
      const mount = await load();
      if (page !== asked) return; // gone while it was fetched
      asked.instance = mount(asked.root, asked.listening.signal);
      onChange(asked.instance);
    } catch (error) {
      if (page === asked) showToast({ text: LOST, kind: "error" });
      console.error(error);
    }
  }

  function end() {
    const ended = page;
    page = null;
    ended.listening.abort();
    if (!ended.instance) return;
    closeDialogs(); // what they ask, and what a menu offers, is of the page that is left
    closeMenu();
    ended.instance.destroy();
    onChange(null);
  }

  function settle() {
    const root = document.getElementById(id);
    const identity = root ? marks.map((name) => root.dataset[name]).join(" ") : "";
    if (page && page.root === root && page.identity === identity) return;
    if (page) end();
    if (!isWhole(root, needs)) return;
    page = { root, identity, instance: null, listening: new AbortController() };
    begin(page);
  }

  const attributeFilter = marks.map((name) => `data-${name}`);
  new MutationObserver(settle).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter });
  settle();
  return {
    settle,
    current: () => page?.instance ?? null,
    refreshTheme: () => page?.instance?.refreshTheme?.(),
  };
}
