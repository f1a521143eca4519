import { Injectable } from '@nestjs/common';
import { PostgresDatabase } from '../../src/connections/postgres/index.js';
import { OnWorkflowEvent } from '../../src/consumers/workflow-events/callbacks/on-workflow-event.decorator.js';
import type { RunEvent } from '../../src/consumers/workflow-events/domain/index.js';
import { PermanentError } from '../../src/record/index.js';
import { DeadLetterOperator } from '../support/dead-letter-operator.js';
import { eventually } from '../support/eventually.js';
import { freshDatabase, type FreshDatabase } from '../support/fresh-database.js';
import { headerOf, TestKafka, uniqueName, type TestRecord } from '../support/test-kafka.js';
import { startTestService, type TestService } from '../support/test-service.js';
import { workflowEventsWith } from '../support/workflow-callbacks.js';
import {
  workflowEvent,
  workflowRecord,
  type TestWorkflowEvent,
} from '../support/workflow-events.js';

const RUNS = 30;
const ENDS = ['workflow.completed', 'workflow.failed', 'workflow.cancelled'] as const;
const FLAKY = 'flaky-1';
const PICKY = 'picky-1';

/** Calls by callback and event; what is kept of them stands in the table. */
const calls: string[] = [];
let isMended = false;
const callsOf = (name: string): number => calls.filter((call) => call === name).length;

@Injectable()
class Effects {
  constructor(private readonly database: PostgresDatabase) {}

  @OnWorkflowEvent('workflow.*')
  async flaky(event: RunEvent): Promise<void> {
    calls.push(`flaky ${event.id}`);
    await this.keep('flaky', event);
    if (event.id === FLAKY && callsOf(`flaky ${FLAKY}`) <= 2) throw new Error('not yet');
  }

  @OnWorkflowEvent('step.skipped')
  picky(event: RunEvent): void {
    calls.push(`picky ${event.id}`);
    if (!isMended) throw new PermanentError('cannot be');
  }

  @OnWorkflowEvent('**')
  async steady(event: RunEvent): Promise<void> {
    calls.push(`steady ${event.id}`);
    await this.keep('steady', event);
  }

  private async keep(name: string, { id }: RunEvent): Promise<void> {
    await this.database.query('INSERT INTO effects VALUES ($1, $2)', [name, id]);
  }
}

/** Each run begins and makes a step; it ends, and another end of it is told with a later time. */
const stories: readonly TestWorkflowEvent[] = Array.from({ length: RUNS }, (_, number) => {
  const run = `run-${number}`;
  const [end, absorbed] = [ENDS[number % 3]!, ENDS[(number + 1) % 3]!];
  return [
    { id: `${run}-1`, type: 'workflow.started', run, at: 0 },
    { id: `${run}-2`, type: 'step.completed', run, at: 1 },
    ...(number % 4 === 0 ? [] : [{ id: `${run}-3`, type: end, run, at: 2 }]),
    ...(number % 4 === 0 ? [] : [{ id: `${run}-4`, type: absorbed, run, at: 3 }]),
  ];
}).flat();

/** Later events first, and each under keys that have nothing to do with its run. */
const shuffled = [...stories].reverse().map((event, index) => workflowRecord(event, `k-${index}`));
const again = stories.map((event, index) => workflowRecord(event, `again-${index}`));

const bad: Readonly<Record<string, { reason: string; value: string | null }>> = {
  truncated: { reason: 'deserialization', value: '{"event_id":"x",' },
  tombstone: { reason: 'validation', value: null },
  'no run': { reason: 'validation', value: badEvent({ workflow_run_id: undefined }) },
  'data is a text': { reason: 'validation', value: badEvent({ data: 'x' }) },
  'data with a NUL': { reason: 'validation', value: badEvent({ data: { x: '\0' } }) },
};

function badEvent(changes: object): string {
  const event = workflowEvent({ id: 'bad', type: 'step.started', run: 'bad', at: 0 });
  return JSON.stringify({ ...event, ...changes });
}

interface Names {
  readonly topic: string;
  readonly group: string;
}

const named = (): Names => ({
  topic: uniqueName('workflow-events'),
  group: uniqueName('workflow-processor'),
});

