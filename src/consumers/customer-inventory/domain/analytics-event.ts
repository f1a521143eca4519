import { hash } from 'node:crypto';
import type { Assembly } from './assembly.js';
import type { EntityKind } from './entity.js';
import { placeName, type MergeMessage } from './merge-message.js';

/** Who sends: part of what tells events apart, and said in each. */
export interface Sender {
  readonly groupId: string;
  readonly source: string;
  readonly version: string;
}

/** One event as it is posted: the same messages give the same one, byte for byte, in whatever process. */
export interface AnalyticsEvent {
  readonly eventId: string;
  readonly idempotencyKey: string;
  readonly body: string;
  readonly customers: number;
  readonly products: number;
}

const KEY_LENGTH = 32;
const ID_SUFFIX_LENGTH = 6;

/**
 * Key, id and time of an event follow from its messages alone, so that a repeat of it can be known: after a lost answer,
 * and after a crash if the same messages meet in one event again. Its time is that of its latest message.
 */
export function analyticsEventOf(
  { carried, versions }: Pick<Assembly<MergeMessage>, 'carried' | 'versions'>,
  { groupId, source, version }: Sender,
): AnalyticsEvent {
  const places = carried.map(({ place }) => placeName(place));
  const contents = versions.map(({ kind, id, text }) => [kind, id, text]);
  const identity = JSON.stringify([groupId, version, places, contents]);
  const idempotencyKey = hash('sha256', identity, 'hex').slice(0, KEY_LENGTH);
  const timestamp = timeOf(carried);
  const seconds = timestamp.replaceAll(/\D/g, '').slice(0, 'YYYYMMDDHHMMSS'.length);
  const eventId = `EVT-${seconds}-${idempotencyKey.slice(0, ID_SUFFIX_LENGTH)}`;
  const textsOf = (kind: EntityKind): string[] =>
    versions.filter((version) => version.kind === kind).map(({ text }) => text);
  const [customers, products] = [textsOf('customer'), textsOf('product')];
  const metadata = {
    source,
    version,
    customerCount: customers.length,
    productCount: products.length,
  };
  const body =
    `{"eventId":${JSON.stringify(eventId)},"timestamp":${JSON.stringify(timestamp)},` +
    `"customers":[${customers.join(',')}],"products":[${products.join(',')}],` +
    `"metadata":${JSON.stringify(metadata)}}`;
  return {
    eventId,
    idempotencyKey,
    body,
    customers: customers.length,
    products: products.length,
  };
}

/** In milliseconds, in UTC. */
function timeOf(carried: readonly MergeMessage[]): string {
  const latest = carried.at(-1)!.at.epochMicroseconds;
  const milliseconds = latest / 1000n - (latest % 1000n < 0n ? 1n : 0n);
  return new Date(Number(milliseconds)).toISOString();
}
