import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { text } from 'node:stream/consumers';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { findJava, provideJars } from '../../stack/kafka/index.mjs';

export type JavaCodec = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';

export type JavaHeader = readonly [name: string, value: Buffer | null];

export interface JavaRecord {
  readonly topic: string;
  /** Chosen by the Java client when absent. */
  readonly partition?: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: readonly JavaHeader[];
  readonly timestamp?: number;
}

export interface JavaReadRecord extends Required<JavaRecord> {
  readonly offset: number;
}

export interface JavaProducerOptions {
  /** A batch is closed at this size; a larger record makes one of its own. */
  readonly batchBytes?: number;
  readonly lingerMs?: number;
  /** More settings of the Java producer. */
  readonly settings?: Readonly<Record<string, string | number>>;
}

export type Availability =
  { readonly isAvailable: true } | { readonly isAvailable: false; readonly reason: string };

const PROGRAMS = join(import.meta.dirname, 'java');

let availability: Promise<Availability> | undefined;

/** Whether this machine can run the programs: they are compiled at each start, which needs a JDK and not only a JRE. */
export function javaProducerAvailable(): Promise<Availability> {
  availability ??= examineJava();
  return availability;
}

async function examineJava(): Promise<Availability> {
  try {
    const { command, version } = await findJava();
    const { stdout } = await promisify(execFile)(command, ['--list-modules']);
    if (stdout.includes('jdk.compiler')) return { isAvailable: true };
    return {
      isAvailable: false,
      reason: `${command} is Java ${version} without a compiler (no JDK)`,
    };
  } catch (error) {
    return { isAvailable: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * Resolves when the broker has acknowledged every record. Records of one partition keep their order. Each call starts
 * a JVM, which takes a second or two: hand over many records at once.
 */
export async function produceWithJava(
  broker: string,
  codec: JavaCodec,
  records: Iterable<JavaRecord>,
  { batchBytes = 16_384, lingerMs = 5, settings = {} }: JavaProducerOptions = {},
): Promise<void> {
  const all = {
    'compression.type': codec,
    'batch.size': batchBytes,
    'linger.ms': lingerMs,
    // The broker's limit holds, not the client's.
    'max.request.size': 100_000_000,
    'buffer.memory': Math.max(batchBytes * 4, 64 * 1024 * 1024),
    ...settings,
  };
  const pairs = Object.entries(all).map(([name, value]) => `${name}=${value}`);
  await runJava('Producer.java', [broker, ...pairs], linesOf(records));
}

/** Everything that the topic holds now, by partition and offset, with each header as the Java client sees it. */
export async function readWithJava(broker: string, topic: string): Promise<JavaReadRecord[]> {
  const lines = await runJava('Consumer.java', [broker, topic], []);
  return lines.map(recordFrom).sort((a, b) => a.partition - b.partition || a.offset - b.offset);
}

/** The group's committed offsets, as Kafka's own tools read them: by the Java admin client. */
export async function committedByJavaTools(
  broker: string,
  groupId: string,
): Promise<{ topic: string; partition: number; offset: number; metadata: string }[]> {
  const lines = await runJava('CommittedOffsets.java', [broker, groupId], []);
  return lines.map((line) => JSON.parse(line));
}

function* linesOf(records: Iterable<JavaRecord>): Generator<string> {
  for (const { topic, partition, key, value, headers = [], timestamp } of records) {
    const encoded = headers.map(([name, bytes]) => [name, base64(bytes)]);
    const line = { topic, partition, key: base64(key), value: base64(value), headers: encoded };
    yield `${JSON.stringify({ ...line, timestamp })}\n`;
  }
}

function recordFrom(line: string): JavaReadRecord {
  const record = JSON.parse(line);
  const headers = record.headers as [string, string | null][];
  return {
    ...record,
    key: bytes(record.key),
    value: bytes(record.value),
    headers: headers.map(([name, value]): JavaHeader => [name, bytes(value)]),
  };
}

/** Runs the program to its end, and returns the lines that it printed. */
async function runJava(
  program: string,
  parameters: readonly string[],
  input: Iterable<string>,
): Promise<string[]> {
  const [{ command }, jars] = await Promise.all([findJava(), provideJars({ tell: () => {} })]);
  const child = spawn(command, [
    ...[
      '-XX:+UseSerialGC',
      '-XX:TieredStopAtLevel=1',
      '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
    ],
    ...['-cp', jars.join(delimiter), join(PROGRAMS, program), ...parameters],
  ]);
  const ended = new Promise<number | string>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'no reason'));
  });
  // Why the program stopped reading is what its exit and its errors say.
  const written = pipeline(Readable.from(input), child.stdin).catch(() => undefined);
  const [errors, lines] = [text(child.stderr), linesIn(child.stdout)];
  const code = await ended;
  await written;
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${(await errors).trim()}`);
  return lines;
}

async function linesIn(output: Readable): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: output })) lines.push(line);
  return lines;
}

function base64(bytes: Buffer | null): string | null {
  return bytes === null ? null : bytes.toString('base64');
}

function bytes(base64: string | null): Buffer | null {
  return base64 === null ? null : Buffer.from(base64, 'base64');
}
