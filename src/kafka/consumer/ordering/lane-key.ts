import { createHash } from 'node:crypto';

/** `key`: same key in order. `partition`: the whole partition in order. `none`: no order at all. */
export type Ordering = 'key' | 'partition' | 'none';

const LONGEST_PLAIN_KEY_BYTES = 64;

/**
 * The lane of a record within its partition, or null when nothing must come before or after it. Equal keys, byte for
 * byte, have equal lanes and different keys different ones (long keys by SHA-256). A null key is no key.
 */
export function laneKeyOf(ordering: Ordering, key: Buffer | null): string | null {
  if (ordering === 'none') return null;
  if (ordering === 'partition') return '';
  if (key === null) return null;
  if (key.length <= LONGEST_PLAIN_KEY_BYTES) return key.toString('latin1');
  return `sha256:${createHash('sha256').update(key).digest('base64')}:${key.length}`;
}
