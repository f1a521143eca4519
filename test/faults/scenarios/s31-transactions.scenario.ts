import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { World } from '../running/world.js';
import type { Scenario } from './scenario.js';

const OPEN_MS = 8_000;

/** A transaction of records that no ledger knows, open for so long and then ended as said. */
async function transact(
  { kafka, topic }: World,
  openMs: number,
  end: 'commit' | 'abort',
): Promise<void> {
  const producer = kafka.kafka.producer({
    transactionalId: `faults-${randomBytes(4).toString('hex')}`,
    idempotent: true,
    maxInFlightRequests: 1,
  });
  await producer.connect();
  const transaction = await producer.transaction();
  const messages = Array.from({ length: 30 }, (_, number) => ({
    key: `transaction-${number}`,
    value: JSON.stringify({ id: `transaction-${number}`, kind: 'ok' }),
  }));
  await transaction.send({ topic, messages });
  await sleep(openMs);
  await transaction[end]();
  await producer.disconnect();
}

const step = (at: number, openMs: number, end: 'commit' | 'abort') =>
  ({
    at,
    fault: {
      kind: 'act',
      what: `a transaction, open for ${openMs} ms, then ${end}`,
      act: (world: World) => transact(world, openMs, end),
    },
  }) as const;

export const scenario: Scenario = {
  id: 'S31',
  title: 'aborted transactions, and one that stays open',
  smoke: true,
  brokers: 1,
  members: 2,
  partitions: 6,
  traffic: () => ({ seconds: 20, recordsPerSecond: 150, keys: 300, kinds: { ok: 1 } }),
  faults: () => [
    step(2_000, 10, 'abort'),
    step(4_000, 10, 'commit'),
    step(6_000, OPEN_MS, 'abort'),
    step(16_000, 500, 'commit'),
    // The log ends in markers alone.
    step(20_500, 10, 'abort'),
  ],
  bars: { noDuplicates: true },
};
