import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { randomBytes } from 'node:crypto';
import type { RedisServer } from '../../../stack/redis/index.mjs';
import type { KafkaBroker, PostgresServer } from '../../support/stack.js';
import type { TcpProxy } from '../../support/tcp-proxy.js';
import { eventually } from '../../support/eventually.js';
import { check } from '../checker/check.js';
import { Findings, type Verdict } from '../checker/verdict.js';
import type { CalledService } from '../cluster/called-service.js';
import { KafkaAccess } from '../cluster/kafka-access.js';
import type { SmallDisk } from '../cluster/small-disk.js';
import { drive, type Happened } from '../driver/driver.js';
import { SeededRandom } from '../driver/random.js';
import { wordsOf } from '../driver/schedule.js';
import { TrafficSource } from '../driver/traffic.js';
import { gather } from '../evidence/gather.js';
import type { Length, Scenario } from '../scenarios/scenario.js';
import { accountsOf, recoveries } from './measure.js';
import { Members } from './members.js';
import type { Observations } from './observations.js';
import { Operator } from './operator.js';
import { judgeFromOutside, SECRET_CANARY } from './outside.js';
import { longestPause, servedUntil } from './pauses.js';
import { monotonicNow, type World } from './world.js';

const SETTLE_TIMEOUT_MS = 180_000;
const PLANTS = new URL('../member/plants.mjs', import.meta.url).href;
const READY_TIMEOUT_MS = 10_000;
export const SESSION_TIMEOUT_MS = 6_000;
export const COMMIT_INTERVAL_MS = 1_000;

