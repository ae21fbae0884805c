import assert from "node:assert/strict";
import { test } from "node:test";

import { closeDialogs, openDialog } from "../../../assets/parts/dialog_box.mjs";
import { el } from "../../../assets/parts/elements.mjs";
import { ApiError } from "../../../assets/shell/api.mjs";
import { createKeys, sendForm } from "../../../assets/shell/sendform.mjs";
import { goOn } from "../../../assets/shell/session.mjs";
import { keptByTab } from "../../../assets/shell/storing.mjs";
import { pageOf } from "../nodes.mjs";

const ASKED = "lodemap.name-asked";
const soon = () => new Promise((done) => { setImmediate(done); });

/** An open form, to be pressed; what it sends stays on its way until the test answers. */
function scene(asks = false) {
  keptByTab[asks ? "removeItem" : "setItem"](ASKED, "1");
  const root = pageOf();
  const [sent, errors, closed] = [[], [], []];
  const send = async (named) => {
    await named();
    return new Promise((answer, refuse) => { sent.push({ answer, refuse }); });
  };
  const box = openDialog({ title: "Form", content: el("input"), actions: [el("button", { type: "submit" }, "Send")], onClose: () => closed.push(true), onSubmit: () => sendForm(box, send, (error) => errors.push(error.message)) });
  const press = async () => { box.node.querySelector("form").fire("submit"); await soon(); };
  const said = () => box.node.querySelector(".field-error").textContent;
  return { root, box, sent, errors, closed, press, said };
}
const refusal = new ApiError({ message: "Somebody was faster.", status: 409 });

test("what was typed stays until it has arrived: a refusal is said beside it, and it can be sent again", async () => {
  const { box, sent, closed, press, said, errors } = scene();
  box.node.querySelector("input").type("mine");
  await press();
  await press();
  assert.equal(sent.length, 1, "once, however often it is pressed");
  sent[0].refuse(refusal);
  await soon();
  assert.deepEqual([said(), box.node.open, box.node.querySelector("input").value], ["Somebody was faster.", true, "mine"]);
  await press();
  assert.equal(said(), "");
  sent[1].answer();
  await soon();
  assert.deepEqual([box.node.open, closed.length, errors], [false, 1, []]);
});

test("what is refused after somebody closed the dialog is told elsewhere", async () => {
  const { box, sent, press, errors } = scene();
  await press();
  box.close();
  sent[0].refuse(refusal);
  await soon();
  assert.deepEqual(errors, ["Somebody was faster."]);
});

test("while a display name is asked for beside the work the form is out of the way, and then there again", async ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { root, box, sent, closed, press } = scene(true);
  await press();
  assert.deepEqual([Boolean(root.querySelector("#name-card")), box.node.open, sent.length], [true, false, 0]);
  await goOn();
  await soon();
  assert.deepEqual([box.node.open, sent.length, closed.length], [true, 1, 0]);
});

test("a form is out of the way before what is asked beside the work is there: below it nothing gets the focus", async () => {
  const { box } = scene();
  const open = [];
  await box.aside(async () => { open.push(box.node.open); });
  assert.deepEqual([...open, box.node.open], [false, true]);
});

test("a form that is out of the way goes with its page", async ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { box, sent, closed, press } = scene(true);
  await press();
  closeDialogs();
  await goOn();
  await soon();
  assert.deepEqual([box.node.open, closed.length, sent.length], [false, 1, 1], "what was sent goes out");
});

test("a key stays the same as long as what is sent is", () => {
  const keyOf = createKeys();
  const first = keyOf("a");
  assert.equal(keyOf("a"), first);
  assert.notEqual(keyOf("b"), first);
});
