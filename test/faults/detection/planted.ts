import type { Invariant } from '../checker/verdict.js';
import { MIXED_KINDS } from '../scenarios/scenario.js';
import type { Expectation } from './expectation.js';

function bug(name: string, what: string, breaks: Invariant): Expectation {
  return { name, what, breaks, kinds: MIXED_KINDS, wrong: { plant: name } };
}

/** The same where records that fail once wait in a retry topic. */
function retryBug(name: string, what: string, breaks: Invariant): Expectation {
  return {
    ...bug(name, what, breaks),
    kinds: { ok: 95, 'fail-1': 5 },
    retryTopics: 1,
    environment: { EFFECTS_RETRY_TOPIC_DELAYS: '2s', EFFECTS_MAX_RETRIES: '0' },
  };
}

/** The same where effects and claims are in PostgreSQL. */
function storeBug(name: string, what: string, breaks: Invariant): Expectation {
  return { ...bug(name, what, breaks), store: 'postgres' };
}

/** The same in a consumer whose records are committed in transactions. */
function ledgerBug(name: string, what: string): Expectation {
  return { ...bug(name, what, 'I6 exactly once'), of: 'ledger', kinds: {}, finding: 'again' };
}

/** Bugs in real members, from engine to wire. test/simulation plants those of the engine alone, over many schedules. */
export const PLANTED: readonly Expectation[] = [
  bug('commit-highest', 'commits the end of what was read', 'I2 commit after processing'),
  bug('no-lanes', 'runs records of a key beside each other', 'I3 key order'),
  {
    ...bug('lost-wakeup', 'forgets the next record of a key now and then', 'I7 liveness'),
    finding: 'stayed behind',
  },
  {
    ...bug(
      'no-drain',
      'gives partitions up without waiting for what is under way',
      'I4 duplicates',
    ),
    environment: { FAULTS_WORK_MS: '150' },
  },
  bug('dead-letter-unacknowledged', 'takes a dead letter for written when it is not', 'I1 no loss'),
  bug('dead-letter-rewritten', 'writes the value of a dead letter anew', 'I5 dead letters'),
  bug('dead-letter-headers', 'keeps one header of each name', 'I5 dead letters'),
  {
    ...bug('mark-before-effect', 'marks a message as handled before it is', 'I1 no loss'),
    environment: { EFFECTS_IDEMPOTENCY: 'memory' },
  },
  storeBug('claim-before-effect', 'commits the claim without its effect', 'I1 no loss'),
  {
    ...storeBug(
      'completion-before-effect',
      'completes a claim before its effect is there',
      'I1 no loss',
    ),
    environment: { STORED_EFFECTS_IDEMPOTENCY: 'postgres-lease' },
  },
  {
    ...storeBug(
      'claim-after-effect',
      'writes the effect outside of the transaction that claims its message',
      'I4 duplicates',
    ),
    finding: 'stored twice',
    faults: [
      {
        at: 6_000,
        fault: { kind: 'failpoint', member: 0, point: 'before-store-commit', nth: 20 },
      },
    ],
  },
  ledgerBug('offsets-outside-transaction', 'commits the offsets of its transactions later'),
  {
    ...ledgerBug('unknown-commit-repeated', 'does a transaction again whose end nobody knows'),
    // What is asked arrives, and nobody learns what became of it.
    faults: [3_000, 13_500].map((at) => ({
      at,
      fault: {
        ...{ kind: 'network', mode: { kind: 'blackhole', direction: 'to-client' }, forMs: 8_500 },
      },
    })),
  },
  {
    ...ledgerBug('dead-letter-outside-transaction', 'sends dead letters at once'),
    kinds: { ok: 1, 'poison-truncated': 1 },
  },
  retryBug('retry-unacknowledged', 'takes a record for moved when it is not', 'I1 no loss'),
  retryBug('retry-overtaken', 'lets later records of a key go on', 'I3 key order'),
];
