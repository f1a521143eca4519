import type { KafkaRecord } from '../../record/index.js';
import { lastValue } from './header-numbers.js';

/**
 * SmallRye, when the key alone cannot be deserialized, writes the key's bytes in place of the value: that one is not in
 * the dead letter. Nobody else is known to lose values.
 */
export function hasLostItsValue({
  headers,
  value,
}: Pick<KafkaRecord, 'headers' | 'value'>): boolean {
  const isOfKey = lastValue(headers, 'deserialization-failure-key')?.toString() === 'true';
  if (!isOfKey || lastValue(headers, 'deserialization-failure-value-data') !== undefined)
    return false;
  const written = lastValue(headers, 'deserialization-failure-data');
  return written !== undefined && value?.equals(written) === true;
}
