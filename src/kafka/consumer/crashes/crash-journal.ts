import { Logger } from '@nestjs/common';
import { ConfigurationError } from '../../../config/index.js';
import { CrashLedger, type CrashVerdict } from './crash-ledger.js';
import { JournalFile } from './journal-file.js';
import { encodeLine, type JournaledRecord, type JournalLine } from './journal-line.js';
import { JournalLock } from './journal-lock.js';

const NAMED_RECORDS = 10;

/**
 * Remembers over the death of the process which records were with their handlers. A start is written before it is
 * answered, ends with the next start or at the end of the event loop's turn. A disk that refuses a write ends the
 * journal, said once, and nothing else.
 */
export class CrashJournal {
  private readonly logger = new Logger(CrashJournal.name);
  private ended = '';
  private lastFlight = 0;
  private isOpen = true;

  private constructor(
    private readonly file: JournalFile,
    private readonly lock: JournalLock,
    private readonly ledger: CrashLedger,
  ) {}

  /** Throws a `ConfigurationError` when the file cannot be used, or another process uses it. */
  static open(path: string): CrashJournal {
    let lock: JournalLock | string | undefined;
    try {
      lock = JournalLock.acquire(`${path}.lock`);
      if (typeof lock === 'string')
        throw refusal(`a file of its own for each process; ${lock} uses it`);
      return CrashJournal.readAnew(new JournalFile(path), lock);
    } catch (error) {
      if (lock instanceof JournalLock) lock.release();
      if (error instanceof ConfigurationError) throw error;
      throw refusal(`a file that can be read and written (${(error as Error).message})`);
    }
  }

  private static readAnew(file: JournalFile, lock: JournalLock): CrashJournal {
    const lines = file.read();
    if (lines === undefined) throw refusal('a crash journal, or a file that does not exist yet');
    const journal = new CrashJournal(file, lock, CrashLedger.replay(lines));
    journal.sayCrash();
    file.rewrite(journal.ledger.lines());
    return journal;
  }

  verdictOn(record: JournaledRecord): CrashVerdict {
    return this.ledger.verdictOn(record);
  }

  /** The number of the flight. */
  started(record: JournaledRecord): number {
    this.lastFlight += 1;
    this.write({ kind: 'started', flight: this.lastFlight, record });
    return this.lastFlight;
  }

  flightEnded(flight: number): void {
    this.writeLater({ kind: 'ended', flight });
  }

  /** It did not kill the process: what was suspected of it is forgotten. */
  settled(record: JournaledRecord): void {
    if (this.ledger.isSuspect(record)) this.writeLater({ kind: 'cleared', record });
  }

  /** Whatever ends the process from here on is no crash: a stop that runs out of time is not the records' doing. */
  close(): void {
    if (!this.isOpen) return;
    this.ledger.close();
    this.guarded(() => this.file.rewrite(this.ledger.lines()));
    this.end();
  }

  private write(line: JournalLine): void {
    if (!this.isOpen) return;
    this.ledger.apply(line);
    const text = this.ended + encodeLine(line);
    this.ended = '';
    this.guarded(() => {
      this.file.append(text);
      if (this.file.isLarge) this.file.rewrite(this.ledger.lines());
    });
  }

  private writeLater(line: JournalLine): void {
    if (!this.isOpen) return;
    this.ledger.apply(line);
    if (this.ended === '') setImmediate(() => this.flush());
    this.ended += encodeLine(line);
  }

  private flush(): void {
    if (!this.isOpen || this.ended === '') return;
    const text = this.ended;
    this.ended = '';
    this.guarded(() => this.file.append(text));
  }

  private guarded(write: () => void): void {
    try {
      write();
    } catch (error) {
      this.logger.error('the crash journal cannot be written and is off until the restart', error);
      this.end();
    }
  }

  private end(): void {
    this.isOpen = false;
    this.file.close();
    this.lock.release();
  }

  private sayCrash(): void {
    const suspects = this.ledger.crash();
    if (suspects.length === 0) return;
    const named = suspects.slice(0, NAMED_RECORDS).map(({ record, crashesAlone }) => {
      const { groupId, topic, partition, offset } = record;
      return { groupId, topic, partition, offset, crashesAlone };
    });
    this.logger.warn('the process died with records in flight: each runs alone now', {
      records: suspects.length,
      first: named,
    });
  }
}

function refusal(expected: string): ConfigurationError {
  return new ConfigurationError([{ key: 'KAFKA_CRASH_JOURNAL', expected }]);
}
