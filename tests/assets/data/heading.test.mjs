import assert from "node:assert/strict";
import test from "node:test";

import { tellWhyNot } from "../../../assets/data/heading.mjs";
import { pageOf } from "../nodes.mjs";

test("who may bring nothing in reads why below the heading, others what can be brought", () => {
  const root = pageOf({ words: "data-title-words" });
  const words = root.querySelector(".data-title-words");
  words.textContent = "Images, sound or vectors.";
  for (const role of [null, "admin"]) tellWhyNot(root, role);
  assert.equal(words.textContent, "Images, sound or vectors.");
  tellWhyNot(root, "annotator");
  assert.match(words.textContent, /^You are an annotator here; /);
});
