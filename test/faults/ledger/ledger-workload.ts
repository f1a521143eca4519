import type { SeededRandom } from '../driver/random.js';
import { repeated, type Fault, type Step } from '../driver/schedule.js';
import { meteringMessage } from './metering-event.js';
import type { Length, Traffic } from '../scenarios/scenario.js';

/** Longer than the session: whoever stands still for so long has lost its partitions, and goes on as a zombie. */
const STANDS_STILL_MS = 9_000;
const MEMBERS = 3;

export interface LedgerWorkload {
  readonly members: number;
  readonly partitions: number;
  readonly traffic: Traffic;
  readonly steps: readonly Step[];
  /** No fewer faults may have struck by the end. */
  readonly leastFaults: number;
}

/** Records that become an entry, and some that nobody can read: their dead letters are in the same transactions. */
const EVENTS: Pick<Traffic, 'kinds' | 'message'> = {
  kinds: { ok: 98, 'poison-truncated': 1, 'poison-nan': 1 },
  message: meteringMessage,
};

const TRAFFIC: Readonly<Record<Length, Traffic>> = {
  smoke: { records: 6_000, recordsPerSecond: 300, keys: 300, ...EVENTS },
  full: { records: 100_000, recordsPerSecond: 330, keys: 2_000, ...EVENTS },
};

export function ledgerWorkload(length: Length, random: SeededRandom): LedgerWorkload {
  const steps = length === 'smoke' ? FEW : many(random);
  return {
    ...{ members: MEMBERS, partitions: 6, steps, leastFaults: steps.length },
    traffic: TRAFFIC[length],
  };
}

const kill = (member: number): Fault => ({ kind: 'kill', member, backAfterMs: 500 });
const pause = (member: number): Fault => ({ kind: 'pause', member, forMs: STANDS_STILL_MS });
const brokerKill: Fault = { kind: 'broker-down', broker: 0, how: 'kill', forMs: 500 };
/** What is asked arrives, and nobody learns what became of it. */
const answersHeld: Fault = {
  kind: 'network',
  mode: { kind: 'blackhole', direction: 'to-client' },
  forMs: 8_000,
};

/** One after the other, the next zombie made while the broker is on its way back. */
const FEW: readonly Step[] = [
  { at: 2_000, fault: kill(0) },
  { at: 4_000, fault: pause(1) },
  { at: 14_500, fault: brokerKill },
  { at: 19_000, fault: kill(2) },
];

const TIMES = 24;
const EVERY_MS = 12_000;

function many(random: SeededRandom): Step[] {
  return repeated(random, { times: TIMES, everyMs: EVERY_MS, from: 5_000 }, (turn) => {
    const member = random.below(MEMBERS);
    switch (turn % 4) {
      case 0:
        return kill(member);
      case 1:
        return pause(member);
      case 2:
        return brokerKill;
      default:
        return answersHeld;
    }
  });
}
