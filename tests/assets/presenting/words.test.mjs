import assert from "node:assert/strict";
import { test } from "node:test";

import { barWords, doing, persons, toldWords } from "../../../assets/presenting/words.mjs";

const ADA = { id: "a", person: "1", name: "Ada", follows: false, asks: false };
const BEN = { id: "b", person: "2", name: "Ben", follows: true, asks: false };
const PRESENTER = { id: "a", name: "Ada", color: 3, gone: false };
const value = (patch) => ({ presenter: PRESENTER, me: BEN, isOpen: true, follow: "no", people: [ADA, BEN], page: "map", presenterPage: null, ...patch });

test("the bar says who presents, to whom, and what of it", () => {
  assert.equal(barWords(value({ presenter: null })).kind, "none");
  assert.deepEqual(barWords(value({})), { kind: "invite", words: "Ada is presenting", more: "" });
  assert.deepEqual(barWords(value({ follow: "yes" })), { kind: "following", words: "Following Ada", more: "" });
  assert.equal(barWords(value({ follow: "paused" })).words, "Following paused");
  assert.equal(barWords(value({ follow: "yes", presenterPage: "review" })).more, "on the Review page");
  assert.equal(barWords(value({ follow: "yes", presenter: { ...PRESENTER, gone: true } })).more, "connection lost");
});

test("the presenter sees how many follow", () => {
  const mine = (people, patch = {}) => barWords(value({ me: ADA, people, ...patch }));
  assert.deepEqual(mine([ADA, BEN]), { kind: "presenting", words: "You are presenting", more: "1 person follows" });
  assert.equal(mine([ADA, BEN, { ...BEN, id: "c" }]).more, "2 people follow");
  assert.equal(mine([ADA]).more, "nobody follows yet");
  assert.match(mine([ADA], { isOpen: false }).more, /connection lost/);
});

test("what happened is one sentence, or nothing where the bar says enough", () => {
  const codes = ["stopped", "gone", "back", "freed", "handed", "asks", "declined", "taken", "nameless"];
  for (const code of codes) assert.match(toldWords({ code, name: "Ada" }), /^[A-Z].*\.$/, code);
  assert.equal(toldWords({ code: "presents", name: "Ada" }), "");
  assert.equal(toldWords({ code: "stopped", name: "Ada" }, true), "");
  assert.match(toldWords({ code: "handed", name: "Ada" }, true), /^You present now/);
  assert.equal(toldWords({ code: "refused", name: "No." }), "No.");
});

test("a person with two tabs is one person, the tab that does most speaking for both", () => {
  const tab = { ...ADA, id: "a2", follows: true };
  assert.deepEqual(persons([tab, ADA, BEN], PRESENTER, BEN).map(({ id }) => id), ["a", "b"]);
  assert.deepEqual(persons([ADA, tab], null, tab).map(({ id }) => id), ["a2"]);
  assert.deepEqual([ADA, BEN, { ...BEN, asks: true }].map((each) => doing(each, PRESENTER)), ["presenting", "following", "asks to present"]);
});
