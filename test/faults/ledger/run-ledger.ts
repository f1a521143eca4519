import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CommittedReader, type CommittedRecord } from '../../support/committed-reader.js';
import { eventually } from '../../support/eventually.js';
import { readWithJava } from '../../support/java-producer.js';
import { Findings, type Verdict } from '../checker/verdict.js';
import { COMMIT_TOPIC } from '../cluster/commit-log.js';
import { KafkaAccess } from '../cluster/kafka-access.js';
import { drive, type Happened } from '../driver/driver.js';
import { SeededRandom } from '../driver/random.js';
import { wordsOf } from '../driver/schedule.js';
import { TrafficSource } from '../driver/traffic.js';
import { Members } from '../running/members.js';
import { Operator } from '../running/operator.js';
import type { Workspace } from '../running/workspace.js';
import { monotonicNow, type World } from '../running/world.js';
import type { Length } from '../scenarios/scenario.js';
import { checkLedger } from './check-ledger.js';
import type { LedgerEvidence } from './ledger-evidence.js';
import { ledgerWorkload, type LedgerChoice, type LedgerWorkload } from './ledger-workload.js';
import { LEDGER, type Subject, type Topics } from './subject.js';
import { outputsOf, readEnds, readInputs } from './read-ledger.js';

const PLANTS = new URL('../member/plants.mjs', import.meta.url).href;
const SETTLE_TIMEOUT_MS = 120_000;
const STABLE_TIMEOUT_MS = 30_000;
export const SESSION_TIMEOUT_MS = 6_000;

export interface LedgerRunOptions {
  readonly length: Length;
  readonly seed: number;
  readonly plant?: string | undefined;
  readonly settleTimeoutMs?: number;
  readonly subject?: Subject;
  readonly choice?: LedgerChoice;
  /** The members' program, where it is not the service. */
  readonly main?: string;
  readonly tell?: (line: string) => void;
}

export interface LedgerResult {
  readonly subject: Pick<Subject, 'name' | 'what'>;
  readonly seconds: number;
  readonly records: number;
  readonly schedule: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** How often each kind of fault struck. */
  readonly struck: Readonly<Record<string, number>>;
  /** Written in transactions that were aborted: nobody who reads committed records has seen them. */
  readonly abortedCopies: number;
  readonly settledInMs: number | undefined;
  readonly verdicts: readonly Verdict[];
}

/** One run from empty topics to its verdicts. What it started has ended when this settles. */
export async function runLedgerOnce(
  workspace: Workspace,
  options: LedgerRunOptions,
): Promise<LedgerResult> {
  const { length, seed, subject: { choice } = LEDGER, tell = workspace.tell } = options;
  const random = new SeededRandom(seed);
  const workload = ledgerWorkload(length, random, { ...choice, ...options.choice });
  const stage = await setUp(workspace, workload, options);
  const { world, reader, subject } = stage;
  const began = monotonicNow();
  try {
    for (const line of scheduleOf(workload)) tell(`  ${line}`);
    const places = Array.from({ length: workload.members }, (_, place) => place);
    await Promise.all(places.map((place) => world.members.start(place)));
    const source = new TrafficSource(world.kafka, world.topic, workload.traffic, random);
    const driven = drive(world, workload.steps);
    const [happened] = await Promise.all([driven, source.run(workspace.signal, driven)]);
    const sent = await sendMissing(stage, workload, random);
    tell(`  ${sent} records sent, ${happened.length} faults`);
    const settledInMs = await settle(stage, options.settleTimeoutMs ?? SETTLE_TIMEOUT_MS);
    const badExits = await endMembers(world.members);
    const evidence = await gather(stage, await reader.finish());
    return {
      subject: { name: subject.name, what: subject.what },
      seconds: Math.round((monotonicNow() - began) / 1000),
      records: evidence.inputs.length,
      schedule: scheduleOf(workload),
      environment: subject.settings,
      struck: countsOf(happened),
      abortedCopies: evidence.abortedCopies,
      settledInMs,
      verdicts: [...checkLedger(evidence), ownBars(workload, { happened, badExits, evidence })],
    };
  } finally {
    reader.end();
    await world.members.endAll();
    await world.kafka.deleteTopics(Object.values(stage.topics));
    await world.kafka.close();
  }
}

interface Stage {
  readonly world: World;
  readonly topics: Topics;
  readonly reader: CommittedReader;
  readonly subject: Subject;
  readonly folder: string;
  /** Past the wire that faults damage. */
  readonly address: string;
}

