import assert from "node:assert/strict";
import test from "node:test";

import { tellField } from "../../../assets/projects/page.mjs";
import { pageOf } from "../nodes.mjs";

test("what went wrong is tied to the field of the name, until it is right", () => {
  const root = pageOf(["project-dialog-name"]);
  const field = root.querySelector("#project-dialog-name");
  document.getElementById = (id) => root.querySelector(`#${id}`);
  const told = () => ["aria-describedby", "aria-invalid"].map((name) => field.getAttribute(name));
  tellField("The name of the project is empty; type one.");
  assert.deepEqual(told(), ["project-dialog-problem", "true"]);
  tellField("");
  assert.deepEqual(told(), ["project-dialog-problem", "false"]);
});
