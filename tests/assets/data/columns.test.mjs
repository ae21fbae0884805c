import assert from "node:assert/strict";
import test from "node:test";

import { optionsOf, rolesFor, rolesOf, shownOf, withRole } from "../../../assets/data/columns.mjs";

const columns = [{ name: "id", type: "number" }, { name: "species", type: "text" }, { name: "x1", type: "number" }, { name: "x2", type: "number" }, { name: "face", type: "picture" }];
const chosen = { id_column: "id", label_column: "", picture_column: "face", text_columns: ["species"], value_columns: ["x1", "x2"] };

test("roles are what the reader chose, and what people chose goes before it", () => {
  assert.deepEqual([...rolesOf({ columns, chosen }).values()], ["id", "text", "values", "values", "picture"]);
  const given = { label_column: "species", text_columns: [], value_columns: null };
  assert.deepEqual([...rolesOf({ columns, chosen }, given).values()], ["id", "label", "values", "values", "picture"]);
});

test("there is one label, one id and one picture", () => {
  const roles = withRole(withRole(rolesOf({ columns, chosen }), "species", "label"), "x1", "label");
  assert.deepEqual([roles.get("species"), roles.get("x1")], ["none", "label"]);
  assert.deepEqual(optionsOf(roles), { label_column: "x1", id_column: "id", picture_column: "face", text_columns: [], value_columns: ["x2"] });
});

test("only numbers can be values", () => {
  assert.deepEqual(["number", "text", "picture", "other"].map((type) => rolesFor({ type }).includes("values")), [true, false, false, false]);
});

test("a table of very many numbers lists the others, and says how many there are", () => {
  const wide = [columns[1], ...Array.from({ length: 784 }, (_, at) => ({ name: `p${at}`, type: "number" }))];
  const roles = rolesOf({ columns: wide, chosen: { label_column: "species" } });
  assert.deepEqual(shownOf(wide, roles), { shown: [columns[1]], numHidden: 784 });
  assert.equal(shownOf(columns, roles).numHidden, 0);
});

test("the column that tells what is held out says so, and can be something else", () => {
  const outline = { columns: [...columns, { name: "split", type: "text" }], chosen: { ...chosen, split_column: "split" } };
  assert.equal(rolesOf(outline).get("split"), "split");
  assert.deepEqual([rolesFor({ type: "text" }, "split").includes("split"), rolesFor({ type: "text" }, "split").includes("none"), rolesFor({ type: "text" }).includes("split")], [true, false, false]);
  assert.equal(rolesOf(outline, { ...optionsOf(rolesOf(outline)), label_column: "split" }).get("split"), "label");
  assert.deepEqual(Object.keys(optionsOf(rolesOf(outline))).includes("split_column"), false);
});

test("pixels that are left out as a picture are values again, each a column", () => {
  const pixels = { columns: [columns[2], { name: "p0 … p1", type: "picture" }], chosen: { label_column: "x1", picture_column: "p0 … p1", value_columns: [] }, kind: "image" };
  assert.deepEqual([...rolesOf(pixels).values()], ["label", "picture"]);
  const options = optionsOf(withRole(rolesOf(pixels), "p0 … p1", "none"));
  const apart = { columns: [columns[2], { name: "p0", type: "number" }, { name: "p1", type: "number" }], chosen: { split_column: "" }, kind: "vector" };
  assert.deepEqual([...rolesOf(apart, options).values()], ["label", "values", "values"]);
});