async function setUp(
  workspace: Workspace,
  { partitions }: LedgerWorkload,
  { subject = LEDGER, plant, main = workspace.main }: LedgerRunOptions,
): Promise<Stage> {
  const { brokers, proxy, ownAddress } = await workspace.provideBrokers({
    brokers: 1,
    proxied: true,
  });
  const address = ownAddress!;
  const kafka = await new KafkaAccess(address).connect();
  const name = `ledger-${randomBytes(3).toString('hex')}`;
  const group = `${name}-group`;
  const topics: Topics = {
    input: `${name}-events`,
    entries: `${name}-entries`,
    deadLetters: `${name}-dlq`,
  };
  for (const topic of Object.values(topics)) await kafka.createTopic(topic, partitions);
  const folder = join(workspace.folder, name);
  mkdirSync(folder);
  const environment = {
    LOG_LEVEL: 'info',
    CONSUMERS: subject.name,
    KAFKA_BROKERS: proxy!.address,
    KAFKA_SESSION_TIMEOUT: `${SESSION_TIMEOUT_MS}ms`,
    KAFKA_HEARTBEAT_INTERVAL: '500ms',
    ...subject.settings,
    ...subject.environment({ ...topics, group, partitions }),
    ...(plant === undefined ? {} : { NODE_OPTIONS: `--import=${PLANTS}`, PLANT: plant }),
  };
  const { signal } = workspace;
  const interruptions: World['interruptions'] = [];
  const members = new Members({ main, folder, environment, interruptions });
  const outputs = [topics.entries, topics.deadLetters];
  const reader = await CommittedReader.start(address, outputs, join(folder, 'read-during'));
  const world: World = {
    ...{ brokers, kafka, members, group, signal, proxy, interruptions, measured: {} },
    ...{ topic: topics.input, deadLetterTopic: topics.deadLetters, retryTopics: [] },
    ...{ redriveTopic: '', deadLetterSettings: {}, operator: new Operator(main, environment) },
    ...{ postgres: undefined, redis: undefined, disk: undefined, service: undefined },
  };
  return { world, topics, reader, subject, folder, address };
}

const scheduleOf = ({ steps }: LedgerWorkload): string[] =>
  [...steps].sort((left, right) => left.at - right.at).map(wordsOf);

/** While there was no broker some could not be sent: they come now. Resolves with how many there are. */
async function sendMissing(
  { world: { kafka, topic, signal } }: Stage,
  { traffic }: LedgerWorkload,
  random: SeededRandom,
): Promise<number> {
  const ends = await kafka.ends(topic);
  const there = ends.reduce((sum, { low, high }) => sum + high - low, 0);
  const records = traffic.records! - there;
  if (records <= 0) return there;
  const rest = new TrafficSource(kafka, topic, { ...traffic, records }, random);
  await rest.run(signal, Promise.resolve());
  return there + records;
}

/** Where its transactions write; the last one is where the group's offsets stand. */
const writtenIn = ({ entries, deadLetters }: Topics): string[] => [
  entries,
  deadLetters,
  COMMIT_TOPIC,
];

/** Until lag is 0 and nobody is held back; undefined when that did not come. */
async function settle({ world, topics }: Stage, timeoutMs: number): Promise<number | undefined> {
  const since = monotonicNow();
  const { kafka, group, topic, signal } = world;
  while ((await kafka.lag(group, topic)) > 0) {
    if (monotonicNow() - since > timeoutMs) return undefined;
    await sleep(250, undefined, { signal });
  }
  const settledInMs = monotonicNow() - since;
  const isStable = async (): Promise<boolean> => {
    const ends = await readEnds(kafka, writtenIn(topics));
    return ends.every(({ lastStable, end }) => lastStable >= end);
  };
  // What is open for longer is found by the checker.
  await eventually(isStable, 'no transaction is open', STABLE_TIMEOUT_MS).catch(() => undefined);
  return settledInMs;
}

async function endMembers(members: Members): Promise<string[]> {
  await Promise.all(members.running.map((member) => member.terminate()));
  return (
    members.all
      .filter(({ endedBy, exit }) => endedBy !== 'SIGKILL' && exit !== 0)
      // It was still starting, did not listen for the signal yet, and had begun nothing.
      .filter(({ endedBy, exit }) => endedBy !== 'SIGTERM' || exit !== 'SIGTERM')
      .map(({ pid, endedBy = 'itself', exit }) => `${pid} was ended by ${endedBy} with ${exit}`)
  );
}

async function gather(
  { world, topics, folder, address, subject }: Stage,
  during: readonly CommittedRecord[],
): Promise<LedgerEvidence & { readonly abortedCopies: number }> {
  const outputs = [topics.entries, topics.deadLetters];
  const last = await CommittedReader.start(address, outputs, join(folder, 'read-after'));
  const [after, ...written] = await Promise.all([
    last.finish(),
    ...outputs.map(async (output) => (await readWithJava(address, output)).length),
  ]);
  const { kafka, group, topic } = world;
  return {
    inputs: await readInputs(kafka, topic, subject.entriesEach),
    during: outputsOf(during, topics.deadLetters),
    after: outputsOf(after, topics.deadLetters),
    ends: await readEnds(kafka, writtenIn(topics)),
    lag: await kafka.lag(group, topic),
    abortedCopies: written.reduce((sum, count) => sum + count, 0) - after.length,
  };
}

function countsOf(happened: readonly Happened[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { fault, members } of happened) {
    if (members.length > 0) counts[fault.kind] = (counts[fault.kind] ?? 0) + 1;
  }
  return counts;
}

/** Enough has happened to say anything, and every member ended as it was asked to. */
function ownBars(
  { leastFaults, traffic }: LedgerWorkload,
  run: {
    readonly happened: readonly Happened[];
    readonly badExits: readonly string[];
    readonly evidence: LedgerEvidence;
  },
): Verdict {
  const findings = new Findings('scenario');
  const struck = run.happened.filter(({ members }) => members.length > 0).length;
  if (struck < leastFaults) findings.add({ what: `${struck} of ${leastFaults} faults struck` });
  const { inputs } = run.evidence;
  if (inputs.length < traffic.records!) {
    findings.add({ what: `${inputs.length} of ${traffic.records} records were to be had` });
  }
  for (const what of run.badExits) findings.add({ what });
  return findings.verdict({ faults: struck });
}
