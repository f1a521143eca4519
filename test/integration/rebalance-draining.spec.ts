import { eventually } from '../support/eventually.js';
import { GroupOfMembers } from '../support/group-of-members.js';

const PARTITIONS = 4;
const ALL = [0, 1, 2, 3];
const NO_FAULTS = { twice: [], missing: 0, overlaps: [], disorder: [] };

/** A member alone with all partitions, each with a handler that waits and a record of the same key behind it. */
async function withBusyMember(): Promise<GroupOfMembers> {
  const members = await GroupOfMembers.create(PARTITIONS);
  members.shut(...ALL);
  await members.join('first');
  await eventually(async () => (await members.owned('first')).length === 4, 'it has all');
  for (const partition of ALL) await members.publish(partition, ['slow', 'slow']);
  await eventually(async () => {
    const { records } = await members.report('first');
    return records.inFlight === 4 && records.buffered === 4;
  }, 'each partition has one that runs and one that waits');
  return members;
}

describe('partitions that are to go to a member that joins', () => {
  let members: GroupOfMembers;
  let kept: readonly number[];
  let moving: readonly number[];

  beforeAll(async () => {
    members = await withBusyMember();
    await members.join('second');
    await eventually(async () => (await members.owned('first')).length === 2, 'two are taken');
    kept = await members.owned('first');
    moving = ALL.filter((partition) => !kept.includes(partition));
  });
  afterAll(() => members.close());

  it('stay where they are while their handlers run', async () => {
    const { drainingPartitions } = await members.report('first');
    expect(drainingPartitions).toHaveLength(2);
    expect(await members.owned('second')).toEqual([]);
  });

  it('delay none of the others: those go on meanwhile', async () => {
    const numbers = await members.publish(kept[0]!, ['other', 'another']);
    members.open(kept[0]!);
    await eventually(
      () => numbers.every((each) => members.ended.some(({ number }) => number === each)),
      'new records of a kept partition are handled',
    );
    expect((await members.report('first')).drainingPartitions).toHaveLength(2);
  });

  it('move one by one, each when its own handlers have ended and not before', async () => {
    members.open(moving[0]!);
    await eventually(
      async () => (await members.owned('second')).join() === `${moving[0]}`,
      'the one that has ended has moved',
    );
    expect((await members.report('first')).drainingPartitions).toHaveLength(1);
    expect(members.startedIn(moving[1]!)).toHaveLength(1);
    members.open(moving[1]!);
    await eventually(async () => (await members.owned('second')).length === 2, 'both have moved');
  });

  it('go on there with the next record of the key, and nothing is handled twice', async () => {
    members.open(...ALL);
    await members.allCommitted();
    for (const partition of moving) {
      const handlers = members.startedIn(partition).map(({ member }) => member);
      expect(handlers).toEqual(['first', 'second']);
    }
    expect(await members.faults()).toEqual(NO_FAULTS);
  });
});

describe('partitions that come back before they were given up', () => {
  let members: GroupOfMembers;

  beforeAll(async () => {
    members = await withBusyMember();
  });
  afterAll(() => members.close());

  it('go on with what waited in them, once and in order', async () => {
    await members.join('second');
    await eventually(async () => {
      const { drainingPartitions } = await members.report('first');
      return drainingPartitions.length === 2;
    }, 'two are draining');
    await members.leave('second');
    await eventually(async () => (await members.owned('first')).length === 4, 'it has all again');
    for (const partition of ALL) await members.publish(partition, ['slow', 'new']);
    members.open(...ALL);
    await members.allCommitted();
    expect(await members.faults()).toEqual(NO_FAULTS);
    expect(new Set(members.started.map(({ member }) => member))).toEqual(new Set(['first']));
  });
});

describe('a stop during a rebalance', () => {
  let members: GroupOfMembers;

  beforeAll(async () => {
    members = await withBusyMember();
    await members.join('second');
    await eventually(async () => (await members.owned('first')).length === 2, 'two are taken');
  });
  afterAll(() => members.close());

  it('neither holds the group up nor loses what it drains', async () => {
    const left = members.leave('first');
    await members.join('third');
    await eventually(async () => {
      const { state, rebalances } = await members.report('third');
      return state === 'running' && rebalances > 0;
    }, 'another one joins while it drains');
    expect(members.ended).toEqual([]);
    members.open(...ALL);
    await left;
    await eventually(() => members.isShared('second', 'third'), 'the others have all');
    await members.allCommitted();
    expect(await members.faults()).toEqual(NO_FAULTS);
  });
});
