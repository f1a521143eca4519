import { Lease } from './lease.js';
import { PartitionTable } from './partition-table.js';
import { assignRoundRobin } from './round-robin.js';

const assignmentOf = (...partitions: number[]): Map<string, number[]> =>
  new Map([['t', partitions]]);
const names = (partitions: readonly { name: string }[]): string[] =>
  partitions.map(({ name }) => name);

describe('assignRoundRobin', () => {
  it('gives every partition to exactly one member, evenly, and names every member', () => {
    const assignments = assignRoundRobin(
      ['b', 'a', 'c'],
      new Map([
        ['t', [0, 1, 2, 3]],
        ['u', [0]],
      ]),
    );
    expect([...assignments]).toEqual([
      ['a', { t: [0, 3] }],
      ['b', { t: [1], u: [0] }],
      ['c', { t: [2] }],
    ]);
  });

  it('gives an empty assignment to a member that gets nothing', () => {
    const assignments = assignRoundRobin(['a', 'b'], new Map([['t', [0]]]));
    expect(assignments.get('b')).toEqual({});
  });
});

describe('PartitionTable', () => {
  const tableWith = (...partitions: number[]): PartitionTable => {
    const table = new PartitionTable(() => 'key');
    table.assign({ memberId: 'm', generation: 4 }, assignmentOf(...partitions));
    return table;
  };

  it('keeps the ledger of a partition over the very next generation of the same member', () => {
    const table = tableWith(0, 1);
    const before = table.get('t', 1);
    const { retained, added, lost } = table.assign(
      { memberId: 'm', generation: 5 },
      assignmentOf(1, 2),
    );
    expect([names(retained), names(added), names(lost)]).toEqual([['t-1'], ['t-2'], ['t-0']]);
    expect(table.get('t', 1)).toBe(before);
  });

  it.each([
    ['a generation was missed', { memberId: 'm', generation: 6 }],
    ['the member is another one', { memberId: 'n', generation: 5 }],
  ])('drops every ledger when %s', (_why, membership) => {
    const table = tableWith(0);
    const before = table.get('t', 0);
    const { retained, lost } = table.assign(membership, assignmentOf(0));
    expect(retained).toEqual([]);
    expect(lost).toEqual([before]);
    expect(table.get('t', 0)).not.toBe(before);
  });

  it('stamps each new ownership with a higher epoch', () => {
    const table = tableWith(0);
    const first = table.get('t', 0)!.epoch;
    table.assign({ memberId: 'n', generation: 9 }, assignmentOf(0));
    expect(table.get('t', 0)!.epoch).toBeGreaterThan(first);
  });
});

describe('Lease', () => {
  it('is not valid before the first sign of membership', () => {
    expect(new Lease(1_000).isValid).toBe(false);
  });

  it('lasts one session timeout from the last sign', () => {
    let now = 0;
    const lease = new Lease(1_000, () => now);
    lease.renew();
    now = 1_000;
    expect(lease.isValid).toBe(true);
    now = 1_001;
    expect(lease.isValid).toBe(false);
  });
});
