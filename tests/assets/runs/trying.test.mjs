import assert from "node:assert/strict";
import { test } from "node:test";

import { askVariants } from "../../../assets/runs/trying.mjs";
import { ApiError } from "../../../assets/shell/api.mjs";
import { pageOf } from "../nodes.mjs";

const HOLD = { name: "w_anchor", label: "Hold", low: 0, high: 20, default: 2, scale: "linear", is_integer: false, is_shown: true, sentence: "" };
const EPOCHS = { name: "num_epochs", label: "Epochs", low: 1, high: 90, default: 5, scale: "linear", is_integer: true, is_shown: true, sentence: "" };
const soon = () => new Promise((done) => { setImmediate(done); });

test("values that were typed outlive a refusal; the same batch has the same key", async () => {
  const root = pageOf();
  const sent = [];
  const send = async (wanted) => { sent.push(wanted); if (sent.length < 3) throw new ApiError({ message: "Variants are being tried already.", status: 409 }); };
  askVariants({ knobs: [HOLD, EPOCHS], config: {}, epochS: null, numDeleted: 0, send, onError: assert.fail });
  const dialog = root.querySelector("dialog");
  const submit = async () => { dialog.querySelector("form").fire("submit"); await soon(); };
  dialog.querySelector("input").type("3, 4");
  await submit();
  assert.deepEqual([dialog.querySelector(".field-error").textContent, dialog.querySelector("input").value], ["Variants are being tried already.", "3, 4"]);
  await submit();
  dialog.querySelector("input").type("5");
  await submit();
  assert.deepEqual([sent.map(({ configs }) => configs.map((each) => each.w_anchor)), dialog.open], [[[3, 4], [3, 4], [5]], false]);
  assert.deepEqual([sent[1].key === sent[0].key, sent[2].key === sent[0].key], [true, false]);
});

test("the dialog says how many variants the new batch deletes, where it deletes any", () => {
  const said = (numDeleted) => {
    const root = pageOf();
    askVariants({ knobs: [HOLD], config: {}, epochS: null, numDeleted, send: assert.fail, onError: assert.fail });
    return root.querySelector(".variants-form").querySelector(".sec").textContent.split("the map.")[1];
  };
  assert.deepEqual([0, 1, 3].map(said), ["", " The variant there is now is deleted.", " The 3 variants there are now are deleted."]);
});
