import { topicTraits } from '../../../../test/support/partitions.js';
import { Lease } from './lease.js';
import { PartitionTable } from './partition-table.js';

const assignmentOf = (...partitions: number[]): Map<string, number[]> =>
  new Map([['t', partitions]]);
const names = (partitions: readonly { name: string }[]): string[] =>
  partitions.map(({ name }) => name);

const joined = (
  generation: number,
  continues?: number,
  areClaimsHonoured = true,
  topicId = 'first',
) => ({
  memberId: 'm',
  generation,
  continues,
  areClaimsHonoured,
  topicIds: new Map([['t', topicId]]),
});

describe('PartitionTable', () => {
  const tableWith = (...partitions: number[]): PartitionTable => {
    const table = new PartitionTable((topic) => topicTraits(topic));
    table.assign(joined(4), assignmentOf(...partitions));
    return table;
  };

  it('keeps the ledger of a partition over a generation that goes on from its own', () => {
    const table = tableWith(0, 1);
    const before = table.get('t', 1);
    const { retained, added } = table.assign(joined(5, 4), assignmentOf(1, 2));
    expect([names(retained), names(added)]).toEqual([['t-1'], ['t-2']]);
    expect(table.get('t', 1)).toBe(before);
  });

  it('drains what is to go elsewhere, until it is released', () => {
    const table = tableWith(0, 1);
    const [first] = table.values();
    const { revoked, lost } = table.assign(joined(5, 4), assignmentOf(1));
    expect([names(revoked), names(lost)]).toEqual([['t-0'], []]);
    expect(names(table.claimed())).toEqual(['t-1', 't-0']);
    expect(table.get('t', 0)).toBeUndefined();
    const again = table.assign(joined(6, 5), assignmentOf(1));
    expect([names(again.revoked), names(table.draining())]).toEqual([[], ['t-0']]);
    expect(table.release(first!)).toBe(true);
    expect(names(table.claimed())).toEqual(['t-1']);
  });

  it('takes back with its ledger what comes back before it was released', () => {
    const table = tableWith(0);
    const [partition] = table.values();
    table.assign(joined(5, 4), assignmentOf());
    expect(partition!.isDraining).toBe(true);
    const { retained, reclaimed } = table.assign(joined(6, 5), assignmentOf(0));
    expect([retained, reclaimed]).toEqual([[partition], [partition]]);
    expect(partition!.isDraining).toBe(false);
    expect(table.release(partition!)).toBe(false);
  });

  it('begins anew with every partition of a topic that has another id, and keeps nothing of the old one', () => {
    const table = tableWith(0, 1);
    const before = table.get('t', 1);
    const found = table.assign(joined(5, 4, true, 'second'), assignmentOf(1, 2));
    expect(names(found.retained)).toEqual([]);
    expect([names(found.renewed), names(found.lost)]).toEqual([
      ['t-1', 't-2'],
      ['t-0', 't-1'],
    ]);
    expect(table.get('t', 1)).not.toBe(before);
    const again = table.assign(joined(6, 5, true, 'second'), assignmentOf(1, 2));
    expect([names(again.retained), names(again.renewed)]).toEqual([['t-1', 't-2'], []]);
  });

  it('remembers the id of a topic over the loss of its membership', () => {
    const table = tableWith(0);
    table.clear();
    expect(
      names(table.assign(joined(9, undefined, true, 'second'), assignmentOf(0)).renewed),
    ).toEqual(['t-0']);
  });

  it('takes a topic for the same when the broker does not tell its id', () => {
    const table = tableWith(0);
    const untold = { ...joined(5, 4), topicIds: new Map<string, string>() };
    expect(names(table.assign(untold, assignmentOf(0)).retained)).toEqual(['t-0']);
    expect(names(table.assign(joined(6, 5), assignmentOf(0)).retained)).toEqual(['t-0']);
  });

  it('loses what is to go elsewhere when its leader does not know claims', () => {
    const table = tableWith(0, 1);
    const { revoked, lost } = table.assign(joined(5, 4, false), assignmentOf(1));
    expect([names(revoked), names(lost)]).toEqual([[], ['t-0']]);
  });

  it.each([
    ['a generation was missed', joined(6)],
    ['it goes on from another generation', joined(6, 5)],
    ['the member is another one', { ...joined(5, 4), memberId: 'n' }],
  ])('drops every ledger, draining ones too, when %s', (_why, membership) => {
    const table = tableWith(0, 1);
    if (membership.generation === 6) table.assign(joined(4, 4), assignmentOf(0));
    const before = table.claimed();
    const { retained, lost } = table.assign(membership, assignmentOf(0, 1));
    expect(retained).toEqual([]);
    expect(lost).toEqual(before);
    expect(table.get('t', 0)).not.toBe(before[0]);
  });

  it('stamps each new ownership with a higher epoch', () => {
    const table = tableWith(0);
    const first = table.get('t', 0)!.epoch;
    table.assign({ ...joined(9), memberId: 'n' }, assignmentOf(0));
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
    lease.renew(0);
    now = 1_000;
    expect(lease.isValid).toBe(true);
    now = 1_001;
    expect(lease.isValid).toBe(false);
  });

  it('counts from when the broker was asked, so that an answer read late gives nothing back', () => {
    let now = 0;
    const lease = new Lease(1_000, () => now);
    lease.renew(0);
    now = 5_000;
    lease.renew(100);
    expect(lease.isValid).toBe(false);
    lease.renew(50);
    expect(lease.ageMs).toBe(4_900);
  });
});
