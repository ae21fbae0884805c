import assert from "node:assert/strict";
import test from "node:test";

import { tellField } from "../../../assets/projects/page.mjs";
import { pageOf } from "../nodes.mjs";

const FIELDS = ["name", "dataset", "preset", "axes"];

test("what went wrong is tied to the field it is about, until it is right", () => {
  const root = pageOf(FIELDS.map((name) => `project-dialog-${name}`));
  document.getElementById = (id) => root.querySelector(`#${id}`);
  const attributes = (name) => ["aria-describedby", "aria-invalid"].map((each) => root.querySelector(`#project-dialog-${name}`).getAttribute(each));
  const told = () => FIELDS.filter((name) => {
    const [by, isInvalid] = attributes(name);
    assert.deepEqual([by, isInvalid], isInvalid === "true" ? ["project-dialog-problem", "true"] : [null, "false"]);
    return isInvalid === "true";
  });
  tellField("The name of the project is empty; type one.", "name");
  assert.deepEqual(told(), ["name"]);
  tellField("The data set 'Digits' is damaged.", "dataset");
  assert.deepEqual(told(), ["dataset"]);
  tellField("The disk is full.", "");
  assert.deepEqual(told(), []);
  tellField("The name of the project is empty; type one.", "name");
  tellField("", "name"); // asked anew
  assert.deepEqual(told(), []);
});
