// What each column of a table is for. Pure: roles from what the reader chose, options from roles.
//
//   role: "label" | "id" | "text" | "picture" | "values" | "split" | "none"

export const ROLE_WORDS = { values: "values", label: "label", id: "sample id", text: "text beside it", picture: "picture", split: "held out", none: "left out" };
export const MOST_SHOWN = 40;

/** The roles a column may have: numbers can be values, only pictures can be pictures; one that tells what is held out does so unless it is something else. */
export function rolesFor({ type }, role = "none") {
  if (role === "split") return rolesFor({ type }).map((each) => (each === "none" ? "split" : each));
  const any = ["label", "id", "text", "none"];
  return { number: ["values", ...any], picture: ["picture", "none"], text: [...any, "picture"] }[type] ?? ["text", "none"];
}

/** Column -> role, from an outline's `columns`, what was chosen, and what the reader chose where nothing was. */
export function rolesOf({ columns, chosen: left, kind }, options = {}) {
  const given = Object.entries(options).filter(([, value]) => value !== null && value !== undefined);
  const chosen = { ...left, ...Object.fromEntries(given) };
  const isOpen = kind === "vector" && !chosen.value_columns?.length; // vectors of nothing are none: all numbers are taken
  const values = isOpen ? null : chosen.value_columns;
  const one = { label: chosen.label_column, id: chosen.id_column, picture: chosen.picture_column };
  return new Map(columns.map(({ name, type }) => {
    const single = Object.keys(one).find((role) => one[role] === name);
    if (single) return [name, single];
    if (chosen.text_columns?.includes(name)) return [name, "text"];
    if (left?.split_column === name) return [name, "split"];
    const isValue = values ? values.includes(name) : type === "number";
    return [name, isValue ? "values" : "none"];
  }));
}

/** Give a column a role; one that only one column may have is taken from the other. */
export function withRole(roles, name, role) {
  const next = new Map(roles);
  if (["label", "id", "picture"].includes(role)) {
    for (const [other, had] of next) if (had === role && other !== name) next.set(other, "none");
  }
  return next.set(name, role);
}

/** The options of a reading that follow from roles. */
export function optionsOf(roles) {
  const named = (role) => [...roles].filter(([, has]) => has === role).map(([name]) => name);
  return {
    label_column: named("label")[0] ?? "",
    id_column: named("id")[0] ?? "",
    picture_column: named("picture")[0] ?? "",
    text_columns: named("text"),
    value_columns: named("values"),
  };
}

/** The columns to show one by one; many columns of plain numbers are told as one line. */
export function shownOf(columns, roles) {
  if (columns.length <= MOST_SHOWN) return { shown: columns, numHidden: 0 };
  const shown = columns.filter(({ name, type }) => type !== "number" || roles.get(name) !== "values").slice(0, MOST_SHOWN);
  return { shown, numHidden: columns.length - shown.length };
}
