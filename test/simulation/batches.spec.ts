import { Logger } from '@nestjs/common';
import fc from 'fast-check';
import { runSchedule, type BatchHistory, type BatchSchedule } from './batches/batch-history.js';
import { KINDS, type Kind, type Mode } from './batches/batch-process.js';

const BAD: readonly Kind[] = [
  'undecodable',
  'invalid',
  'returned permanent',
  'thrown permanent',
  'poison',
];

const kind = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Kind>('good') },
  { weight: 1, arbitrary: fc.constantFrom(...KINDS) },
);

const scheduleOf = (mode: Mode, mostIncidents: number): fc.Arbitrary<BatchSchedule> =>
  fc.record({
    mode: fc.constant(mode),
    kinds: fc.array(fc.array(kind, { maxLength: 40 }), { minLength: 2, maxLength: 2 }),
    maxRecords: fc.integer({ min: 1, max: 12 }),
    concurrency: fc.integer({ min: 1, max: 4 }),
    window: fc.integer({ min: 12, max: 60 }),
    fetchSize: fc.integer({ min: 1, max: 20 }),
    incidents: fc.array(
      fc.record({
        call: fc.integer({ min: 1, max: 25 }),
        kind: fc.constantFrom('killed' as const, 'moves' as const),
      }),
      { maxLength: mostIncidents },
    ),
  });

/** What must hold of every history, whatever went wrong. */
function expectComplete({ outside, kindOf, isSettled }: BatchHistory): void {
  const ids = (isBad: boolean) =>
    [...kindOf].flatMap(([id, of]) => (BAD.includes(of) === isBad ? [id] : []));
  const ordered = (found: Iterable<number>) => [...found].sort((left, right) => left - right);
  expect(outside.faults).toEqual([]);
  expect(isSettled).toBe(true);
  expect(ordered(outside.effects.keys())).toEqual(ids(false));
  expect(ordered(outside.letters.keys())).toEqual(ids(true));
}

const repeated = (counts: ReadonlyMap<number, number>) =>
  [...counts].filter(([, count]) => count > 1);

const RUNS = { numRuns: 60 };

beforeAll(() => Logger.overrideLogger(false));

describe('random batches with random bad records', () => {
  it('do every good record once, and every bad one is a dead letter once, where the handler is atomic', async () => {
    await fc.assert(
      fc.asyncProperty(scheduleOf('declared', 0), async (schedule) => {
        const history = await runSchedule(schedule);
        expectComplete(history);
        expect(repeated(history.outside.effects)).toEqual([]);
        expect(repeated(history.outside.letters)).toEqual([]);
      }),
      RUNS,
    );
  });

  it('settle every good record as done, and every bad one is a dead letter once, where it is not', async () => {
    await fc.assert(
      fc.asyncProperty(scheduleOf('plain', 0), async (schedule) => {
        const history = await runSchedule(schedule);
        expectComplete(history);
        expect(repeated(history.outside.letters)).toEqual([]);
        for (const [id, of] of history.kindOf) {
          expect(history.outcomes.get(id)).toBe(BAD.includes(of) ? 'dead-lettered' : 'done');
        }
      }),
      RUNS,
    );
  });

  it('do every good record once over kills and moves, where claims and effects are one', async () => {
    await fc.assert(
      fc.asyncProperty(scheduleOf('claimed', 4), async (schedule) => {
        const history = await runSchedule(schedule);
        expectComplete(history);
        expect(repeated(history.outside.effects)).toEqual([]);
        if (!history.wasKilled) expect(repeated(history.outside.letters)).toEqual([]);
      }),
      RUNS,
    );
  });

  it('lose none over kills and moves, and repeat none that was not under way', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom<Mode>('declared', 'plain').chain((mode) => scheduleOf(mode, 4)),
        async (schedule) => {
          const history = await runSchedule(schedule);
          expectComplete(history);
          if (history.wasKilled) return;
          expect(repeated(history.outside.letters)).toEqual([]);
          if (schedule.mode === 'declared') expect(repeated(history.outside.effects)).toEqual([]);
        },
      ),
      RUNS,
    );
  });
});
