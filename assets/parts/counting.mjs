// Numbers as people read them.

/** 3702 -> "3,702" */
export const count = (number) => number.toLocaleString("en");

/** "1 name", "24 names" */
export const many = (number, one, more = `${one}s`) => `${count(number)} ${number === 1 ? one : more}`;

/** "1 sample", "24 samples" */
export const samples = (number) => many(number, "sample");
