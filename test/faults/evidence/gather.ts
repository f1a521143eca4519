import type { IHeaders, KafkaMessage } from 'kafkajs';
import { decodeCompletedAhead } from '../../../src/kafka/consumer/offsets/index.js';
import { withConnection } from '../../../stack/postgres/index.mjs';
import type {
  Commit,
  DeadLetter,
  History,
  HistoryEvent,
  HistorySettings,
  LoggedRecord,
  Redriven,
  StoredEffect,
} from '../checker/history.js';
import { COMMIT_TOPIC, decodeCommit } from '../cluster/commit-log.js';
import { ID_HEADER, KIND_HEADER } from '../driver/traffic.js';
import type { Arrival } from '../running/pauses.js';
import { wallToMonotonic, type World } from '../running/world.js';
import type { RecordKind } from '../scenarios/scenario.js';
import { EffectLog } from './effect-log.js';
import { readRetries } from './retries.js';
import { expectationOf, type ProducerLedger } from './producer-ledger.js';

/**
 * Brokers and the database stamp with the wall clock, brokers in whole milliseconds: what they say is moved by so much
 * that rounding can hide a fault of a few milliseconds but never invent one.
 */
const CLOCK_TOLERANCE_MS = 5;

interface Original {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: IHeaders;
}

export interface Evidence {
  readonly history: History;
  /** The records of the history, with when their producer made them. */
  readonly arrivals: readonly Arrival[];
  /** Acknowledged records that the log does not hold: the brokers', or the harness's, fault. */
  readonly notInLog: readonly string[];
  readonly deadLetterHeaders: string;
}

/** Everything that is left of a run once it has settled. */
export async function gather(
  world: World,
  ledger: ProducerLedger,
  settings: HistorySettings,
): Promise<Evidence> {
  const shift = wallToMonotonic();
  const { records, originals, ids } = await readLog(world, shift);
  const letters = await readDeadLetters(world, originals, shift);
  const sources: Iterable<HistoryEvent>[] = [
    ...world.members.all.map(({ effectLog, pid }) => new EffectLog(effectLog, pid, world.topic)),
    letters.events,
    await readRedriven(world, shift),
    await readRetries(world, shift),
    await readCommits(world, shift),
    await readStored(world, shift),
  ];
  const acknowledged = [...ledger.records.values()].filter(
    ({ acknowledgement }) => acknowledgement === 'acknowledged',
  );
  return {
    history: { records, sources, interruptions: world.interruptions, settings },
    arrivals: records,
    notInLog: acknowledged.filter(({ id }) => !ids.has(id)).map(({ id }) => id),
    deadLetterHeaders: letters.headers.join('\n'),
  };
}

async function readLog(
  world: World,
  shift: number,
): Promise<{
  records: (LoggedRecord & Arrival)[];
  originals: Map<string, Original>;
  ids: Set<string>;
}> {
  const records: (LoggedRecord & Arrival)[] = [];
  const originals = new Map<string, Original>();
  const ids = new Set<string>();
  await world.kafka.scan(world.topic, (partition, { key, value, headers, offset, timestamp }) => {
    const kind = textOf(headers, KIND_HEADER) as RecordKind | undefined;
    const id = textOf(headers, ID_HEADER);
    if (id !== undefined) ids.add(id);
    const expects = kind === undefined ? 'either' : expectationOf(kind);
    const keyName = key === null ? null : key.toString('latin1');
    const arrivedAt = Number(timestamp) + shift;
    records.push({ partition, offset: Number(offset), key: keyName, expects, arrivedAt });
    if (kind !== 'ok') {
      originals.set(`${partition} ${offset}`, { key, value, headers: headers ?? {} });
    }
  });
  return { records, originals, ids };
}

