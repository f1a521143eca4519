import { jest } from '@jest/globals';
import { deliveryOf } from '../../../test/support/deliveries.js';
import { DONE } from '../../record/index.js';
import { BatchMember, type BatchedDelivery, type Company } from './batch-member.js';
import { PartitionBatches } from './partition-batches.js';

function setUp({ slots = 1 } = {}) {
  const state = { isOpen: true, isBraked: false, mayMoreCome: true, slots };
  const runs: number[][] = [];
  const ends: (() => void)[] = [];
  const letGo: number[] = [];
  const asking: { take(): boolean }[] = [];
  const pump = (): void => {
    while (state.slots > 0 && asking.length > 0) {
      state.slots -= 1;
      if (!asking.shift()!.take()) state.slots += 1;
    }
  };
  const batches = new PartitionBatches({
    limits: { maxRecords: 3, maxBytes: 1_000, maxWaitMs: 100 },
    isOpen: () => state.isOpen,
    isBraked: () => state.isBraked,
    mayMoreCome: () => state.mayMoreCome,
    askSlot: (taker) => {
      asking.push(taker);
      pump();
    },
    releaseSlot: () => {
      state.slots += 1;
      pump();
    },
    run: (members) => members[0]!.run(members, () => true),
  });
  const run = (members: readonly BatchMember[]): Promise<void> => {
    runs.push(members.map(({ delivery }) => delivery.record.offset));
    return new Promise((resolve) => {
      ends.push(() => {
        for (const member of members) member.succeed(DONE);
        resolve();
      });
    });
  };
  const add = (offset: number, company?: Company): BatchMember => {
    const delivery: BatchedDelivery = {
      ...deliveryOf({ record: { offset } }),
      isSpokenFor: false,
      join: () => undefined,
      attend: (handle) => handle(),
      abandoned: () => {
        letGo.push(offset);
        return new Error('let go');
      },
    };
    const renew = () => Promise.resolve(offset);
    const member = new BatchMember({ delivery, payload: offset, renew, company, run });
    member.ended.catch(() => undefined);
    batches.add(member, member);
    return member;
  };
  const end = async (): Promise<void> => {
    ends.shift()!();
    await pass(0);
  };
  return { batches, state, runs, letGo, add, end, pump };
}

const pass = (milliseconds: number): Promise<void> => jest.advanceTimersByTimeAsync(milliseconds);

describe('the batches of a partition', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('run when they are full', () => {
    const { add, runs } = setUp();
    [1, 2].map((offset) => add(offset));
    expect(runs).toEqual([]);
    add(3);
    expect(runs).toEqual([[1, 2, 3]]);
  });

  it('run when their first record has waited long enough', async () => {
    const { add, runs } = setUp();
    add(1);
    await pass(60);
    add(2);
    await pass(39);
    expect(runs).toEqual([]);
    await pass(1);
    expect(runs).toEqual([[1, 2]]);
  });

  it('are looked at again also when their time passes while they are looked at', async () => {
    const { add, runs } = setUp();
    const times = [0, 99, 100];
    const clock = jest.spyOn(performance, 'now').mockImplementation(() => times.shift() ?? 100);
    add(1);
    clock.mockRestore();
    await pass(200);
    expect(runs).toEqual([[1]]);
  });

  it('run when nothing more can come', () => {
    const { add, runs, state, batches } = setUp();
    add(1);
    state.mayMoreCome = false;
    batches.review();
    expect(runs).toEqual([[1]]);
  });

  it('run one after the other, however many slots are free', async () => {
    const { add, runs, end } = setUp({ slots: 5 });
    [1, 2, 3, 4, 5, 6].map((offset) => add(offset));
    expect(runs).toEqual([[1, 2, 3]]);
    await end();
    expect(runs).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
  });

  it('wait for a slot, and take then what has come meanwhile', () => {
    const { add, runs, state, batches, pump } = setUp({ slots: 0 });
    add(1);
    state.mayMoreCome = false;
    batches.review();
    add(2);
    state.slots = 1;
    pump();
    expect(runs).toEqual([[1, 2]]);
  });

  it('are in the order of offsets: none has a record behind one that is on its way', () => {
    const { add, runs, batches } = setUp();
    const slow = {};
    batches.expect(slow, 1);
    [2, 3, 4].map((offset) => add(offset));
    expect(runs).toEqual([]);
    batches.expectNoMore(slow);
    expect(runs).toEqual([[2, 3, 4]]);
  });

  it('keep those apart that failed as one, until all of them are back', () => {
    const { add, runs } = setUp({ slots: 5 });
    const company = { awaited: 2 };
    add(1, company);
    add(7);
    add(8);
    expect(runs).toEqual([]);
    add(2, company);
    expect(runs).toEqual([[1, 2]]);
  });

  it('wait for those that failed as one no longer than for others', async () => {
    const { add, runs, end } = setUp();
    const company = { awaited: 3 };
    add(1, company);
    add(2, company);
    await pass(100);
    expect(runs).toEqual([[1, 2]]);
    add(3, company);
    await end();
    expect(runs).toEqual([[1, 2], [3]]);
  });

  it('let go what is gathered when their partition starts nothing more', async () => {
    const { add, runs, letGo, state } = setUp();
    [1, 2].map((offset) => add(offset));
    state.isOpen = false;
    await pass(100);
    expect(runs).toEqual([]);
    expect(letGo).toEqual([1, 2]);
  });

  it('let new records go while those of others are held, and run what is tried again', async () => {
    const { add, runs, letGo, state } = setUp();
    add(1);
    state.isBraked = true;
    add(9, { awaited: 1 });
    await pass(100);
    expect(letGo).toEqual([1]);
    expect(runs).toEqual([[9]]);
  });
});
