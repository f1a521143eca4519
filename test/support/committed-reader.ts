import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { findJava, provideJars } from '../../stack/kafka/index.mjs';
import type { JavaHeader } from './java-producer.js';

const PROGRAM = join(import.meta.dirname, 'java', 'CommittedReader.java');

/** A record as the Java client showed it. */
export interface CommittedRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly JavaHeader[];
}

/**
 * The Java client as a reader of committed records, in a process of its own, which goes on over outages of the broker.
 * What it was given stands in its file, in that order.
 */
export class CommittedReader {
  private errors = '';

  private constructor(
    private readonly child: ChildProcessWithoutNullStreams,
    private readonly file: string,
  ) {
    child.stderr.on('data', (chunk: Buffer) => (this.errors += chunk.toString()));
    child.stdout.resume();
    child.stdin.on('error', () => undefined);
  }

  static async start(
    broker: string,
    topics: readonly string[],
    file: string,
  ): Promise<CommittedReader> {
    const [{ command }, jars] = await Promise.all([findJava(), provideJars({ tell: () => {} })]);
    const options = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
    const program = ['-cp', jars.join(delimiter), PROGRAM, broker, topics.join(','), file];
    return new CommittedReader(spawn(command, [...options, ...program]), file);
  }

  /** Lets it read up to what is committed now, and gives everything that it was given. */
  async finish(): Promise<CommittedRecord[]> {
    const ended = this.child.exitCode === null ? once(this.child, 'close') : undefined;
    this.child.stdin.end();
    await ended;
    const { exitCode } = this.child;
    if (exitCode !== 0) throw new Error(`a reader ended with ${exitCode}: ${this.errors.trim()}`);
    const records: CommittedRecord[] = [];
    for await (const line of createInterface({ input: createReadStream(this.file) })) {
      records.push(recordFrom(line));
    }
    return records;
  }

  /** Ends it in any case. */
  end(): void {
    this.child.kill('SIGKILL');
  }
}

function recordFrom(line: string): CommittedRecord {
  const { key, value, headers, ...place } = JSON.parse(line) as {
    readonly topic: string;
    readonly partition: number;
    readonly offset: number;
    readonly key: string | null;
    readonly value: string | null;
    readonly headers: readonly (readonly [string, string | null])[];
  };
  return {
    ...place,
    key: bytes(key),
    value: bytes(value),
    headers: headers.map(([name, header]) => [name, bytes(header)]),
  };
}

function bytes(base64: string | null): Buffer | null {
  return base64 === null ? null : Buffer.from(base64, 'base64');
}
