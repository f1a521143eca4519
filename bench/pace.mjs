import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicMs } from './clock.mjs';
import { withProducer } from './preload.mjs';
import { RecordPlan } from './records.mjs';

const TICK_MS = 1;
const MOST_AT_ONCE = 1_000;

/**
 * Sends records at a steady rate, whatever becomes of them: each is due at a time of its own, stands with it in the
 * topic, and is sent as soon as that has come and the request before is answered. Resolves when all are sent.
 * @param {string} address
 * @param {{ topic: string, partitions: number, total: number, perSecond: number, signal: AbortSignal }} options
 */
export function publishSteadily(address, { topic, partitions, total, perSecond, signal }) {
  const plan = new RecordPlan(total);
  return withProducer(address, async (producer) => {
    const since = monotonicMs();
    const dueAt = (id) => since + (id / perSecond) * 1000;
    for (let sent = 0; sent < total;) {
      signal.throwIfAborted();
      const due = Math.floor(((monotonicMs() - since) / 1000) * perSecond) + 1;
      const count = Math.min(due, total, sent + MOST_AT_ONCE) - sent;
      if (count <= 0) {
        await sleep(TICK_MS);
        continue;
      }
      const messages = Array.from({ length: count }, (_, at) =>
        plan.message(sent + at, partitions, { dueAt: dueAt(sent + at) }),
      );
      await producer.send({ topic, acks: -1, messages });
      sent += count;
    }
  });
}
