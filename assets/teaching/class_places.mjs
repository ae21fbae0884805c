// Where people put whole classes: the places of the server, with the gestures that are still on their way. Pure.

import { classOfGesture, stillOpen } from "./gestures.mjs";

/** @import {KnownClass} from "../records" */

/**
 * @typedef {{classIndex: number, place: number[], seq: number}} ClassPlace seq of the event that put it there,
 *   Infinity while its gesture is on its way
 */

/**
 * @param {{seq: number, class_places?: {class_index: number, place: number[], seq: number}[]}} server
 * @param {{verb: string, classIndex?: number, madeBy?: string, place?: number[], seq: ?number}[]} pending
 * @param {KnownClass[]} classes what `withPendingClasses` returned
 * @returns {ClassPlace[]} by class
 */
export function classPlacesOf(server, pending, classes = []) {
  const table = new Map((server.class_places ?? []).map(({ class_index: index, place, seq }) => [index, { place, seq }]));
  for (const gesture of stillOpen(pending, server.seq)) {
    const { verb, place, seq, withClasses } = gesture;
    const index = classOfGesture(gesture, classes);
    if (verb === "place_class" && index >= 0) table.set(index, { place: [...place], seq: seq ?? Infinity });
    else if (verb === "release_class") table.delete(index);
    else if (verb === "reset" || withClasses) table.clear();
  }
  return [...table].sort(([a], [b]) => a - b).map(([classIndex, of]) => ({ classIndex, ...of }));
}

/**
 * The names of the classes, those that wait for an Update at their new place and with where they were. They come
 * first: what somebody has just done must not hide behind what has been there all along.
 * @param {{text: string, x: number, y: number, z?: number, classIndex?: number}[]} names
 * @param {ClassPlace[]} places
 * @param {number} learnedSeq journal position of the run that made the map: it knows earlier places already
 * @returns {{text: string, x: number, y: number, z?: number, classIndex?: number, was?: number[]}[]}
 */
export function withWaitingPlaces(names, places, learnedSeq) {
  const waiting = new Map(places.filter(({ seq }) => seq > learnedSeq).map(({ classIndex, place }) => [classIndex, place]));
  if (waiting.size === 0) return names;
  const moved = names.filter(({ classIndex }) => waiting.has(classIndex)).map((name) => {
    const [x, y, z] = waiting.get(name.classIndex);
    const isFlat = name.z === undefined;
    return { ...name, x, y, ...(isFlat ? {} : { z }), was: isFlat ? [name.x, name.y] : [name.x, name.y, name.z] };
  });
  return [...moved, ...names.filter(({ classIndex }) => !waiting.has(classIndex))];
}
