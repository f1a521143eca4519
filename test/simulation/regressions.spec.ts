import { Logger } from '@nestjs/common';
import { putModelInPlace } from './world/model-in-place.js';
import type { SimulatedMember, Task } from './world/simulated-member.js';
import type { Shape } from './world/world.js';

await putModelInPlace();
const { World } = await import('./world/world.js');
const { VirtualTime } = await import('./world/virtual-time.js');

const time = new VirtualTime();
const shape: Shape = {
  partitions: 1,
  members: 1,
  records: 0,
  concurrency: 4,
  window: 8,
  buffer: 16,
  ordering: 'key',
};
const LONGER_THAN_A_HOLD_MS = 6_000;

/** One process with the partition, whose log holds a record of each key. */
async function worldWith(...keys: string[]) {
  const world = new World(shape, time);
  const log = world.logs[0]!;
  for (const key of keys) world.append(log, key);
  await world.begin();
  return { world, log, first: world.members[0]! };
}

const taskOf = (member: SimulatedMember, offset: number): Task =>
  [...member.tasks].find(({ record }) => record.record.offset === offset)!;

describe('a defect that others had', () => {
  beforeAll(() => Logger.overrideLogger(false));
  beforeEach(() => time.install());
  afterEach(() => time.restore());

  it('is not here: a commit over work that a revocation dropped', async () => {
    const { world, log, first } = await worldWith('a', 'b', 'c');
    first.client!.fetch(0, 3);
    await world.pass(0);
    first.end(taskOf(first, 2), 'ok');
    first.stop(0);
    await world.pass(LONGER_THAN_A_HOLD_MS);
    expect(log.committed ?? 0).toBe(0);
    await world.heal();
    expect([world.referee.broken, log.committed]).toEqual([undefined, 3]);
  });

  it('is not here: a result after the revocation that counts, or is lost', async () => {
    const { world, log, first } = await worldWith('a', 'b');
    first.client!.fetch(0, 2);
    await world.pass(0);
    const late = taskOf(first, 0);
    first.isCut = true;
    await world.pass(LONGER_THAN_A_HOLD_MS + 1_000);
    const second = world.startMember();
    await world.pass(2_000);
    first.isCut = false;
    first.end(late, 'ok');
    await world.pass(2_000);
    expect([log.committed ?? 0, second.client!.positions.get(0)]).toEqual([0, 0]);
    await world.heal();
    expect([world.referee.broken, log.committed]).toEqual([undefined, 2]);
    expect(late.record.outcomes).toBe(2);
  });

  it('is not here: a fresh record that is taken for a stale one when its partition comes back', async () => {
    const { world, log, first } = await worldWith('a');
    first.client!.fetch(0, 1);
    await world.pass(0);
    const stale = taskOf(first, 0);
    first.client!.crash();
    await world.pass(3_000);
    first.client!.fetch(0, 1);
    await world.pass(0);
    // The handler of the first assignment still runs: its key waits, and its end settles nothing.
    expect([...first.tasks]).toEqual([stale]);
    world.append(log, 'b');
    first.client!.fetch(0, 1);
    await world.pass(0);
    expect(taskOf(first, 1).record.key).toBe('b');
    await world.heal();
    expect([world.referee.broken, log.committed]).toEqual([undefined, 2]);
  });
});
