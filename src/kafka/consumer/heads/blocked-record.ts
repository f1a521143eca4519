import { keyHash, type BlockedHead } from '../../../observability/index.js';
import type { KafkaRecord } from '../../../record/index.js';
import type { RecordDelivery } from '../record-delivery.js';

/** A record that keeps others from going on, as health names it. */
export interface BlockedRecord extends BlockedHead {
  /** `partition`: its partition's window is used up behind it. `key`: its handler is past its deadline and the grace. */
  readonly holds: 'partition' | 'key';
  readonly seconds: number;
}

type HeadOfDelivery = Pick<BlockedHead, 'keyHash' | 'attempt' | 'doing' | 'dependency'>;

/** What the head of a partition is doing; without a delivery it was not started. */
export function doingOf(delivery: RecordDelivery | undefined): HeadOfDelivery {
  if (delivery === undefined) return { doing: 'queued' };
  const { attempt, wait, record } = delivery;
  return {
    ...hashOf(record),
    attempt,
    doing: wait === undefined ? 'running' : wait.why,
    ...(wait?.why === 'dependency' ? { dependency: wait.dependency } : {}),
  };
}

/** The entry of a handler that is past its deadline and the grace. */
export function overdueRecord(delivery: RecordDelivery, spentMs: number): BlockedRecord {
  const { topic, partition, offset } = delivery.record;
  return {
    holds: 'key',
    topic,
    partition,
    offset,
    ...doingOf(delivery),
    since: new Date(Date.now() - spentMs).toISOString(),
    seconds: Math.round(spentMs / 1_000),
  };
}

function hashOf({ key }: KafkaRecord): { keyHash?: string } {
  const hash = keyHash(key);
  return hash === undefined ? {} : { keyHash: hash };
}
