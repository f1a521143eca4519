import type { Expectation } from './expectation.js';

/** Ways to consume Kafka that do not keep what is promised here. If one passes, the harness proves nothing. */
export const CONTROLS: readonly Expectation[] = [
  {
    name: 'stock-nest',
    what: 'is the Kafka transport that Nest brings',
    breaks: 'I7 liveness',
    // One record that is refused for ever, and its partition goes no further.
    finding: 'stayed behind',
    kinds: { ok: 97, 'fail-1': 2, reject: 1 },
    wrong: { control: 'stock-nest.js' },
  },
  {
    name: 'parallel-batches',
    what: 'is kafkajs with every batch handled at once',
    breaks: 'I3 key order',
    kinds: { ok: 97, 'fail-1': 3 },
    wrong: { control: 'parallel-batches.js' },
  },
  {
    name: 'plain-ledger',
    what: 'sends its entries, and commits the offsets later',
    of: 'ledger',
    breaks: 'I6 exactly once',
    finding: 'again',
    kinds: {},
    wrong: { control: 'plain-ledger.js' },
  },
];
