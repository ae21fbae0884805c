// Which classes there are.

/** Living classes in the order of their keys: those that were not merged into another. */
export const livingClasses = (classes) => classes.filter((each) => each.merged_into == null);

/** The class with an index, undefined where there is none: one whose making was taken back leaves a gap in the server's list. */
export const classAt = (classes, index) => classes.find((each) => each.class_index === index);
