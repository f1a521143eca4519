import { CrashLedger, CRASHES_ALONE } from './crash-ledger.js';
import type { JournaledRecord } from './journal-line.js';

const recordAt = (offset: number, other: Partial<JournaledRecord> = {}): JournaledRecord => ({
  groupId: 'g',
  topic: 't',
  partition: 0,
  offset,
  timestamp: 1,
  ...other,
});

/** Crashes with these in flight. */
function crash(ledger: CrashLedger, ...records: readonly JournaledRecord[]): void {
  records.forEach((record, flight) => ledger.apply({ kind: 'started', flight, record }));
  ledger.crash();
}

describe('records in flight at a crash', () => {
  it('are suspects, and nothing else is', () => {
    const ledger = new CrashLedger();
    ledger.apply({ kind: 'started', flight: 1, record: recordAt(1) });
    ledger.apply({ kind: 'started', flight: 2, record: recordAt(2) });
    ledger.apply({ kind: 'ended', flight: 1 });
    expect(ledger.verdictOn(recordAt(2))).toBe('ordinary');
    ledger.crash();
    expect([1, 2, 3].map((offset) => ledger.verdictOn(recordAt(offset)))).toEqual([
      'ordinary',
      'alone',
      'ordinary',
    ]);
  });

  it('are told from the record of another group, and from another record at the same place', () => {
    const ledger = new CrashLedger();
    crash(ledger, recordAt(1));
    for (const other of [{ groupId: 'h' }, { timestamp: 2 }, { partition: 1 }, { topic: 'u' }])
      expect(ledger.verdictOn(recordAt(1, other))).toBe('ordinary');
  });

  it('are never rejected however often they were in flight beside others', () => {
    const ledger = new CrashLedger();
    for (let time = 0; time < 10; time += 1) crash(ledger, recordAt(1), recordAt(2));
    expect(ledger.verdictOn(recordAt(1))).toBe('alone');
  });

  it('are rejected after three crashes at which nothing else was in flight', () => {
    const ledger = new CrashLedger();
    crash(ledger, recordAt(1), recordAt(2));
    for (let time = 1; time < CRASHES_ALONE; time += 1) crash(ledger, recordAt(1));
    expect(ledger.verdictOn(recordAt(1))).toBe('alone');
    crash(ledger, recordAt(1));
    expect(ledger.verdictOn(recordAt(1))).toBe('rejected');
  });

  it('are forgotten as soon as they settle', () => {
    const ledger = new CrashLedger();
    for (let time = 1; time < CRASHES_ALONE; time += 1) crash(ledger, recordAt(1));
    ledger.apply({ kind: 'cleared', record: recordAt(1) });
    expect(ledger.hasSuspects).toBe(false);
    crash(ledger, recordAt(1));
    expect(ledger.verdictOn(recordAt(1))).toBe('alone');
  });

  it('are no suspects when the process was being stopped', () => {
    const ledger = new CrashLedger();
    crash(ledger, recordAt(1));
    ledger.apply({ kind: 'started', flight: 1, record: recordAt(2) });
    ledger.close();
    expect(ledger.crash()).toEqual([]);
    expect(ledger.verdictOn(recordAt(2))).toBe('ordinary');
    expect(ledger.verdictOn(recordAt(1))).toBe('alone');
  });

  it('are kept to 10,000, the newest', () => {
    const ledger = new CrashLedger();
    for (let offset = 0; offset <= 10_000; offset += 1)
      ledger.apply({ kind: 'suspected', crashesAlone: 0, record: recordAt(offset) });
    expect([0, 1, 10_000].map((offset) => ledger.verdictOn(recordAt(offset)))).toEqual([
      'ordinary',
      'alone',
      'alone',
    ]);
  });
});

describe('the shortest journal', () => {
  it('says the same as the long one', () => {
    const ledger = new CrashLedger();
    crash(ledger, recordAt(1), recordAt(2));
    crash(ledger, recordAt(1));
    ledger.apply({ kind: 'cleared', record: recordAt(2) });
    for (let flight = 0; flight < 100; flight += 1) {
      ledger.apply({ kind: 'started', flight, record: recordAt(100 + flight) });
      if (flight < 99) ledger.apply({ kind: 'ended', flight });
    }
    const lines = [...ledger.lines()];
    expect(lines).toEqual([
      { kind: 'suspected', crashesAlone: 1, record: recordAt(1) },
      { kind: 'started', flight: 99, record: recordAt(199) },
    ]);
    expect([...CrashLedger.replay(lines).lines()]).toEqual(lines);
  });
});
