import { deliveryOf } from '../../../test/support/deliveries.js';
import { DONE, type BatchedResult, type Outlook } from '../../record/index.js';
import { BatchMember, type BatchedDelivery } from './batch-member.js';
import { BatchRun, type BatchRunOptions } from './batch-run.js';

const LET_GO = new Error('let go');

function memberOf(offset: number): BatchMember {
  const delivery: BatchedDelivery = {
    ...deliveryOf({ record: { offset } }),
    isSpokenFor: false,
    join: () => undefined,
    attend: (handle) => handle(),
    abandoned: () => LET_GO,
  };
  const renew = () => Promise.resolve(offset);
  const run = () => Promise.resolve();
  return new BatchMember({ delivery, payload: offset, renew, company: undefined, run });
}

interface Case extends Partial<Omit<BatchRunOptions, 'call' | 'outlook'>> {
  readonly size: number;
  /** Throws, or gives an error for one of them. */
  readonly handle: (offsets: readonly number[], runs: number) => ReadonlyMap<number, Error> | void;
  readonly outlook?: (error: Error, offset: number) => Partial<Outlook>;
}

async function run({ size, handle, outlook, isAtomic = true, mayGoOn = () => true }: Case) {
  const members = Array.from({ length: size }, (_, offset) => memberOf(offset));
  const runs: number[][] = [];
  const ends = members.map(({ ended }) =>
    ended.then(
      ({ kind }) => kind,
      (error: Error) => error.message,
    ),
  );
  const call = (part: readonly BatchMember[]): Promise<BatchedResult[]> => {
    const offsets = part.map(({ delivery }) => delivery.record.offset);
    runs.push(offsets);
    return Promise.resolve().then(() => {
      const failed = handle(offsets, runs.length);
      return offsets.map((offset) => {
        const error = failed?.get(offset);
        return error === undefined ? { outcome: DONE } : { error };
      });
    });
  };
  const judge: BatchRunOptions['outlook'] = ({ record }, error) => ({
    concerns: 'record',
    isLast: false,
    ...outlook?.(error as Error, record.offset),
  });
  await new BatchRun(members, { call, isAtomic, mayGoOn, outlook: judge }).run();
  const companies = members.map(({ company }) => company?.awaited);
  return { runs, ends: await Promise.all(ends), companies, members };
}

const throwing =
  (...bad: number[]) =>
  (offsets: readonly number[]): void => {
    if (offsets.some((offset) => bad.includes(offset))) throw new Error('bad');
  };

describe('a batch that returns', () => {
  it('ends each of its records as it says', async () => {
    const failed = new Map([[1, new Error('one')]]);
    const { ends, runs, companies } = await run({ size: 3, handle: () => failed });
    expect(ends).toEqual(['done', 'one', 'done']);
    expect(runs).toHaveLength(1);
    expect(companies).toEqual([undefined, undefined, undefined]);
  });
});

describe('an atomic batch that throws', () => {
  it('is halved until the bad ones stand alone, and all others are done', async () => {
    const { ends, companies } = await run({ size: 8, handle: throwing(2, 7) });
    expect(ends).toEqual(['done', 'done', 'bad', 'done', 'done', 'done', 'done', 'bad']);
    expect(companies[2]).toBe(1);
  });

  it('waits as a whole for what does not answer, with what has not run', async () => {
    const handle = (offsets: readonly number[], runs: number): void => {
      if (runs > 2) throw new Error('away');
      if (offsets.length > 1 && runs === 1) throw new Error('bad');
    };
    const outlook = ({ message }: Error) =>
      message === 'away' ? ({ concerns: 'dependency' } as const) : {};
    const { ends, runs, companies } = await run({ size: 4, handle, outlook });
    expect(runs).toEqual([
      [0, 1, 2, 3],
      [0, 1],
      [2, 3],
    ]);
    expect(ends).toEqual(['done', 'done', 'away', 'away']);
    expect(companies.slice(2)).toEqual([2, 2]);
  });

  it('is tried again as a whole when transactions met, and narrowed only when that was the last time', async () => {
    let isLast = false;
    const outlook = () => ({ concerns: 'transaction', isLast }) as const;
    const handle = (offsets: readonly number[]): void => {
      if (offsets.length > 1) throw new Error('deadlock');
    };
    const first = await run({ size: 4, handle, outlook });
    expect(first.runs).toHaveLength(1);
    expect(first.companies).toEqual([4, 4, 4, 4]);
    isLast = true;
    const last = await run({ size: 4, handle, outlook });
    expect(last.ends).toEqual(['done', 'done', 'done', 'done']);
  });

  it('is narrowed no further when record after record fails that may be tried again', async () => {
    const every = Array.from({ length: 64 }, (_, offset) => offset);
    const { runs, ends, companies } = await run({ size: 64, handle: throwing(...every) });
    expect(runs.length).toBeLessThan(20);
    expect(ends).toEqual(every.map(() => 'bad'));
    expect(companies.slice(0, 5)).toEqual([1, 1, 1, 1, 1]);
    expect(new Set(companies.slice(5))).toEqual(new Set([59]));
  });

  it('is narrowed to the end when that was the last time', async () => {
    const every = Array.from({ length: 16 }, (_, offset) => offset);
    const outlook = () => ({ isLast: true });
    const { companies } = await run({ size: 16, handle: throwing(...every), outlook });
    expect(companies).toEqual(every.map(() => 1));
  });
});

describe('a batch that throws and is not atomic', () => {
  it('is tried again as a whole, at one time', async () => {
    const { runs, ends, companies, members } = await run({
      size: 3,
      isAtomic: false,
      handle: throwing(1),
    });
    expect(runs).toHaveLength(1);
    expect(ends).toEqual(['bad', 'bad', 'bad']);
    expect(companies).toEqual([3, 3, 3]);
    expect(new Set(members.map(({ delivery }) => delivery.spread)).size).toBe(1);
  });

  it('runs record by record when that was the last time, so that only the bad ones are given up', async () => {
    const { runs, ends } = await run({
      size: 3,
      isAtomic: false,
      handle: throwing(1),
      outlook: () => ({ isLast: true }),
    });
    expect(runs).toEqual([[0, 1, 2], [0], [1], [2]]);
    expect(ends).toEqual(['done', 'bad', 'done']);
  });

  it('parts from those of its records that have attempts left', async () => {
    const { runs, companies } = await run({
      size: 4,
      isAtomic: false,
      handle: throwing(0),
      outlook: (_error, offset) => ({ isLast: offset % 2 === 1 }),
    });
    expect(runs).toEqual([[0, 1, 2, 3], [1], [3]]);
    expect([companies[0], companies[2]]).toEqual([2, 2]);
  });
});

describe('a batch that may not go on', () => {
  it('lets those go that have not run', async () => {
    let runs = 0;
    const { ends } = await run({
      size: 4,
      handle: (offsets) => {
        runs += 1;
        throwing(3)(offsets);
      },
      mayGoOn: () => runs < 2,
    });
    expect(ends).toEqual(['done', 'done', 'let go', 'let go']);
  });
});
