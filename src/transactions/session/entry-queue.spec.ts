import fc from 'fast-check';
import type { OutgoingRecord } from '../../record/index.js';
import { EntryQueue } from './entry-queue.js';
import { QueuedEntry } from './queued-entry.js';

const LIMITS = { maxRecords: 4, maxBytes: 1_000 };
const TOPICS = ['a', 'b'] as const;

function entryOf(sequence: number, laneKey: string | null, topic: string): QueuedEntry {
  const record: OutgoingRecord = {
    topic,
    key: null,
    value: Buffer.alloc(10),
    headers: [],
    timestamp: 0,
  };
  return new QueuedEntry(
    {
      sequence,
      offset: sequence,
      laneKey,
      publications: [{ forms: [() => record] }],
      settled: () => undefined,
      refused: () => Promise.resolve(false),
    },
    0,
  );
}

const waitUntil = (until: number) => ({ dependency: 'd', detail: '', until, failures: 1 });
const sequencesOf = (entries: readonly QueuedEntry[]): number[] =>
  entries.map(({ entry }) => entry.sequence);

describe('EntryQueue', () => {
  it('gives entries in their order, as many as one transaction takes', () => {
    const queue = new EntryQueue();
    for (let sequence = 0; sequence < 6; sequence += 1) queue.add(entryOf(sequence, null, 'a'));
    expect(sequencesOf(queue.take(0, LIMITS))).toEqual([0, 1, 2, 3]);
    expect(sequencesOf(queue.take(0, LIMITS))).toEqual([4, 5]);
  });

  it('gives no more bytes than one transaction takes, and one entry at least', () => {
    const queue = new EntryQueue();
    for (let sequence = 0; sequence < 3; sequence += 1) queue.add(entryOf(sequence, null, 'a'));
    expect(sequencesOf(queue.take(0, { ...LIMITS, maxBytes: 15 }))).toEqual([0, 1]);
    expect(sequencesOf(queue.take(0, { ...LIMITS, maxBytes: 1 }))).toEqual([2]);
  });

  it('keeps an entry that was put back before those of its lane that are held for another reason', () => {
    const queue = new EntryQueue();
    queue.add(entryOf(0, 'k', 'a'));
    queue.add(entryOf(1, 'k', 'b'));
    queue.topicFails('b', waitUntil(100));
    const first = queue.take(0, LIMITS);
    expect(sequencesOf(first)).toEqual([0]);
    queue.putBack(first);
    expect(sequencesOf(queue.take(0, LIMITS))).toEqual([0]);
    expect(sequencesOf(queue.take(100, LIMITS))).toEqual([1]);
  });

  it('tries what waits again when its time has come, alone, and not before those of its lane', () => {
    const queue = new EntryQueue();
    queue.topicFails('a', waitUntil(100));
    queue.add(entryOf(0, 'k', 'a'));
    queue.add(entryOf(1, 'k', 'b'));
    queue.add(entryOf(2, null, 'b'));
    expect(sequencesOf(queue.take(0, LIMITS))).toEqual([2]);
    expect([queue.size, queue.nextProbeAt]).toEqual([2, 100]);
    expect(sequencesOf(queue.take(100, LIMITS))).toEqual([0]);
    queue.release(['a']);
    expect(sequencesOf(queue.take(100, LIMITS))).toEqual([1]);
  });

  it('loses nothing, repeats nothing and keeps every lane in order, whatever is aborted or refused', () => {
    const entries = fc.array(
      fc.tuple(fc.constantFrom('k', 'l', null), fc.constantFrom(...TOPICS)),
      { minLength: 1, maxLength: 40 },
    );
    const rounds = fc.array(fc.tuple(fc.constantFrom('commit', 'abort', 'refuse'), fc.nat(5)), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(entries, rounds, (submissions, steps) => {
        const queue = new EntryQueue();
        const committed: QueuedEntry[] = [];
        let next = 0;
        let now = 0;
        const round = (end: string): void => {
          const taken = queue.take(now, LIMITS);
          if (end === 'commit') {
            committed.push(...taken);
            const topics = taken.flatMap((entry) => entry.topics);
            if (topics.some((topic) => queue.waitOf(topic) !== undefined)) queue.release(topics);
            return;
          }
          queue.putBack(taken);
          if (end === 'refuse' && taken[0] !== undefined)
            queue.topicFails(taken[0].topics[0]!, waitUntil(now + 3));
        };
        for (const [end, submitted] of steps) {
          for (let count = 0; count < submitted && next < submissions.length; count += 1) {
            const [lane, topic] = submissions[next]!;
            queue.add(entryOf(next, lane, topic));
            next += 1;
          }
          now += 1;
          round(end);
        }
        for (let rest = 0; rest < 200; rest += 1) {
          now += 10;
          round('commit');
        }
        const sequences = sequencesOf(committed);
        expect([...sequences].sort((left, right) => left - right)).toEqual([
          ...Array.from({ length: next }).keys(),
        ]);
        for (const lane of ['k', 'l']) {
          const own = sequencesOf(committed.filter(({ entry }) => entry.laneKey === lane));
          expect(own).toEqual([...own].sort((left, right) => left - right));
        }
      }),
      { numRuns: 300 },
    );
  });
});
