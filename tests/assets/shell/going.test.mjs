import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { goTo, nowAt } from "../../../assets/shell/going.mjs";

let said; // to the history and to the router, in order
beforeEach(() => {
  said = [];
  const history = { state: "kept", pushState: (...step) => said.push(["push", ...step]), replaceState: (...step) => said.push(["replace", ...step]) };
  Object.assign(globalThis, { history, dispatchEvent: ({ type }) => said.push(type) });
});
afterEach(() => { delete globalThis.history; delete globalThis.dispatchEvent; });

test("going: another page is a step of the history, of which the router hears", () => {
  goTo("/review?project=p");
  assert.deepEqual(said, [["push", {}, "", "/review?project=p"], "_dashprivate_pushstate"]);
});

test("going: another address of what is seen is no step, and the router hears of it all the same", () => {
  nowAt("/data?project=p");
  assert.deepEqual(said, [["replace", "kept", "", "/data?project=p"], "_dashprivate_pushstate"]);
});
