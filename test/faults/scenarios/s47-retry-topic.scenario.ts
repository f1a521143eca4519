import { readFileSync } from 'node:fs';
import type { World } from '../running/world.js';
import type { Length, Scenario } from './scenario.js';

const SECONDS: Readonly<Record<Length, number>> = { smoke: 8, full: 20 };
const RECORDS_PER_SECOND: Readonly<Record<Length, number>> = { smoke: 150, full: 500 };
const DELAY_SECONDS = 10;

/** How late the attempts in the retry topic began, in milliseconds, by every member's own log. */
function latenesses({ members }: World): number[] {
  return members.all.flatMap(({ effectLog }) =>
    readFileSync(effectLog, 'utf8')
      .split('\n')
      .flatMap((line) => (line.startsWith('L ') ? [Number(line.slice(2))] : [])),
  );
}

async function nothingEarly(world: World): Promise<string | undefined> {
  const found = latenesses(world).sort((left, right) => left - right);
  const at = (share: number): number => found[Math.floor((found.length - 1) * share)] ?? 0;
  world.measured['retriedAttempts'] = found.length;
  world.measured['lateMsMedian'] = at(0.5);
  world.measured['lateMs99'] = at(0.99);
  const early = found.filter((lateness) => lateness < 0).length;
  if (found.length === 0) return 'nothing was tried in a retry topic';
  return Promise.resolve(early === 0 ? undefined : `${early} attempts began before their time`);
}

export const scenario: Scenario = {
  id: 'S47',
  title: `half of the records wait ${DELAY_SECONDS} s in a retry topic; kills, and a member that joins meanwhile`,
  smoke: true,
  brokers: 1,
  members: 2,
  partitions: 6,
  retryTopics: 1,
  environment: { EFFECTS_RETRY_TOPIC_DELAYS: `${DELAY_SECONDS}s`, EFFECTS_MAX_RETRIES: '0' },
  traffic: (length) => ({
    seconds: SECONDS[length],
    recordsPerSecond: RECORDS_PER_SECOND[length],
    keys: 5_000,
    kinds: { ok: 49, 'fail-1': 50, reject: 1 },
  }),
  faults: () => [
    { at: 3_000, fault: { kind: 'kill', member: 0, backAfterMs: 500 } },
    { at: 6_000, fault: { kind: 'join', member: 2 } },
    { at: 4_000, fault: { kind: 'failpoint', member: 1, point: 'after-publication-ack', nth: 10 } },
    { at: 14_000, fault: { kind: 'kill', member: 1, backAfterMs: 500 } },
  ],
  bars: { also: (world) => nothingEarly(world) },
};
