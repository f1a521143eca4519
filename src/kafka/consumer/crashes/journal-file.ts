import { closeSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { JOURNAL_HEADING, encodeLine, readLines, type JournalLine } from './journal-line.js';

const REWRITTEN_FROM_BYTES = 1024 * 1024;

/**
 * The file of a crash journal. What was appended outlives the process however it ends, because it is handed to the
 * operating system before the call returns; it does not outlive the machine. Past 1 MiB, or twice what it holds at
 * least, it is to be rewritten.
 */
export class JournalFile {
  private descriptor: number | undefined;
  private bytes = 0;
  private limit = REWRITTEN_FROM_BYTES;

  constructor(private readonly path: string) {}

  /** Undefined when the file holds something else. Throws what the file system says. */
  read(): JournalLine[] | undefined {
    const text = this.text();
    if (text === '') return [];
    return text.startsWith(JOURNAL_HEADING) ? readLines(text) : undefined;
  }

  get isLarge(): boolean {
    return this.bytes > this.limit;
  }

  append(text: string): void {
    this.bytes += text.length;
    writeSync(this.descriptor!, text);
  }

  /** Afterwards it holds these lines alone. A process that dies meanwhile leaves the old file or the new one. */
  rewrite(lines: Iterable<JournalLine>): void {
    const text = JOURNAL_HEADING + [...lines].map(encodeLine).join('');
    const next = `${this.path}.next`;
    writeFileSync(next, text);
    renameSync(next, this.path);
    this.close();
    this.descriptor = openSync(this.path, 'a');
    this.bytes = text.length;
    this.limit = Math.max(REWRITTEN_FROM_BYTES, 2 * text.length);
  }

  close(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor);
    this.descriptor = undefined;
  }

  private text(): string {
    try {
      return readFileSync(this.path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
      throw error;
    }
  }
}
