import assert from "node:assert/strict";
import { test } from "node:test";

import { createDrafts } from "../../../assets/review/drafts.mjs";
import { storageOf } from "../storage.mjs";

test("what is typed is there on the next page, for the same project and person alone, until it is done with", () => {
  const storage = storageOf();
  const of = (projectId, person = null) => createDrafts({ projectId, person, storage });
  of("p").keep("edit a", { text: "mine", version: 3 });
  of("p").keep("new", { text: "a long one" });
  assert.deepEqual([of("p").at("edit a"), of("p").at("new").text, of("p").places()], [{ text: "mine", version: 3 }, "a long one", ["edit a", "new"]]);
  assert.deepEqual([of("q").at("new"), of("p", "ada").at("new"), of("p").at("reply a")], [{}, {}, {}]);
  const before = of("p");
  of("p").forget("edit a");
  assert.deepEqual(before.at("edit a"), {}, "the page before and the next one keep the same");
  before.forget("new");
  assert.equal(storage.length, 0);
});

test("a text keeps its key until it is another, also beyond the page", () => {
  const storage = storageOf();
  const of = () => createDrafts({ projectId: "p", storage });
  of().keep("new", { text: "one" });
  const key = of().keyOf("new", "one");
  assert.equal(of().keyOf("new", "one"), key);
  assert.notEqual(of().keyOf("new", "two"), key);
});
