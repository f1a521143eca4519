import { ask } from '../service/index.mjs';
import { waitUntil } from '../system/wait-until.mjs';

const TIMEOUT_MS = 120_000;

/**
 * Waits until the consumer has received every sample, has nothing under way and has no lag. Returns its counters.
 * When the time is up it returns what they were, for the table to show.
 * @param {string} consumer
 * @param {{ url: string, received: number, signal: AbortSignal }} options
 */
export async function settledRecords(consumer, { url, received, signal }) {
  const began = Date.now();
  let records = {};
  const settled = async () => {
    const details = (await ask(`${url}/health`))?.body.details ?? {};
    records = details[`consumer.${consumer}`]?.records ?? {};
    const underWay = records.inFlight + records.buffered + records.waiting;
    return (
      records.received >= received && underWay === 0 && details[`lag.${consumer}`]?.records === 0
    );
  };
  const what = `${consumer} to settle its samples`;
  const inTime = await waitUntil(settled, {
    what,
    timeoutMs: TIMEOUT_MS,
    everyMs: 100,
    signal,
  }).catch((error) => {
    signal.throwIfAborted();
    return error;
  });
  return { records, inTime: inTime === true, milliseconds: Date.now() - began };
}
