import { deliveryOf } from '../../../test/support/deliveries.js';
import { activityOf } from './group-activity.js';
import type { GroupConsumer } from './group-consumer.js';
import type { StartBrake } from '../ports/index.js';
import { noRecords } from './record-counts.js';

const { handler } = deliveryOf();
const { topic } = handler;

interface Held {
  readonly partitions?: readonly object[];
  readonly waiting?: readonly object[];
  readonly blocked?: readonly object[];
  readonly brake?: Partial<StartBrake>;
}

function groupWith({ partitions = [], waiting = [], blocked = [], brake }: Held): GroupConsumer {
  return {
    plan: { groupId: 'g', topics: new Map([[topic, { handler, brake }]]) },
    rebalance: { count: 3 },
    heads: { blocked: () => blocked },
    committer: { results: { accepted: 1, superseded: 0, failed: 0 } },
    engine: {
      table: { claimed: () => partitions },
      workers: new Map([['c', { suspensions: { waiting: () => waiting } }]]),
      counts: new Map([[topic, { ...noRecords(), received: 9 }]]),
    },
  } as unknown as GroupConsumer;
}

const partition = (parts: object) => ({
  topic,
  running: 0,
  bufferedBytes: 0,
  isPaused: false,
  isDraining: false,
  ledger: { unsettled: 0 },
  ...parts,
});

describe('the activity of a group', () => {
  it('divides what is unsettled into in flight, waiting and not begun', () => {
    const group = groupWith({
      partitions: [
        partition({ running: 2, ledger: { unsettled: 5 }, bufferedBytes: 50, isPaused: true }),
        partition({ running: 0, ledger: { unsettled: 4 }, bufferedBytes: 40 }),
      ],
      waiting: [
        { topic, isWaiting: true },
        { topic, isWaiting: true },
        { topic, isWaiting: false },
      ],
    });
    expect(activityOf(group).topics).toMatchObject([
      { inFlight: 2, waiting: 2, buffered: 5, bytes: 90, pausedPartitions: 1 },
    ]);
  });

  it('has every topic of the plan, also one of which nothing is owned', () => {
    expect(activityOf(groupWith({})).topics).toMatchObject([
      { handler, counts: { received: 9 }, inFlight: 0, waiting: 0, buffered: 0 },
    ]);
  });

  it('counts the partitions that stand still behind their oldest record', () => {
    const group = groupWith({ blocked: [{ topic }, { topic }] });
    expect(activityOf(group).topics).toMatchObject([{ blockedPartitions: 2 }]);
  });

  it('says whether the handler is braked, and how often it was', () => {
    const status = () => ({ heldRecords: 3 }) as never;
    const told = [
      groupWith({ brake: { applications: 2, status } }),
      groupWith({ brake: { applications: 2, status: () => undefined } }),
      groupWith({}),
    ].flatMap((group) => activityOf(group).topics);
    expect(told).toMatchObject([
      { isBraked: true, brakings: 2 },
      { isBraked: false, brakings: 2 },
      { isBraked: false, brakings: 0 },
    ]);
  });
});
