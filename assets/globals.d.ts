// What the pages find in the browser beside its own: read by `npm run types` only, never by a browser.

import type { Bridge } from "./records";

declare global {
  interface Window {
    dash_clientside: { no_update: symbol; set_props: (id: string, props: object) => void; [namespace: string]: unknown };
    dash_ag_grid: { getApiAsync: (id: string) => Promise<any> };
    lodemapBridge: Bridge;
    /** The page that is on screen, for whoever looks from outside. */
    lodemap: unknown;
    lodemapReview: unknown;
    lodemapReplay: unknown;
    Plotly: { relayout: (plot: HTMLElement, change: object) => Promise<unknown>; [name: string]: unknown };
  }

  // What is looked up by a class or an id is an element of our own pages: HTML, unless its tag says that it is not.
  interface ParentNode {
    querySelector<K extends keyof HTMLElementTagNameMap>(selectors: K): HTMLElementTagNameMap[K] | null;
    querySelector<K extends keyof SVGElementTagNameMap>(selectors: K): SVGElementTagNameMap[K] | null;
    querySelector(selectors: string): HTMLElement | null;
    querySelectorAll<K extends keyof HTMLElementTagNameMap>(selectors: K): NodeListOf<HTMLElementTagNameMap[K]>;
    querySelectorAll<K extends keyof SVGElementTagNameMap>(selectors: K): NodeListOf<SVGElementTagNameMap[K]>;
    querySelectorAll(selectors: string): NodeListOf<HTMLElement>;
  }
  // What is pressed, or has the focus, may be an element, and mostly is an HTML one.
  interface EventTarget {
    closest?(selectors: string): HTMLElement | null;
  }
  interface Element {
    closest(selectors: string): HTMLElement | null;
    readonly dataset: DOMStringMap;
    hidden: boolean | "until-found";
    focus(options?: FocusOptions): void;
    blur(): void;
  }
  // Outside a browser a timer is an object, which holds a process up unless it is told not to.
  interface Number {
    unref?(): void;
  }
}