describe('workflow events', () => {
  const { topic, group } = named();
  const deadLetters = `${topic}.${group}.dlq`;
  let kafka: TestKafka;
  let database: FreshDatabase;
  let service: TestService;

  const start = async (names: Names, more: Record<string, string> = {}): Promise<TestService> =>
    startTestService({
      consumers: [await workflowEventsWith([Effects])],
      environment: {
        DATABASE_URL: database.url,
        KAFKA_AUTO_CREATE_TOPICS: 'true',
        WORKFLOW_EVENTS_TOPIC: names.topic,
        WORKFLOW_EVENTS_GROUP_ID: names.group,
        WORKFLOW_EVENTS_RETRY_BACKOFF: '10ms',
        ...more,
      },
    });
  const publish = async (...records: TestRecord[]): Promise<void> => {
    await kafka.publish(topic, records);
    await kafka.allCommitted(group, topic);
  };
  const lettersBy = async (reason: string): Promise<string[]> =>
    (await kafka.readCommitted(deadLetters))
      .filter((letter) => headerOf(letter, 'x-dlq-reason') === reason)
      .map(({ key }) => key!.toString());

  beforeAll(async () => {
    [kafka, database] = await Promise.all([TestKafka.connect(), freshDatabase()]);
    await database.query('CREATE TABLE effects (callback text, event_id text)');
    for (const name of [topic, `${topic}.${group}.redrive`]) await kafka.createTopic(name, 4);
    service = await start({ topic, group });
    await publish(
      ...shuffled,
      ...again,
      ...Object.entries(bad).map(([key, { value }]) => ({ key, value })),
    );
  });

  afterAll(async () => {
    await service.stop();
    await kafka.close();
    await database.drop();
  });

  it('leave each run in the state of its events in their order, whatever their keys were', async () => {
    const rows = await database.query<{ run: string; state: string }>(
      'SELECT workflow_run_id AS run, state FROM workflow_runs',
    );
    const expected = Array.from({ length: RUNS }, (_, number) => [
      `run-${number}`,
      number % 4 === 0 ? 'running' : ENDS[number % 3]!.slice('workflow.'.length),
    ]);
    expect(Object.fromEntries(rows.map(({ run, state }) => [run, state]))).toEqual(
      Object.fromEntries(expected),
    );
  });

  it('that come again are duplicates: nothing of them is stored or called twice', async () => {
    expect((await service.consumer('workflow-events')).records).toMatchObject({
      done: stories.length,
      duplicate: stories.length,
      deadLettered: Object.keys(bad).length,
    });
    const [events] = await database.query<{ count: string }>(
      'SELECT count(*) FROM workflow_events',
    );
    expect(Number(events!.count)).toBe(stories.length);
    const effects = await database.query<{ id: string }>(
      "SELECT event_id AS id FROM effects WHERE callback = 'steady'",
    );
    expect(effects.map(({ id }) => id).sort()).toEqual(stories.map(({ id }) => id).sort());
  });

  it('that are bad become dead letters with the right reason', async () => {
    for (const reason of ['deserialization', 'validation']) {
      const expected = Object.entries(bad).filter((entry) => entry[1].reason === reason);
      expect((await lettersBy(reason)).sort()).toEqual(expected.map(([key]) => key).sort());
    }
  });

  it('have a callback that fails twice called three times, and another one once', async () => {
    await publish(workflowRecord({ id: FLAKY, type: 'workflow.started', run: 'f', at: 0 }, 'f'));
    expect([callsOf(`flaky ${FLAKY}`), callsOf(`steady ${FLAKY}`)]).toEqual([3, 1]);
    const kept = await database.query(
      'SELECT callback, count(*)::int FROM effects WHERE event_id = $1 GROUP BY 1 ORDER BY 1',
      [FLAKY],
    );
    expect(kept).toEqual([
      { callback: 'flaky', count: 1 },
      { callback: 'steady', count: 1 },
    ]);
    const marks = await database.query(
      'SELECT callback, state, calls FROM workflow_callbacks WHERE event_id = $1 ORDER BY 1',
      [FLAKY],
    );
    expect(marks).toEqual([
      { callback: 'Effects.flaky', state: 'done', calls: 3 },
      { callback: 'Effects.steady', state: 'done', calls: 1 },
    ]);
  });

  it('of an unknown type, whose callback cannot pass, are dead letters; redriven, only that one is called', async () => {
    await publish(workflowRecord({ id: PICKY, type: 'step.skipped', run: 'p', at: 0 }, 'p'));
    expect(await lettersBy('non-retryable')).toEqual(['p']);
    expect([callsOf(`picky ${PICKY}`), callsOf(`steady ${PICKY}`)]).toEqual([1, 1]);
    isMended = true;
    const operator = await DeadLetterOperator.connect();
    await operator.redrive(deadLetters, { selection: { reasons: ['non-retryable'] } });
    await operator.close();
    await eventually(() => callsOf(`picky ${PICKY}`) === 2, 'it is called again');
    await kafka.allCommitted(group, `${topic}.${group}.redrive`);
    expect(callsOf(`steady ${PICKY}`)).toBe(1);
    const marks = await database.query(
      "SELECT count(*)::int FROM workflow_callbacks WHERE event_id = $1 AND state = 'done'",
      [PICKY],
    );
    expect(marks).toEqual([{ count: 2 }]);
  });

  it('of one id with another value are dead letters, also where their headers say another id', async () => {
    const other = { id: FLAKY, type: 'workflow.failed', run: 'f', at: 9 };
    const record = workflowRecord(other, 'conflict');
    await publish(record, { ...record, headers: { 'event-id': 'another' } });
    expect(await lettersBy('id-conflict')).toEqual(['conflict', 'conflict']);
  });

  it('claimed in one transaction with all of it (postgres) are done as a whole or not at all', async () => {
    const names = named();
    await kafka.createTopic(names.topic, 1);
    const whole = await start(names, { WORKFLOW_EVENTS_IDEMPOTENCY: 'postgres' });
    calls.length = 0;
    await database.query('TRUNCATE effects');
    await database.query('DELETE FROM workflow_events');
    const event = { id: FLAKY, type: 'workflow.started', run: 'whole', at: 0 };
    await kafka.publish(names.topic, [workflowRecord(event, 'w'), workflowRecord(event, 'w')]);
    await kafka.allCommitted(names.group, names.topic);
    expect([callsOf(`flaky ${FLAKY}`), callsOf(`steady ${FLAKY}`)]).toEqual([3, 1]);
    expect(await database.query('SELECT callback FROM effects ORDER BY 1')).toEqual([
      { callback: 'flaky' },
      { callback: 'steady' },
    ]);
    expect((await whole.consumer('workflow-events')).records).toMatchObject({
      done: 1,
      duplicate: 1,
    });
    await whole.stop();
  });
});
