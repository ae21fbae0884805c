// Places of samples in one long array.

/** The numbers of the nth place, a view of the array. */
export const placeAt = (places, nth, latentDim) => places.subarray(nth * latentDim, (nth + 1) * latentDim);
