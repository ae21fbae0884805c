// Which classes there are.

/** Living classes in the order of their keys: those that were not merged into another. */
export const livingClasses = (classes) => classes.filter((each) => each.merged_into == null);
