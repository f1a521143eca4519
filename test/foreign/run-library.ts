import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_FOLDER, StackError } from '../../stack/project.mjs';
import { runCommand } from '../../stack/system/detached.mjs';
import type { KafkaRecord } from '../../src/record/index.js';
import { KafkaAccess } from '../faults/cluster/kafka-access.js';
import { eventually } from '../support/eventually.js';
import { CASE_HEADER, caseOf, type ForeignRecords } from '../support/foreign-records.js';
import { produceWithJava, readWithJava } from '../support/java-producer.js';
import { versionOf } from './build.js';
import {
  PARTITIONS,
  SOURCE_PARTITION,
  type ForeignLibrary,
  type ForeignSource,
} from './libraries/library.js';
import { Program } from './program.js';

const PATIENCE_MS = 180_000;
const FIRST_TIMESTAMP = Date.UTC(2026, 0, 1);
/** Their timestamps are the same in every run, and long ago. */
const KEPT = { 'retention.ms': '-1' };
const COMMAND_SETTINGS = {
  KAFKA_AUTO_CREATE_TOPICS: 'true',
  DATABASE_URL: 'postgres://127.0.0.1:1/unused', // wanted by a consumer, and touched by no command
};

export interface Surroundings {
  readonly broker: string;
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** Lets a library's program fail at its sources, redrives some of its dead letters to it, and reads what it wrote. */
export async function runLibrary(
  library: ForeignLibrary,
  surroundings: Surroundings,
): Promise<ForeignRecords> {
  const { broker, folder } = surroundings;
  const kafka = await new KafkaAccess(broker).connect();
  try {
    const sources = sourceRecords(library);
    await publish(kafka, library, sources);
    const program = await Program.start(library, broker, folder);
    try {
      await failOnceAndAgain(library, surroundings, (count) =>
        written(count, { library, kafka, program, surroundings }),
      );
    } finally {
      await program.stop();
    }
    return {
      library: library.title,
      version: versionOf(library),
      command: `npm run test:foreign -- --record ${library.name}`,
      sources: sources.filter((source) => caseOf(source) !== undefined),
      deadLetters: await readAll(broker, library.deadLetterTopics),
    };
  } finally {
    await kafka.close();
  }
}

async function publish(
  kafka: KafkaAccess,
  { deadLetterTopics, otherTopics }: ForeignLibrary,
  sources: readonly KafkaRecord[],
): Promise<void> {
  const topics = [...sources.map(({ topic }) => topic), ...deadLetterTopics, ...otherTopics];
  for (const topic of new Set(topics)) await kafka.createTopic(topic, PARTITIONS, KEPT);
  await produceWithJava(kafka.address, 'none', sources);
}

async function failOnceAndAgain(
  { sources, deadLetterTopics }: ForeignLibrary,
  surroundings: Surroundings,
  areWritten: (count: number) => Promise<void>,
): Promise<void> {
  const failing = sources.filter((source) => source.case !== undefined);
  await areWritten(failing.length);
  const again = failing.filter((source) => source.again !== undefined);
  for (const [index, source] of again.entries()) {
    const letters = await readAll(surroundings.broker, deadLetterTopics);
    const letter = letters.find((one) => caseOf(one) === source.case)!;
    await redrive(letter, source, surroundings);
    await areWritten(failing.length + index + 1);
  }
}

interface Running {
  readonly library: ForeignLibrary;
  readonly kafka: KafkaAccess;
  readonly program: Program;
  readonly surroundings: Surroundings;
}

/** Waits until there are that many dead letters; rejects with the program's last words when it has ended instead. */
async function written(
  count: number,
  { library, kafka, program, surroundings: { signal } }: Running,
): Promise<void> {
  const topics = library.deadLetterTopics;
  const isOver = async (): Promise<boolean> => {
    if (signal.aborted || !program.isRunning) return true;
    const ends = (await Promise.all(topics.map((topic) => kafka.ends(topic)))).flat();
    return ends.reduce((sum, { low, high }) => sum + high - low, 0) >= count;
  };
  const what = `${library.title} has written ${count} dead letters`;
  await eventually(isOver, what, PATIENCE_MS).catch(async (error: unknown) => {
    const cases = (await readAll(kafka.address, topics)).map(caseOf).join('; ');
    throw new StackError(`not in time: ${what}, but: ${cases}`, { cause: error });
  });
  signal.throwIfAborted();
  program.assertRuns();
}

function sourceRecords({ sources }: ForeignLibrary): KafkaRecord[] {
  const ends = new Map<string, number>();
  return sources.map(({ topic, key, value, case: title }, index) => {
    const offset = ends.get(topic) ?? 0;
    ends.set(topic, offset + 1);
    const named = title === undefined ? [] : [[CASE_HEADER, Buffer.from(title)] as const];
    return {
      topic,
      partition: SOURCE_PARTITION,
      offset,
      timestamp: FIRST_TIMESTAMP + index,
      key,
      value,
      headers: [...named, ['trace', Buffer.from([0xff, 0x00, 0x01])]],
    };
  });
}

async function readAll(broker: string, topics: readonly string[]): Promise<KafkaRecord[]> {
  const records: KafkaRecord[] = [];
  for (const topic of topics) records.push(...(await readWithJava(broker, topic)));
  return records;
}

/** By the command that an operator has. */
async function redrive(
  { topic, partition, offset }: KafkaRecord,
  { topic: target, again }: ForeignSource,
  { broker, folder }: Surroundings,
): Promise<void> {
  const words = ['dead-letters', 'redrive', topic, '--at', `${partition}:${offset}`];
  if (again?.value !== undefined) {
    const file = join(folder, 'value');
    writeFileSync(file, again.value);
    words.push('--value-file', file);
  }
  const { code, output } = await runCommand(
    process.execPath,
    [join(PROJECT_FOLDER, 'dist', 'cli', 'main.js'), ...words, '--to', target, '--yes'],
    { environment: { ...process.env, ...COMMAND_SETTINGS, KAFKA_BROKERS: broker } },
  );
  if (code !== 0) throw new StackError(`${words.join(' ')} ended with ${code}:\n${output}`);
}
