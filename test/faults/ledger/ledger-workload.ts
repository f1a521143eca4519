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
  /** No fewer may have struck by the end. */
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

export function ledgerWorkload(
  length: Length,
  random: SeededRandom,
  kinds = EVENTS.kinds,
): LedgerWorkload {
  const steps = length === 'smoke' ? FEW : many(random);
  return {
    ...{ members: MEMBERS, partitions: 6, steps, leastFaults: steps.length },
    traffic: { ...TRAFFIC[length], kinds },
  };
}

const kill = (member: number): Fault => ({ kind: 'kill', member, backAfterMs: 500 });
const pause = (member: number): Fault => ({ kind: 'pause', member, forMs: STANDS_STILL_MS });
const strikeAt = (point: string, member: number): Fault => ({
  ...{ kind: 'failpoint', point, member, nth: NTH_TRANSACTION },
});
const stopAt = (point: string, member: number): Fault => ({
  ...{ kind: 'failpoint', point, member, nth: NTH_TRANSACTION, standsStillMs: STANDS_STILL_MS },
});
const BROKER_KILL: Fault = { kind: 'broker-down', broker: 0, how: 'kill', forMs: 500 };
/** What is asked arrives, and nobody learns what became of it. */
const ANSWERS_HELD: Fault = {
  ...{ kind: 'network', mode: { kind: 'blackhole', direction: 'to-client' }, forMs: 8_000 },
};
/** The same, but told at once. */
const RESET: Fault = { kind: 'network', mode: { kind: 'reset' }, forMs: 300 };

/** One of each, the next one when the one before is over. */
const FEW: readonly Step[] = [
  { at: 2_000, fault: kill(0) },
  { at: 4_000, fault: pause(1) },
  { at: 14_500, fault: RESET },
  { at: 15_500, fault: BROKER_KILL },
];

const NTH_TRANSACTION = 10;
const TIMES = 25;
const EVERY_MS = 12_000;
/** One of them for each round of the kinds. */
const POINTS = ['tx-mid-commit', 'tx-offsets', 'tx-produced', 'tx-after-commit'] as const;

function many(random: SeededRandom): Step[] {
  return repeated(random, { times: TIMES, everyMs: EVERY_MS, from: 5_000 }, (turn) => {
    const member = random.below(MEMBERS);
    const round = Math.floor(turn / KINDS.length);
    return KINDS[turn % KINDS.length]!(member, POINTS[round % POINTS.length]!);
  });
}

const KINDS: readonly ((member: number, point: (typeof POINTS)[number]) => Fault)[] = [
  (member) => kill(member),
  (member) => pause(member),
  () => BROKER_KILL,
  (member, point) => strikeAt(point, member),
  (member, point) => stopAt(point, member),
  () => ANSWERS_HELD,
];
