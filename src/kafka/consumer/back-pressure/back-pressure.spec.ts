import { BufferBudget } from './buffer-budget.js';
import { shouldBePaused } from './partition-pressure.policy.js';

const limits = { window: 100, groupRecords: 400, groupBytes: 4_000, aheadBytes: 4_096 };
const load = { isPaused: false, depth: 0, bufferedRecords: 0, bufferedBytes: 0, aheadBytes: 0 };

describe('shouldBePaused', () => {
  it('lets a partition fetch below its limits', () => {
    expect(
      shouldBePaused(
        { ...load, depth: 99, bufferedRecords: 99, bufferedBytes: 999, aheadBytes: 3_071 },
        limits,
      ),
    ).toBe(false);
  });

  it.each([
    ['its window is full, settled records included', { depth: 100 }],
    ['its waiting records take a quarter of the buffer', { bufferedRecords: 100 }],
    ['its waiting bytes take a quarter of the buffer', { bufferedBytes: 1_000 }],
    ['what is settled ahead takes three quarters of a commit', { aheadBytes: 3_072 }],
  ])('pauses a partition when %s', (_why, part) => {
    expect(shouldBePaused({ ...load, ...part }, limits)).toBe(true);
  });

  it('resumes only when there is room again, not at the first settlement', () => {
    expect(shouldBePaused({ ...load, isPaused: true, depth: 99 }, limits)).toBe(true);
    expect(shouldBePaused({ ...load, isPaused: true, depth: 74 }, limits)).toBe(false);
    expect(shouldBePaused({ ...load, isPaused: true, aheadBytes: 3_071 }, limits)).toBe(true);
    expect(shouldBePaused({ ...load, isPaused: true, aheadBytes: 2_303 }, limits)).toBe(false);
  });
});

describe('BufferBudget', () => {
  it('is full by records or by bytes', () => {
    const budget = new BufferBudget(10, 1_000);
    budget.add(10, 1);
    expect(budget.isFull).toBe(true);
    budget.remove(5, 0);
    expect(budget.isFull).toBe(false);
    budget.add(1, 999);
    expect(budget.isFull).toBe(true);
  });

  it('lets fetching go on when a tenth of it is free', async () => {
    const budget = new BufferBudget(10, 1_000);
    budget.add(10, 0);
    const held: string[] = [];
    const released = budget.untilLow().then(() => held.push('released'));
    held.push('still full');
    budget.remove(1, 0);
    await released;
    expect(held).toEqual(['still full', 'released']);
  });
});
