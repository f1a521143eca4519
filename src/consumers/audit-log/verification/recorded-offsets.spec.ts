import fc from 'fast-check';
import type { TopicReaderClient } from '../../../kafka/index.js';
import type { AuditLogReader } from '../persistence/index.js';
import { AuditReport } from './audit-report.js';
import { RecordedOffsets } from './recorded-offsets.js';

const CHAIN = { topic: 'events', partition: 2 };

interface Situation {
  readonly committed: number;
  /** Offsets that stand in the log, ascending. */
  readonly recorded?: readonly number[];
  readonly elsewhere?: readonly number[];
  /** Offsets at which the topic has a record; others are markers, or aborted, or compacted. */
  readonly inTopic?: readonly number[];
  readonly start?: number;
  readonly end?: number;
}

async function check(situation: Situation): Promise<AuditReport & { reads: [number, number][] }> {
  const { committed, recorded = [], elsewhere = [], inTopic = [] } = situation;
  const { start = 0, end = committed } = situation;
  const reads: [number, number][] = [];
  const log = {
    async *offsets(_: unknown, below: number) {
      for (const offset of recorded) if (offset < below) yield [offset];
    },
  };
  const reader = {
    async *read({ from, to }: { from: number; to: number }) {
      reads.push([from, to]);
      yield inTopic
        .filter((offset) => offset >= Math.max(from, start) && offset < Math.min(to, end))
        .map((offset) => ({ offset }));
    },
  };
  const report = new AuditReport();
  const bounds = { partition: CHAIN.partition, start, end };
  const options = { chain: CHAIN, committed, bounds, elsewhere, report };
  await new RecordedOffsets({
    ...options,
    log: log as unknown as AuditLogReader,
    reader: reader as unknown as TopicReaderClient,
  }).check();
  return Object.assign(report, { reads });
}

const missingIn = ({ findings }: AuditReport): number[] =>
  findings.map(({ offset }) => Number(offset));

const upTo = (count: number): number[] => [...Array(count).keys()];

describe('a committed offset', () => {
  it('that stands in the log or was settled elsewhere needs no look at the topic', async () => {
    const report = await check({ committed: 5, recorded: [0, 1, 3], elsewhere: [2, 4] });
    expect([report.reads, missingIn(report), report.unchecked]).toEqual([[], [], []]);
  });

  it('at which the topic has no record is explained', async () => {
    const report = await check({ committed: 6, recorded: [0, 2, 4], inTopic: [0, 2, 4] });
    expect(missingIn(report)).toEqual([]);
    expect(report.isConsistent).toBe(true);
  });

  it('at which the topic has a record is a finding when nothing else has it', async () => {
    const report = await check({ committed: 9, recorded: upTo(6), inTopic: upTo(9) });
    expect(missingIn(report)).toEqual([6, 7, 8]);
    expect(report.findings[0]).toMatchObject({ ...CHAIN, kind: 'not recorded', offset: 6n });
  });

  it('that the topic no longer has, or never had, is said to be unchecked', async () => {
    const report = await check({
      committed: 12,
      recorded: [5, 6, 7],
      start: 4,
      end: 10,
      inTopic: [],
    });
    expect(report.isConsistent).toBe(true);
    expect(report.unchecked).toEqual([{ ...CHAIN, offsets: 6, first: 0, last: 11 }]);
  });

  it('is looked for together with others near by, and apart from those far away', async () => {
    const recorded = upTo(5_000).filter((offset) => ![10, 20, 4_000].includes(offset));
    const { reads } = await check({ committed: 5_000, recorded });
    expect(reads).toEqual([
      [10, 21],
      [4_000, 4_001],
    ]);
  });

  it('is a finding exactly when its record is in the topic and nowhere else', async () => {
    const offsets = fc.uniqueArray(fc.nat({ max: 80 }));
    const ascending = (all: number[]): number[] => all.sort((left, right) => left - right);
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(offsets, offsets, offsets, fc.nat({ max: 80 }), fc.nat({ max: 80 })),
        async ([first, second, third, committed, start]) => {
          const [recorded, elsewhere, inTopic] = [first, second, third].map(ascending);
          const report = await check({ committed, recorded, elsewhere, inTopic, start });
          const expected = upTo(committed).filter(
            (offset) =>
              offset >= start &&
              inTopic!.includes(offset) &&
              !recorded!.includes(offset) &&
              !elsewhere!.includes(offset),
          );
          expect(missingIn(report)).toEqual(expected);
        },
      ),
    );
  });
});

describe('a report', () => {
  it('keeps a thousand findings and counts the others', async () => {
    const report = await check({ committed: 1_234, inTopic: upTo(1_234) });
    expect([report.findings.length, report.findingsLeftOut]).toEqual([1_000, 234]);
  });
});
