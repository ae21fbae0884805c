/** @returns {boolean} whether the person asked their system for less motion: then what would glide cuts */
export const prefersStillness = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;
