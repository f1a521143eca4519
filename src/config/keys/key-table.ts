import type { ConsumerDeclaration } from './consumer-declaration.js';
import type { ConfigKey } from './config-key.js';
import { CONSUMER_FAILURE_KEYS, CONSUMER_SOURCE_KEYS, keysOf } from './consumer.keys.js';
import { KAFKA_CONNECTION_KEYS, KAFKA_CONSUMPTION_KEYS } from './kafka.keys.js';
import { SERVICE_KEYS } from './service.keys.js';
import { STORE_KEYS } from './store.keys.js';

/** The keys of the service itself, in the order of the documentation. */
export const FIXED_KEYS: readonly ConfigKey[] = Object.values({
  ...SERVICE_KEYS,
  ...KAFKA_CONNECTION_KEYS,
  ...KAFKA_CONSUMPTION_KEYS,
  ...STORE_KEYS,
});

/** The keys that every consumer has, with `<CONSUMER>` in place of its name. */
export const CONSUMER_KEYS: readonly ConfigKey[] = [
  ...Object.values(CONSUMER_SOURCE_KEYS),
  ...Object.values(CONSUMER_FAILURE_KEYS),
];

/** Every key of one consumer: those that all have, then those it declares itself. */
export function keyTableOf(consumer: ConsumerDeclaration): readonly ConfigKey[] {
  return [
    ...Object.values(keysOf(consumer.name, CONSUMER_SOURCE_KEYS)),
    ...Object.values(keysOf(consumer.name, CONSUMER_FAILURE_KEYS)),
    ...consumer.keys,
  ];
}

/** Every key that means something when these consumers are declared. A key that two of them share stands once. */
export function keyTable(consumers: readonly ConsumerDeclaration[]): readonly ConfigKey[] {
  return [...new Set([...FIXED_KEYS, ...consumers.flatMap(keyTableOf)])];
}
