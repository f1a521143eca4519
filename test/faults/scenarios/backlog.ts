import type { Length, RecordKind, Traffic } from './scenario.js';

/** 50,000 records within 20 s, or 2,000 within 4 s, and a few more. */
export function backlogOf(length: Length, kind: RecordKind): Traffic {
  const [seconds, recordsPerSecond] = length === 'smoke' ? [4, 520] : [20, 2_600];
  return { seconds, recordsPerSecond, keys: 2_000, kinds: { [kind]: 1 } };
}