export interface RunOptions {
  readonly length: Length;
  readonly seed: number;
  readonly plant: string | undefined;
  /** How long lag may take to reach 0. */
  readonly settleTimeoutMs?: number;
  readonly folder: string;
  readonly main: string;
  readonly brokers: readonly KafkaBroker[];
  readonly proxy: TcpProxy | undefined;
  readonly ownAddress: string | undefined;
  readonly disk: SmallDisk | undefined;
  readonly postgres: PostgresServer | undefined;
  readonly redis: RedisServer | undefined;
  readonly service: CalledService | undefined;
  readonly tell: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface ScenarioResult {
  readonly id: string;
  readonly title: string;
  readonly seconds: number;
  readonly records: number;
  readonly unknownAcknowledgements: number;
  readonly schedule: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly observations: Omit<Observations, 'happened' | 'accounts'>;
  readonly verdicts: readonly Verdict[];
}

/** Runs one scenario from empty topics to its verdicts. Whatever it started has ended when this settles. */
export async function runScenario(
  scenario: Scenario,
  options: RunOptions,
): Promise<ScenarioResult> {
  const began = monotonicNow();
  const { brokers, proxy, ownAddress, tell } = options;
  const address = proxy?.address ?? brokers.map((broker) => broker.address).join(',');
  const kafka = await new KafkaAccess(ownAddress ?? address).connect();
  const environment = environmentOf(scenario, options, address);
  const world = await createWorld(scenario, { ...options, kafka, environment });
  try {
    const random = new SeededRandom(options.seed);
    const traffic = scenario.traffic(options.length);
    const steps = scenario.faults(random, options.length);
    const schedule = [...steps].sort((left, right) => left.at - right.at).map(wordsOf);
    for (const line of schedule) tell(`  ${line}`);
    await Promise.all(Array.from({ length: scenario.members }, (_, n) => world.members.start(n)));
    await scenario.prepare?.(world);
    const source = new TrafficSource(kafka, world.topic, traffic, random);
    const driven = drive(world, steps);
    const [happened] = await Promise.all([driven, source.run(options.signal, driven)]);
    const lastRecordAt = monotonicNow();
    tell(`  ${source.ledger.records.size} records sent, ${happened.length} faults; settling …`);
    const settled = await settle(world, options.settleTimeoutMs);
    const ended = await endMembers(world, scenario);
    const evidence = await gather(world, source.ledger, {
      commitIntervalMs: COMMIT_INTERVAL_MS,
      sessionTimeoutMs: SESSION_TIMEOUT_MS,
      effects: scenario.store === undefined ? 'ends' : 'stored',
    });
    const observations: Observations = {
      happened,
      ...settled,
      ...ended,
      longestPauseMs: longestPause(
        evidence.arrivals,
        evidence.history.sources,
        servedUntil(world.members.all),
      ),
      recoveriesMs: recoveries(evidence.history.sources, happened, lastRecordAt),
      ...seen(world),
    };
    const verdicts = [
      ...check(evidence.history),
      ...judgeFromOutside(observations, scenario.bars ?? {}, {
        members: world.members.all,
        deadLetterHeaders: evidence.deadLetterHeaders,
      }),
    ];
    verdicts.push(await ownBars(scenario, { world, observations, verdicts, evidence }));
    const { happened: _happened, accounts: _accounts, ...numbers } = observations;
    return {
      id: scenario.id,
      title: scenario.title,
      seconds: Math.round((monotonicNow() - began) / 1000),
      records: source.ledger.records.size,
      unknownAcknowledgements: source.ledger.unknown,
      schedule,
      environment: shown(environment),
      observations: numbers,
      verdicts,
    };
  } finally {
    await world.members.endAll();
    // Hundreds of runs may share one broker.
    await kafka.deleteTopics([
      ...[world.topic, world.deadLetterTopic, world.redriveTopic],
      ...world.retryTopics,
    ]);
    await kafka.close();
  }
}

function environmentOf(
  scenario: Scenario,
  { postgres, redis, plant, service }: RunOptions,
  address: string,
): Record<string, string> {
  const prefix = scenario.store === undefined ? 'EFFECTS' : 'STORED_EFFECTS';
  const database = postgres === undefined ? undefined : new URL(postgres.url);
  if (database !== undefined) database.password = SECRET_CANARY;
  return {
    LOG_LEVEL: 'info',
    CONSUMERS: consumerOf(scenario),
    KAFKA_BROKERS: address,
    KAFKA_SESSION_TIMEOUT: `${SESSION_TIMEOUT_MS}ms`,
    KAFKA_HEARTBEAT_INTERVAL: '500ms',
    KAFKA_COMMIT_INTERVAL: `${COMMIT_INTERVAL_MS}ms`,
    [`${prefix}_RETRY_BACKOFF`]: '50ms',
    [`${prefix}_RETRY_MAX_BACKOFF`]: '200ms',
    // The records that fail here are bad ones, also where they come in a row.
    [`${prefix}_BREAKER`]: '0',
    ...(database === undefined ? {} : { DATABASE_URL: database.href }),
    ...(redis === undefined ? {} : { REDIS_URL: redis.url, [`${prefix}_IDEMPOTENCY`]: 'redis' }),
    ...(service === undefined ? {} : { FAULTS_SERVICE_URL: service.url }),
    ...(plant === undefined ? {} : { NODE_OPTIONS: `--import=${PLANTS}`, PLANT: plant }),
    ...scenario.environment,
  };
}

const consumerOf = (scenario: Scenario): string =>
  scenario.store === undefined ? 'effects' : 'stored-effects';

async function createWorld(
  scenario: Scenario,
  options: RunOptions & { kafka: KafkaAccess; environment: Readonly<Record<string, string>> },
): Promise<World> {
  const { kafka, brokers, postgres, redis, service, signal, main, proxy, disk } = options;
  const name = `${scenario.id.toLowerCase()}-${randomBytes(3).toString('hex')}`;
  const topic = `${name}-records`;
  const group = `${name}-group`;
  const deadLetterTopic = `${topic}.${group}.dlq`;
  // Stamped by the broker, so that a dead letter's time is when it became durable.
  const deadLetterSettings = { 'message.timestamp.type': 'LogAppendTime' };
  await kafka.createTopic(topic, scenario.partitions, scenario.topicSettings);
  await kafka.createTopic(deadLetterTopic, scenario.partitions, deadLetterSettings);
  const retryTopics = Array.from(
    { length: scenario.retryTopics ?? 0 },
    (_, level) => `${topic}.${group}.retry.${level + 1}`,
  );
  for (const retry of retryTopics) await kafka.createTopic(retry, scenario.partitions);
  const folder = join(options.folder, name);
  mkdirSync(folder);
  const interruptions: World['interruptions'] = [];
  const prefix = scenario.store === undefined ? 'EFFECTS' : 'STORED_EFFECTS';
  const environment = {
    ...options.environment,
    [`${prefix}_TOPIC`]: topic,
    [`${prefix}_GROUP_ID`]: group,
  };
  const members = new Members({ main, folder, environment, interruptions });
  return {
    ...{ brokers, kafka, postgres, redis, service, members, signal, proxy, disk, measured: {} },
    ...{ topic, group, deadLetterTopic, deadLetterSettings, interruptions },
    retryTopics,
    redriveTopic: `${topic}.${group}.redrive`,
    operator: new Operator(main, environment),
  };
}

async function settle(
  world: World,
  timeoutMs = SETTLE_TIMEOUT_MS,
): Promise<Pick<Observations, 'settledInMs' | 'remainingLag' | 'readyAtEnd'>> {
  const since = monotonicNow();
  const lagOf = async ({ kafka, group, topic, retryTopics }: World): Promise<number> => {
    const lags = [topic, ...retryTopics].map((each) => kafka.lag(group, each));
    return (await Promise.all(lags)).reduce((sum, one) => sum + one, 0);
  };
  let lag = await lagOf(world);
  while (lag > 0 && monotonicNow() - since < timeoutMs) {
    await sleep(250, undefined, { signal: world.signal });
    lag = await lagOf(world);
  }
  const settledInMs = lag === 0 ? monotonicNow() - since : undefined;
  const isReady = async (): Promise<boolean> => {
    const asked = world.members.running.map(({ url }) => fetch(`${url}/readyz`));
    return (await Promise.all(asked)).every(({ status }) => status === 200);
  };
  const readyAtEnd = await eventually(isReady, 'every member is ready', READY_TIMEOUT_MS).then(
    () => true,
    () => false,
  );
  return { settledInMs, remainingLag: lag, readyAtEnd };
}

/** Ends all members in the orderly way, their counts read before. */
async function endMembers(
  { members }: World,
  scenario: Scenario,
): Promise<Pick<Observations, 'accounts' | 'drainsMs' | 'badExits'>> {
  const accounts = await accountsOf(members.running, consumerOf(scenario));
  await Promise.all(members.running.map((member) => member.terminate()));
  const asked = members.all.filter(({ endedBy }) => endedBy === 'SIGTERM');
  const unasked = members.all.filter(({ endedBy }) => endedBy === undefined);
  return {
    accounts,
    drainsMs: asked.map(({ drainedInMs }) => drainedInMs!),
    badExits: [
      ...asked.filter(({ exit }) => exit !== 0).map(({ pid, exit }) => `${pid} ended with ${exit}`),
      ...unasked.map(({ pid, exit }) => `${pid} ended by itself with ${exit}`),
    ],
  };
}

function seen({
  members,
}: World): Pick<Observations, 'peakMemoryMegabytes' | 'livezRefusals' | 'unreadySamples'> {
  const samples = members.all.flatMap((member) => member.samples);
  const count = (path: string, code: (code: number) => boolean): number =>
    samples.filter(
      (sample) => sample.path === path && sample.code !== undefined && code(sample.code),
    ).length;
  const peak = Math.max(0, ...members.all.map(({ peakMemoryBytes }) => peakMemoryBytes));
  return {
    peakMemoryMegabytes: Math.round(peak / 1e6),
    livezRefusals: count('/livez', (code) => code !== 200),
    unreadySamples: count('/readyz', (code) => code === 503),
  };
}

async function ownBars(
  { bars = {} }: Scenario,
  run: {
    world: World;
    observations: Observations;
    verdicts: readonly Verdict[];
    evidence: { notInLog: readonly string[] };
  },
): Promise<Verdict> {
  const findings = new Findings('scenario');
  const { notInLog } = run.evidence;
  if (notInLog.length > 0 && bars.logDropsRecords !== true) {
    findings.add({ what: `the log lacks ${notInLog.length} acknowledged records` });
  }
  const numberOf = (invariant: Verdict['invariant'], name: string): number =>
    run.verdicts.find((verdict) => verdict.invariant === invariant)!.numbers![name]!;
  const duplicates = numberOf('I4 duplicates', 'duplicates');
  if (bars.noDuplicates === true && duplicates > 0) {
    findings.add({ what: `${duplicates} effects came again; the bar is none` });
  }
  if (duplicates > (bars.mostDuplicates ?? Infinity)) {
    findings.add({ what: `${duplicates} effects came again; the bar is ${bars.mostDuplicates}` });
  }
  const letters = numberOf('I5 dead letters', 'deadLetters');
  if (letters > (bars.mostDeadLetters ?? Infinity)) {
    findings.add({ what: `${letters} dead letters; the bar is ${bars.mostDeadLetters}` });
  }
  const problem = await bars.also?.(run.world, run.observations);
  if (problem !== undefined) findings.add({ what: problem });
  return findings.verdict(run.world.measured);
}

/** The settings that a reader needs to do it again; addresses and names are those of the run. */
function shown(environment: Readonly<Record<string, string>>): Record<string, string> {
  const {
    KAFKA_BROKERS: _brokers,
    DATABASE_URL: _database,
    REDIS_URL: _redis,
    FAULTS_SERVICE_URL: _service,
    ...rest
  } = environment;
  return rest;
}

/** The result of a scenario that could not be carried through. */
export function unfinished({ id, title }: Scenario, error: unknown): ScenarioResult {
  const findings = new Findings('scenario');
  findings.add({ what: `it was not carried through: ${(error as Error).message}` });
  return {
    ...{ id, title, seconds: 0, records: 0, unknownAcknowledgements: 0 },
    ...{ schedule: [], environment: {}, verdicts: [findings.verdict()] },
    observations: {
      ...{ settledInMs: undefined, remainingLag: 0, recoveriesMs: [], drainsMs: [] },
      ...{ badExits: [], peakMemoryMegabytes: 0, livezRefusals: 0 },
      ...{ unreadySamples: 0, readyAtEnd: false, longestPauseMs: 0 },
    },
  };
}

export type { Happened };
