import assert from "node:assert/strict";
import { test } from "node:test";

import { startOffering } from "../../../assets/shell/offering.mjs";

test("Enter in the name of a new project answers the dialog, but for one that confirms what an input method offers", () => {
  const heard = {};
  let answers = 0;
  globalThis.document = { addEventListener: (kind, run) => { heard[kind] = run; }, getElementById: () => ({ click: () => { answers += 1; } }) };
  startOffering();
  const press = (how) => heard.keydown({ key: "Enter", target: { id: "project-dialog-name" }, preventDefault() {}, ...how });
  press({ isComposing: true });
  press({ isComposing: false, keyCode: 229 }); // as Safari says it
  assert.equal(answers, 0);
  press({ isComposing: false, keyCode: 13 });
  assert.equal(answers, 1);
});
