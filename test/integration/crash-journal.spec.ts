import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { jest } from '@jest/globals';
import { ConfigurationError } from '../../src/config/index.js';
import { CrashJournal } from '../../src/kafka/consumer/crashes/crash-journal.js';
import { JournalFile } from '../../src/kafka/consumer/crashes/journal-file.js';

const recordAt = (offset: number) => ({
  groupId: 'g',
  topic: 't',
  partition: 0,
  offset,
  timestamp: 1,
});

describe('the file of a crash journal', () => {
  const folder = mkdtempSync(join(tmpdir(), 'crash-journal-'));
  const opened: CrashJournal[] = [];
  let path: string;
  let count = 0;

  const open = (): CrashJournal => {
    const journal = CrashJournal.open(path);
    opened.push(journal);
    return journal;
  };
  /** As the system leaves it when the process is gone. */
  const crash = (): void => {
    const text = readFileSync(path);
    opened.pop()!.close();
    writeFileSync(path, text);
  };

  beforeAll(() => Logger.overrideLogger(false));
  beforeEach(() => (path = join(folder, `journal-${(count += 1)}`)));
  afterEach(() => {
    for (const journal of opened.splice(0)) journal.close();
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('tells the next process what was in flight when this one was killed', () => {
    const journal = open();
    journal.started(recordAt(1));
    journal.flightEnded(journal.started(recordAt(2)));
    journal.started(recordAt(3));
    crash();
    const next = open();
    const verdicts = [1, 2, 3].map((offset) => next.verdictOn(recordAt(offset)));
    expect(verdicts).toEqual(['alone', 'ordinary', 'alone']);
  });

  it('tells nothing of what was in flight when the process was being stopped', () => {
    const journal = open();
    journal.started(recordAt(1));
    journal.close();
    expect(open().verdictOn(recordAt(1))).toBe('ordinary');
  });

  it('rejects a record after three crashes alone, and keeps that until it has settled', () => {
    for (let time = 0; time < 3; time += 1) {
      open().started(recordAt(1));
      crash();
    }
    open().close();
    const journal = open();
    expect(journal.verdictOn(recordAt(1))).toBe('rejected');
    journal.settled(recordAt(1));
    journal.close();
    expect(open().verdictOn(recordAt(1))).toBe('ordinary');
  });

  it('is read although its last line was cut off and another one is damaged', () => {
    open().started(recordAt(1));
    appendFileSync(path, 'damage\n+ 2 ["g","t",0,');
    crash();
    expect(open().verdictOn(recordAt(1))).toBe('alone');
  });

  it('stays small however many records pass through it', () => {
    const journal = open();
    journal.started(recordAt(0));
    let largest = 0;
    for (let offset = 1; offset <= 50_000; offset += 1) {
      journal.flightEnded(journal.started(recordAt(offset)));
      if (offset % 1_000 === 0) largest = Math.max(largest, statSync(path).size);
    }
    expect(largest).toBeGreaterThan(512 * 1024);
    expect(largest).toBeLessThan(1.1 * 1024 * 1024);
    crash();
    expect(open().verdictOn(recordAt(0))).toBe('alone');
  });

  it('is refused to a second process while the first one lives, with the key named', () => {
    open();
    expect(open).toThrow(ConfigurationError);
    expect(open).toThrow(/KAFKA_CRASH_JOURNAL: a file of its own for each process; process \d+ on/);
  });

  it('is taken over from a process that is gone, also when its number is in use again', () => {
    const lock = (holder: object): void => writeFileSync(`${path}.lock`, JSON.stringify(holder));
    lock({ host: hostname(), pid: process.pid, began: 'earlier' });
    open().close();
    lock({ host: hostname(), pid: 2 ** 30, began: '' });
    open();
  });

  it('is refused while another host refreshes its lock, and taken over once it does not', () => {
    const lock = `${path}.lock`;
    writeFileSync(lock, JSON.stringify({ host: 'another', pid: 1, began: '' }));
    expect(open).toThrow(/process 1 on another uses it/);
    const past = new Date(Date.now() - 120_000);
    utimesSync(lock, past, past);
    open();
  });

  it.each(['another program’s text\n', '{"a":1}'])('is refused when it holds %j', (text) => {
    writeFileSync(path, text);
    expect(open).toThrow(/KAFKA_CRASH_JOURNAL: a crash journal, or a file that does not exist yet/);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('goes off when a write fails, and nothing throws', () => {
    const journal = open();
    const full = jest.spyOn(JournalFile.prototype, 'append').mockImplementation(() => {
      throw new Error('ENOSPC');
    });
    journal.started(recordAt(1));
    journal.started(recordAt(2));
    expect(full).toHaveBeenCalledTimes(1);
    full.mockRestore();
    expect(journal.verdictOn(recordAt(1))).toBe('ordinary');
  });

  it('is refused where it cannot be written', () => {
    path = join(folder, 'no', 'such', 'folder');
    expect(open).toThrow(/KAFKA_CRASH_JOURNAL: a file that can be read and written/);
  });
});