async function readDeadLetters(
  world: World,
  originals: ReadonlyMap<string, Original>,
  shift: number,
): Promise<{ events: DeadLetter[]; headers: string[] }> {
  const events: DeadLetter[] = [];
  const headers: string[] = [];
  await world.kafka.scan(world.deadLetterTopic, (_, message) => {
    const partition = Number(textOf(message.headers, 'x-dlq-original-partition'));
    const offset = Number(textOf(message.headers, 'x-dlq-original-offset'));
    const original = originals.get(`${partition} ${offset}`);
    headers.push(JSON.stringify(message.headers, (_name, value: unknown) => asText(value)));
    events.push({
      kind: 'dead-letter',
      at: Number(message.timestamp) + shift - CLOCK_TOLERANCE_MS,
      partition,
      offset,
      id: textOf(message.headers, 'x-dlq-id') ?? '',
      attempts: Number(textOf(message.headers, 'x-dlq-attempts')),
      isUnchanged: original !== undefined && isSame(original, message),
    });
  });
  return { events: byTime(events), headers };
}

/** Every dead letter that was given back, by the place that it first came from. */
async function readRedriven({ kafka, redriveTopic }: World, shift: number): Promise<Redriven[]> {
  if (!(await kafka.admin.listTopics()).includes(redriveTopic)) return [];
  const events: Redriven[] = [];
  await kafka.scan(redriveTopic, (_, { headers, timestamp }) => {
    events.push({
      kind: 'redriven',
      at: Number(timestamp) + shift,
      partition: Number(textOf(headers, 'x-retry-original-partition')),
      offset: Number(textOf(headers, 'x-retry-original-offset')),
    });
  });
  return byTime(events);
}

async function readCommits({ kafka, group, topic }: World, shift: number): Promise<Commit[]> {
  const commits: Commit[] = [];
  await kafka.scan(COMMIT_TOPIC, (_, message) => {
    const commit = decodeCommit(message);
    if (commit === undefined || commit.group !== group || commit.topic !== topic) return;
    const at = commit.timestamp + shift + CLOCK_TOLERANCE_MS;
    const { partition, offset, metadata } = commit;
    const ahead = decodeCompletedAhead(
      { partition: `${topic}-${partition}`, base: offset },
      metadata,
    );
    commits.push({ kind: 'commit', at, partition, offset, ...(ahead && { ahead }) });
  });
  return byTime(commits);
}

async function readStored({ postgres, topic }: World, shift: number): Promise<StoredEffect[]> {
  if (postgres === undefined) return [];
  const rows = await withConnection(postgres.url, async (client) => {
    const { rows: found } = await client.query<{ partition: number; position: string; at: number }>(
      'SELECT partition, position, extract(epoch FROM written_at)::float8 * 1000 AS at FROM fault_effects WHERE topic = $1',
      [topic],
    );
    return found;
  });
  return byTime(
    rows.map(({ partition, position, at }) => ({
      kind: 'stored' as const,
      at: at + shift - CLOCK_TOLERANCE_MS,
      partition,
      offset: Number(position),
    })),
  );
}

/** The originals's key, value and headers, ours apart. */
function isSame(original: Original, letter: KafkaMessage): boolean {
  const theirs = Object.fromEntries(
    Object.entries(letter.headers ?? {}).filter(([name]) => !name.startsWith('x-dlq-')),
  );
  const form = (bytes: Buffer | null): string => bytes?.toString('base64') ?? 'null';
  return (
    form(original.key) === form(letter.key) &&
    form(original.value) === form(letter.value) &&
    JSON.stringify(original.headers) === JSON.stringify(theirs)
  );
}

function textOf(headers: IHeaders | undefined, name: string): string | undefined {
  return headers?.[name]?.toString();
}

function asText(value: unknown): unknown {
  const { type, data } = (value ?? {}) as { type?: string; data?: number[] };
  return type === 'Buffer' ? Buffer.from(data!).toString('utf8') : value;
}

function byTime<Event extends { at: number }>(events: Event[]): Event[] {
  return events.sort((left, right) => left.at - right.at);
}
