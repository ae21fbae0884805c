// The epochs of runs: each is fetched once, a run that goes on is asked for what is new.

/** @import {Epoch, Run} from "../records" */

/**
 * @param {{json: (path: string) => Promise<{epochs: Epoch[]}>}} api
 * @returns {{upTo: (run: Run) => Promise<Epoch[]>}} all epochs of a run of the state, oldest first
 */
export function createEpochs(api) {
  const kept = new Map();

  async function fetchNew(run, known) {
    const after = known.length ? `?after=${known.at(-1).epoch}` : "";
    const { epochs } = await api.json(`/api/runs/${run.run_id}/epochs${after}`);
    return [...known, ...epochs];
  }

  async function upTo(run) {
    const entry = kept.get(run.run_id) ?? { list: [], reading: null };
    kept.set(run.run_id, entry);
    if (run.last_epoch < 0 || entry.list.at(-1)?.epoch >= run.last_epoch) return entry.list;
    entry.reading ??= fetchNew(run, entry.list).then((list) => { entry.list = list; }).finally(() => { entry.reading = null; });
    await entry.reading;
    return entry.list;
  }

  return { upTo };
}
