import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../../support/eventually.js';
import { linesOf, sumOf } from '../../support/metrics-text.js';
import { PRODUCTION_NODE_OPTIONS } from '../../support/service-process.js';
import { monotonicNow, type World } from '../running/world.js';
import { backlogOf } from './backlog.js';
import type { Length, Scenario } from './scenario.js';

const AWAY_AT_MS = 300;
const AWAY_MS: Readonly<Record<Length, number>> = { smoke: 10_000, full: 120_000 };
const THRESHOLD = 5;
/** Probes are at most 30 s apart; then one has to succeed. */
const CLOSES_WITHIN_MS = 40_000;

interface HealthReport {
  readonly details: Readonly<Record<string, { status: string; breaker?: object }>>;
}

/** Whether the breaker of the one member is open, as its health says and as its metrics say. */
async function isOpen({ members }: World): Promise<{ health: boolean; metrics: boolean }> {
  const { url } = members.at(0)!;
  const [health, metrics] = await Promise.all([fetch(`${url}/health`), fetch(`${url}/metrics`)]);
  const { details } = (await health.json()) as HealthReport;
  const { status, breaker } = details['consumer.effects']!;
  const gauge = sumOf(linesOf(await metrics.text()), 'kafka_consumer_breaker_open');
  return { health: breaker !== undefined && status === 'degraded', metrics: gauge === 1 };
}

async function goAway(world: World, forMs: number): Promise<void> {
  await world.service!.stop();
  const since = monotonicNow();
  const isShown = async (): Promise<boolean> => {
    const { health, metrics } = await isOpen(world);
    return health && metrics;
  };
  await eventually(isShown, '/health and /metrics show the open breaker');
  world.measured['breakerOpenAfterMs'] = Math.round(monotonicNow() - since);
  await sleep(since + forMs - monotonicNow(), undefined, { signal: world.signal });
  if (!(await isShown())) throw new Error('the breaker did not stay open');
  await world.service!.start();
}

async function closesAgain(world: World): Promise<void> {
  const since = monotonicNow();
  const isClosed = async (): Promise<boolean> => {
    const { health, metrics } = await isOpen(world);
    return !health && !metrics;
  };
  await eventually(isClosed, 'the breaker is closed again', CLOSES_WITHIN_MS);
  world.measured['breakerClosedAfterMs'] = Math.round(monotonicNow() - since);
}

export const scenario: Scenario = {
  id: 'S52',
  title: 'a service that handlers call is away while a backlog waits',
  smoke: true,
  brokers: 1,
  members: 1,
  partitions: 12,
  callsService: true,
  environment: { EFFECTS_BREAKER: String(THRESHOLD), NODE_OPTIONS: PRODUCTION_NODE_OPTIONS },
  traffic: (length) => backlogOf(length, 'call'),
  faults: (_random, length) => [
    {
      at: AWAY_AT_MS,
      fault: {
        kind: 'act',
        what: `the service is away for ${AWAY_MS[length] / 1000} s`,
        act: (world) => goAway(world, AWAY_MS[length]),
      },
    },
    {
      at: AWAY_AT_MS + 1,
      fault: {
        kind: 'act',
        what: 'wait until it is back and the breaker closed',
        act: async (world) => {
          await eventually(() => !world.service!.isUp, 'it has gone');
          await eventually(() => world.service!.isUp, 'it is back', AWAY_MS[length] * 2);
          await closesAgain(world);
        },
      },
    },
  ],
  bars: {
    noDuplicates: true,
    mostDeadLetters: THRESHOLD - 1,
    settledWithinMs: 150_000,
  },
};
