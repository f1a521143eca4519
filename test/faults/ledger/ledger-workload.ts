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

/** What takes the place of what a length has. */
export interface LedgerChoice {
  readonly kinds?: Traffic['kinds'];
  readonly records?: number;
  readonly steps?: readonly Step[];
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
  choice: LedgerChoice = {},
): LedgerWorkload {
  const { steps: chosen, ...more } = choice;
  const traffic = { ...TRAFFIC[length], ...more };
  const steps = chosen ?? (length === 'smoke' ? FEW : many(random, traffic));
  return { members: MEMBERS, partitions: 6, traffic, steps, leastFaults: steps.length };
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

/** One of each, each once the group has got over the one before: in a rebalance no transaction is under way. */
const FEW: readonly Step[] = [
  { at: 2_000, fault: pause(1) },
  { at: 12_500, fault: RESET },
  { at: 13_500, fault: BROKER_KILL },
  { at: 18_000, fault: kill(0) },
];

const NTH_TRANSACTION = 4;
const FROM_MS = 5_000;
const EVERY_MS = 11_500;
/** One of them for each round of the kinds. */
const POINTS = ['tx-mid-commit', 'tx-offsets', 'tx-produced', 'tx-after-commit'] as const;

/** As many as there is time for while records come. */
function many(random: SeededRandom, { records = 0, recordsPerSecond }: Traffic): Step[] {
  const times = Math.floor(((records / recordsPerSecond) * 1_000 - FROM_MS) / EVERY_MS);
  return repeated(random, { times, everyMs: EVERY_MS, from: FROM_MS }, (turn) => {
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
