import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../../support/eventually.js';
import { PRODUCTION_NODE_OPTIONS } from '../../support/service-process.js';
import { monotonicNow, type World } from '../running/world.js';
import { backlogOf } from './backlog.js';
import type { Length, Scenario } from './scenario.js';

const AWAY_MS: Readonly<Record<Length, number>> = { smoke: 10_000, full: 120_000 };

const GOES_ON_WITHIN_MS = 30_000;

async function goAway({ postgres, kafka, topic, group, ...world }: World, forMs: number) {
  const lag = (): Promise<number> => kafka.lag(group, topic);
  await postgres!.stop();
  await sleep(forMs, undefined, { signal: world.signal });
  const waiting = await lag();
  await postgres!.start();
  const since = monotonicNow();
  const goesOn = async (): Promise<boolean> => (await lag()) < waiting;
  await eventually(goesOn, 'records are committed again', GOES_ON_WITHIN_MS);
  world.measured['committedAgainAfterMs'] = Math.round(monotonicNow() - since);
}

export const scenario: Scenario = {
  id: 'S37B',
  title: 'PostgreSQL is away while a backlog waits',
  brokers: 1,
  members: 1,
  partitions: 12,
  store: 'postgres',
  environment: { STORED_EFFECTS_BREAKER: '5', NODE_OPTIONS: PRODUCTION_NODE_OPTIONS },
  traffic: (length) => backlogOf(length, 'ok'),
  faults: (_random, length) => [
    {
      at: 300,
      fault: {
        kind: 'act',
        what: `PostgreSQL is stopped for ${AWAY_MS[length] / 1000} s`,
        act: (world) => goAway(world, AWAY_MS[length]),
      },
    },
  ],
  bars: {
    noDuplicates: true,
    mostDeadLetters: 0,
    becomesUnready: true,
    settledWithinMs: 150_000,
  },
};
