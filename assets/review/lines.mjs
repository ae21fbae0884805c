// The runs each step of a history stands on, and when a history is asked for anew. Pure.

/** @import {ProjectHistory, ToldHistory} from "../records" */

/** A history as the server tells it, each step with the runs of its line; lines that are the same are one array. @param {ToldHistory} told @returns {ProjectHistory} */
export function withLines({ lines: links, ...history }) {
  const known = new Map([[-1, []]]);
  function lineAt(place) {
    const ways = [];
    for (let at = place; !known.has(at); [at] = links[at]) ways.push(at);
    for (const at of ways.reverse()) known.set(at, [...known.get(links[at][0]), links[at][1]]);
    return known.get(place);
  }
  return { ...history, steps: history.steps.map((step) => ({ ...step, line: lineAt(step.line) })) };
}

const told = ({ seq, runs }) => JSON.stringify([seq, runs.map((run) => [run.run_id, run.number, run.state])]);

/** Whether a newer state has what only the server can say of the history: not for another epoch of a run. */
export const needsHistory = (known, newer) => told(known) !== told(newer);

/** A history whose steps on the project's map show its newest snapshot; the same object where they do. */
export function withHead(history, head) {
  const isOnIt = (step) => head && (step.line.at(-1) === head.run_id || step.head?.run_id === head.run_id);
  const isOld = (step) => isOnIt(step) && (step.head?.run_id !== head.run_id || step.head.n !== head.n || step.head.attempt !== head.attempt);
  if (!history.steps.some(isOld)) return history;
  return { ...history, steps: history.steps.map((step) => (isOld(step) ? { ...step, head } : step)) };
}
