import type { CommandOutput } from '../../config/index.js';
import { oneLine } from '../../observability/index.js';
import { tableLines } from './table.js';

const LINE_LIMIT_BYTES = 16_384;
const PROGRESS_EVERY_MS = 2_000;

/** Where the texts go: the streams of the process, or a spec's own. */
export interface Streams {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly isTerminal: boolean;
}

/** Answers on standard output, everything else on standard error. */
export class TerminalOutput implements CommandOutput {
  private progressAt = -Infinity;
  private isInProgress = false;

  constructor(
    private readonly streams: Streams,
    readonly isJson: boolean,
  ) {}

  json(value: unknown): void {
    this.streams.out(`${JSON.stringify(value, undefined, 2)}\n`);
  }

  line(text: string): void {
    this.streams.out(`${oneLine(text, LINE_LIMIT_BYTES)}\n`);
  }

  table(columns: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
    for (const line of tableLines(columns, rows)) this.streams.out(`${line}\n`);
  }

  note(text: string): void {
    this.streams.err(`${this.isInProgress ? '\n' : ''}${text}\n`);
    this.isInProgress = false;
  }

  progress(text: string): void {
    if (this.streams.isTerminal) {
      this.streams.err(`\r\u001b[K${text}`);
      this.isInProgress = true;
      return;
    }
    const now = performance.now();
    if (now - this.progressAt < PROGRESS_EVERY_MS) return;
    this.progressAt = now;
    this.streams.err(`${text}\n`);
  }
}
