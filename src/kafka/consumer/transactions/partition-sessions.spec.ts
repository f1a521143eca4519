import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { topicTraits } from '../../../../test/support/partitions.js';
import type { TransactedPartition, TransactionSession } from '../../ports/index.js';
import { AssignedPartition } from '../assigned-partition.js';
import type { GroupPlan } from '../group-plan.js';
import { PartitionSessions } from './partition-sessions.js';

interface Setting {
  readonly commit?: { nextOffset: number; metadata: string };
  readonly initFails?: Error;
}

function setUp(setting: Setting = {}) {
  const deeds: string[] = [];
  const views: TransactedPartition[] = [];
  let { initFails } = setting;
  let answersSince = Number.POSITIVE_INFINITY;
  const open = (view: TransactedPartition): TransactionSession => {
    views.push(view);
    return {
      pending: 0,
      waits: [],
      init: () => {
        deeds.push('init');
        return initFails === undefined ? Promise.resolve() : Promise.reject(initFails);
      },
      submit: () => undefined,
      room: () => undefined,
      hurry: () => deeds.push('hurry'),
      close: () => {
        deeds.push('close');
        return Promise.resolve();
      },
    };
  };
  const newPartition = (): AssignedPartition => {
    const traits = topicTraits('t', { isTransactional: true });
    return new AssignedPartition({ topic: 't', partition: 0 }, 1, traits);
  };
  const table = { partition: newPartition() };
  const sessions = new PartitionSessions({
    plan: {
      groupId: 'g',
      topics: new Map([['t', { transactions: { open } }]]),
    } as unknown as GroupPlan,
    lease: { isValid: true, isRenewedSince: (time) => time < answersSince },
    positions: {
      restart: (partition) => {
        deeds.push('restart');
        partition.disown();
        return (table.partition = newPartition());
      },
      relocate: (_partition, position) => deeds.push(`relocate ${position}`),
      goOn: ({ nextFetchOffset }) => deeds.push(`read from ${nextFetchOffset}`),
    },
    claimed: () => [table.partition],
    committed: () => {
      deeds.push('read the commit');
      const { commit } = setting;
      return Promise.resolve(commit === undefined ? [] : [{ topic: 't', partition: 0, ...commit }]);
    },
    place: () => deeds.push('place'),
    prepared: () => deeds.push('prepared'),
    giveUp: () => deeds.push('give up'),
  });
  return {
    deeds,
    sessions,
    table,
    views,
    answer: (isHeard: boolean) => (answersSince = isHeard ? Number.POSITIVE_INFINITY : 0),
    mend: () => (initFails = undefined),
  };
}

const COMMIT = { nextOffset: 7, metadata: '' };
const after = (milliseconds: number): Promise<void> => jest.advanceTimersByTimeAsync(milliseconds);

describe('a transactional partition', () => {
  beforeAll(() => Logger.overrideLogger(false));
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('is read only behind a commit that was read after the owner before was fenced', async () => {
    const { deeds, sessions, table } = setUp({ commit: COMMIT });
    sessions.prepare([table.partition]);
    await after(10);
    expect(deeds).toEqual(['init', 'read the commit', 'read from 7', 'prepared']);
    expect(table.partition.isPrepared).toBe(true);
  });

  it('begins where KAFKA_AUTO_OFFSET_RESET says when nothing is committed', async () => {
    const { deeds, sessions, table } = setUp();
    sessions.prepare([table.partition]);
    await after(10);
    expect(deeds).toEqual(['init', 'read the commit', 'read from undefined', 'place', 'prepared']);
  });

  it('does not read a commit of the log before where its log began anew', async () => {
    const { deeds, sessions, table } = setUp({ commit: COMMIT });
    table.partition.advanceTo(0);
    sessions.prepare([table.partition]);
    await after(10);
    expect(deeds).toEqual(['init', 'read from 0', 'prepared']);
  });

  it('begins anew after a failure, once the broker has answered a heartbeat that was sent since', async () => {
    const { answer, deeds, sessions, table, views } = setUp({ commit: COMMIT });
    sessions.prepare([table.partition]);
    await after(10);
    deeds.length = 0;
    answer(false);
    views[0]!.failed(new Error('fenced'));
    await after(10_000);
    expect(deeds).toEqual(['close', 'restart']);
    expect(table.partition.unprepared).toBe('fenced');
    answer(true);
    await after(100);
    expect(deeds.slice(2)).toEqual(['init', 'read the commit', 'read from 7', 'prepared']);
    expect(table.partition.unprepared).toBeUndefined();
  });

  it('begins anew where it began when nothing was ever committed', async () => {
    const { deeds, sessions, table, views } = setUp();
    sessions.prepare([table.partition]);
    await after(10);
    table.partition.advanceTo(40);
    deeds.length = 0;
    views[0]!.failed(new Error('no answer'));
    await after(1_000);
    expect(deeds).toContain('relocate 40');
    expect(deeds).not.toContain('place');
  });

  it('is given up at once when it fails while it is to go elsewhere', async () => {
    const { deeds, sessions, table, views } = setUp({ commit: COMMIT });
    sessions.prepare([table.partition]);
    await after(10);
    table.partition.isDraining = true;
    views[0]!.failed(new Error('fenced'));
    await after(1_000);
    expect(deeds.slice(-2)).toEqual(['close', 'give up']);
  });

  it('says why it cannot begin, and tries again', async () => {
    const { deeds, mend, sessions, table } = setUp({ initFails: new Error('not allowed') });
    sessions.prepare([table.partition]);
    await after(100);
    expect(table.partition.unprepared).toBe('not allowed');
    mend();
    await after(1_000);
    expect([table.partition.isPrepared, deeds.includes('close')]).toEqual([true, true]);
  });

  it('is no more prepared once it is lost, and its session is closed', async () => {
    const { deeds, sessions, table } = setUp({ commit: COMMIT });
    sessions.prepare([table.partition]);
    table.partition.disown();
    await after(1_000);
    expect(table.partition.isPrepared).toBe(false);
    expect(deeds.filter((deed) => deed === 'init')).toHaveLength(
      deeds.filter((deed) => deed === 'close').length,
    );
  });

  it('has its position committed alone when nothing else is on its way', async () => {
    const { deeds, sessions, table } = setUp({ commit: COMMIT });
    sessions.prepare([table.partition]);
    await after(300);
    expect(deeds).not.toContain('hurry');
    table.partition.advanceTo(9);
    await after(300);
    expect(deeds).toContain('hurry');
    await sessions.close();
  });
});
