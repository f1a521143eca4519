import fc from 'fast-check';
import { PostgresConnections } from '../../src/connections/postgres/index.js';
import type { RunEvent } from '../../src/consumers/workflow-events/domain/index.js';
import { compareMoments } from '../../src/consumers/workflow-events/domain/run-state.js';
import {
  PostgresEventRepository,
  WORKFLOW_MIGRATIONS,
  type ReceivedEvent,
} from '../../src/consumers/workflow-events/persistence/index.js';
import { ContractViolationError } from '../../src/record/index.js';
import { Instant } from '../../src/values/index.js';
import { freshDatabase, storeSettings, type FreshDatabase } from '../support/fresh-database.js';

let database: FreshDatabase;
let connections: PostgresConnections;
let repository: PostgresEventRepository;

beforeAll(async () => {
  database = await freshDatabase();
  connections = new PostgresConnections(storeSettings(database.url));
  connections.register('workflow-events', WORKFLOW_MIGRATIONS);
  expect(await connections.unmet('workflow-events')).toBeUndefined();
  repository = new PostgresEventRepository(connections.for('workflow-events'));
});

beforeEach(async () => {
  await database.query('TRUNCATE workflow_events, workflow_runs CASCADE');
});

afterAll(async () => {
  await connections.close();
  await database.drop();
});

const BASE = 1_769_860_800_000_000n;

function eventOf(parts: Partial<RunEvent> & { readonly microseconds?: number } = {}): RunEvent {
  const { microseconds = 0, ...rest } = parts;
  return {
    id: 'e-1',
    type: 'workflow.started',
    source: 'engine',
    workflowId: 'nightly',
    runId: 'r-1',
    occurredAt: Instant.of(BASE + BigInt(microseconds))!,
    data: {},
    dataText: '{}',
    ...rest,
  };
}

function received(event: RunEvent, value = 'a value'): ReceivedEvent {
  const origin = { topic: 'workflow-events', partition: 0, offset: 7, timestamp: 1_000 };
  return { event, bytes: Buffer.from(value), origin };
}

interface RunRow {
  readonly state: string;
  readonly started: string | null;
  readonly ended: string | null;
  readonly last_event_id: string;
  readonly last: string;
}

const micros = (column: string): string =>
  `(extract(epoch FROM ${column}) * 1000000)::bigint - ${BASE}`;

function runs(): Promise<RunRow[]> {
  return database.query<RunRow>(
    `SELECT workflow_run_id, state, (${micros('started_at')})::text AS started,
       (${micros('ended_at')})::text AS ended, last_event_id, (${micros('last_event_at')})::text AS last
     FROM workflow_runs ORDER BY workflow_run_id`,
  );
}

const ENDS = ['workflow.completed', 'workflow.failed', 'workflow.cancelled'];

/** The row of a run, worked out from its events in their order. */
function expectedRun(events: readonly RunEvent[]): object {
  const sorted = [...events].sort(compareMoments);
  const end = sorted.find(({ type }) => ENDS.includes(type));
  const last = end ?? sorted.at(-1)!;
  const started = sorted.find(({ type }) => type === 'workflow.started');
  const text = (event: RunEvent | undefined): string | null =>
    event === undefined ? null : String(event.occurredAt.epochMicroseconds - BASE);
  return {
    workflow_run_id: events[0]!.runId,
    state: end === undefined ? 'running' : end.type.slice('workflow.'.length),
    started: text(started),
    ended: text(end),
    last_event_id: last.id,
    last: text(last),
  };
}

const stories = fc.uniqueArray(
  fc.record({
    id: fc.constantFrom(...'abcdefghij'),
    type: fc.constantFrom('workflow.started', 'step.started', 'step.failed', ...ENDS),
    runId: fc.constantFrom('r-1', 'r-2'),
    microseconds: fc.integer({ min: 0, max: 3 }),
  }),
  { minLength: 1, selector: ({ id }) => id },
);

describe('workflow events', () => {
  it('leave the state of their fold, in whatever order, however often and however many at once they come', async () => {
    const arrivals = stories.chain((parts) =>
      fc.record({
        story: fc.constant(parts.map(eventOf)),
        order: fc.shuffledSubarray([...parts.keys(), ...parts.keys()], {
          minLength: 2 * parts.length,
        }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(arrivals, async ({ story, order }) => {
        await database.query('TRUNCATE workflow_events, workflow_runs CASCADE');
        const answers = await Promise.all(
          order.map((index) => repository.store(received(story[index]!))),
        );
        expect(answers.filter((answer) => answer === 'stored')).toHaveLength(story.length);
        const byRun = ['r-1', 'r-2'].map((run) => story.filter(({ runId }) => runId === run));
        const expected = byRun.filter((events) => events.length > 0).map(expectedRun);
        expect(await runs()).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });

  it('are kept with all that they say, their numbers as they were written', async () => {
    const data =
      '{"exact":12345678901234567890.000000000000000001,"__proto__":{"a":1},"text":"Müller \\ud83d\\ude00"}';
    await repository.store(received(eventOf({ microseconds: 123_456, dataText: data })));
    const [row] = await database.query(
      `SELECT event_id, event_type, source, workflow_id, workflow_run_id, source_offset,
         (${micros('occurred_at')})::text AS at, payload::text, payload = $1::jsonb AS same
       FROM workflow_events`,
      [data],
    );
    expect(row).toMatchObject({
      event_id: 'e-1',
      event_type: 'workflow.started',
      source: 'engine',
      workflow_id: 'nightly',
      workflow_run_id: 'r-1',
      source_offset: '7',
      at: '123456',
      payload: expect.stringContaining('12345678901234567890.000000000000000001') as string,
      same: true,
    });
  });

  it.each(['"\\u0000"', '"\\ud800"', '1e999999'])(
    'that no table can keep (%s) violate their contract, and leave nothing',
    async (value) => {
      const storing = repository.store(received(eventOf({ dataText: `{"x":${value}}` })));
      await expect(storing).rejects.toBeInstanceOf(ContractViolationError);
      expect(await runs()).toEqual([]);
    },
  );

  it('of one id with another value are in conflict, and change nothing', async () => {
    expect(await repository.store(received(eventOf()))).toBe('stored');
    expect(await repository.store(received(eventOf()))).toBe('known');
    const other = eventOf({ type: 'workflow.failed', microseconds: 5 });
    expect(await repository.store(received(other, 'another value'))).toBe('conflict');
    expect(await runs()).toEqual([expectedRun([eventOf()])]);
  });

  it('of runs with one id in two workflows are two runs', async () => {
    await repository.store(received(eventOf({ id: 'a', workflowId: 'one' })));
    await repository.store(received(eventOf({ id: 'b', workflowId: 'two' })));
    expect(await runs()).toHaveLength(2);
  });
});
