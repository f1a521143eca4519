import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import type { Execution } from '../checker/history.js';

const CHUNK_BYTES = 1024 * 1024;
const KINDS: Readonly<Record<string, Execution['kind']>> = { S: 'start', E: 'end', F: 'fail' };

/** What one process did, read from its effect log a chunk at a time. A torn last line is left out. */
export class EffectLog implements Iterable<Execution> {
  constructor(
    private readonly file: string,
    private readonly member: number,
    private readonly topic: string,
  ) {}

  *[Symbol.iterator](): Generator<Execution> {
    for (const line of linesOf(this.file)) {
      const [event, at, partition, offset, attempt, , topic] = line.split(' ');
      const kind = KINDS[event!];
      if (kind === undefined || topic !== this.topic) continue;
      yield {
        kind,
        member: this.member,
        at: Number(at),
        partition: Number(partition),
        offset: Number(offset),
        attempt: Number(attempt),
      };
    }
  }
}

function* linesOf(file: string): Generator<string> {
  if (!existsSync(file)) return; // it ended before it opened its log
  const descriptor = openSync(file, 'r');
  try {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    let rest = '';
    for (;;) {
      const read = readSync(descriptor, chunk, 0, CHUNK_BYTES, null);
      if (read === 0) return;
      const lines = (rest + chunk.toString('latin1', 0, read)).split('\n');
      rest = lines.pop()!;
      yield* lines;
    }
  } finally {
    closeSync(descriptor);
  }
}
