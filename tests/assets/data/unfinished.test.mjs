import assert from "node:assert/strict";
import test from "node:test";

import { isSame, isThat, isWrongFile, mountUnfinished, sameOf } from "../../../assets/data/unfinished.mjs";
import { buttonOf, pageOf } from "../nodes.mjs";

const source = { name: "features.npy", size: 100, imprint: [7, 5000, 5000] };
const partly = (more = {}) => ({ name: "features.npy", size: 100, state: "receiving", imprint: [7, 5000, 5000], ...more });

test("what is chosen again is known by name, size and when it was changed", () => {
  assert.equal(isSame(source, partly()), true);
  assert.equal(isSame(source, partly({ imprint: [7, 5002, 5002] })), true, "as a browser rounds it");
  assert.equal(isSame(source, partly({ imprint: [7, 5003, 5000] })), false);
  assert.equal(isSame(source, partly({ imprint: [7, 5000, 4000] })), false);
  assert.equal(isSame(source, partly({ imprint: [8, 5000, 5000] })), false);
  assert.equal(isSame(source, partly({ size: 101 })), false);
  assert.equal(isSame(source, partly({ name: "other.npy" })), false);
  assert.equal(isSame(source, partly({ imprint: null })), null, "sent by another browser");
});

test("another file of the same name and size never goes on with what was partly sent", () => {
  const other = partly({ imprint: [7, 9000, 9000] });
  const elsewhere = partly({ imprint: null });
  assert.equal(sameOf(source, null, [other, elsewhere]), undefined);
  assert.equal(sameOf(source, other, [other]), undefined);
  const mine = partly();
  assert.equal(sameOf(source, null, [other, elsewhere, mine]), mine);
  assert.equal(sameOf(source, elsewhere, [elsewhere, mine]), mine, "what is known goes before what is said");
});

test("where another browser sent the beginning, who chooses the file says that it is the same", () => {
  const elsewhere = partly({ imprint: null });
  assert.equal(sameOf(source, elsewhere, [elsewhere]), elsewhere);
  assert.equal(sameOf({ ...source, size: 99 }, elsewhere, [elsewhere]), undefined);
});

test("an import is known by its id, also where the list was read anew", () => {
  assert.equal(isThat({ import_id: "a", received: 1 }, { import_id: "a", received: 2 }), true);
  assert.equal(isThat({ import_id: "a" }, { import_id: "b" }), false);
  assert.equal(isThat(null, { import_id: "a" }) || isThat(null, null), false);
});

test("what is read, or lies with another app, takes no more bytes", () => {
  assert.equal(sameOf(source, null, [partly({ state: "ready" }), partly({ is_here: false })]), undefined);
});

test("another file than the one awaited is refused from the picker, and dropped it is a choice of its own", () => {
  const awaited = partly({ name: "other.npy" });
  const wrong = (isDropped, imported, offered) => isWrongFile(imported, sameOf(source, imported, offered), isDropped);
  assert.equal(wrong(false, awaited, [awaited]), true);
  assert.equal(wrong(true, awaited, [awaited]), false);
  assert.equal(wrong(false, partly(), []), false);
  assert.equal(wrong(false, null, []), false);
});

test("what can still become a project is discarded only after a question", async () => {
  const root = pageOf(["data-unfinished"]);
  const gone = [];
  const soon = () => new Promise((done) => { setImmediate(done); });
  const { show } = mountUnfinished({ root, onDiscard: ({ name }) => gone.push(name) });
  const discard = async (imported) => {
    show([{ received: 60, ...imported }]);
    buttonOf(root.querySelector("#data-unfinished"), "Discard").click();
    await soon();
  };
  await discard(partly({ name: "unreadable.zip", state: "failed" }));
  assert.deepEqual([gone, root.querySelector("dialog")], [["unreadable.zip"], null]);
  await discard(partly());
  assert.equal(gone.length, 1);
  root.querySelector("dialog form").fire("submit");
  await soon();
  assert.deepEqual(gone, ["unreadable.zip", "features.npy"]);
});
