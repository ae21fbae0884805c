import assert from "node:assert/strict";
import { test } from "node:test";

import { createState } from "../../../assets/parts/state.mjs";
import { createActs } from "../../../assets/review/acts.mjs";
import { ApiError } from "../../../assets/shell/api.mjs";
import { keptByTab } from "../../../assets/shell/storing.mjs";
import { pageOf } from "../nodes.mjs";

keptByTab.setItem("lodemap.name-asked", "1"); // a guest who was asked, and goes on as one
const soon = () => new Promise((done) => { setImmediate(done); });
const refused = new ApiError({ message: "Somebody went on meanwhile.", status: 409 });

/** A page that looks at an earlier step; `answers` are those to what is sent, in turn. */
function scene(mock, answers) {
  mock.timers.enable({ apis: ["setTimeout"] });
  Object.assign(globalThis, { innerWidth: 1000, innerHeight: 800 });
  const root = pageOf();
  const steps = [{ step_id: 1, seq: 4, kind: "gestures", counts: {}, name: "early", at: 0 }, { step_id: 2, seq: 9, kind: "gestures", counts: {}, name: "", at: 0 }];
  const state = createState({ history: { here: 2, seq: 9, steps }, chosen: 1 });
  const sent = [];
  const answer = async (...of) => { sent.push(of.at(-1)); const next = answers.shift(); if (next instanceof Error) throw next; return next; };
  const refresh = async () => { state.set({ history: { ...state.get().history, seq: state.get().history.seq + 1 } }); };
  const shown = []; // at which step the map was asked for as it is there
  const acts = createActs({ projectId: "p", state, reviews: { gesture: answer, name: answer }, annotationAt: null, goLive: () => shown.push(state.get().chosen), refresh, onError: assert.fail, onReadError: assert.fail });
  async function submit(text) {
    if (text) root.querySelector("#review-text").type(text);
    root.querySelector("dialog form").fire("submit");
    await soon();
  }
  const said = () => root.querySelector("dialog .field-error")?.textContent ?? null;
  return { acts, sent, submit, said, state, shown };
}

test("the name of a branch outlives a refusal, and is sent again on what is there by then", async ({ mock }) => {
  const { acts, sent, submit, said, state } = scene(mock, [refused, { seq: 11 }]);
  acts.branch();
  await submit("Other way");
  assert.equal(said(), "Somebody went on meanwhile.");
  await submit();
  assert.deepEqual(sent.map(({ verb, to, expected, name }) => [verb, to, expected, name]), [["checkout", 4, 9, "Other way"], ["checkout", 4, 10, "Other way"]]);
  assert.notEqual(sent[0].key, sent[1].key);
  assert.deepEqual([said(), state.get().chosen], [null, null], "closed");
});

test("a branch whose answer was lost goes out again as it was, so that it is made once", async ({ mock }) => {
  const { acts, sent, submit, said } = scene(mock, [new ApiError({ message: "Connection lost." }), { seq: 10 }]);
  acts.branch();
  await submit("Other way");
  assert.match(said(), /^The answer was lost/);
  await submit();
  assert.deepEqual(sent[1], sent[0]);
});

test("the name of a step outlives a refusal, and one that did not change is not sent", async ({ mock }) => {
  const { acts, sent, submit, said } = scene(mock, [refused, {}]);
  acts.name();
  await submit();
  assert.deepEqual([sent, said()], [[], null]);
  acts.name();
  await submit("late");
  assert.equal(said(), "Somebody went on meanwhile.");
  await submit();
  assert.deepEqual([sent, said()], [["late", "late"], null]);
});

test("whoever goes back to a step, or undoes that, sees the map that the project is at", async ({ mock }) => {
  const { acts, shown } = scene(mock, [{ seq: 10 }, { message: "Undone." }]);
  await acts.checkOut();
  await acts.undo(10);
  assert.deepEqual(shown, [null, null]);
});
