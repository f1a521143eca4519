// What the samples must leave in PostgreSQL, worked out from the samples themselves.

/** @typedef {import('../../stack/samples/sample-sets.mjs').Sample} Sample */

const ENDS = new Set(['workflow.completed', 'workflow.failed', 'workflow.cancelled']);
const RUNNING = new Set(['workflow.started', 'step.started', 'step.completed', 'step.failed']);

/**
 * Queries and the rows they must give.
 * @param {readonly Sample[]} samples
 * @returns {{ title: string, query: string, rows: Record<string, string>[] }[]}
 */
export function effectsOf(samples) {
  const events = samples.filter((sample) => sample.class === 'good').map(toEvent);
  return [
    {
      title: 'workflow_events: every event, its data as they were written',
      query: `SELECT event_id, event_type, workflow_run_id AS run,
          (extract(epoch FROM occurred_at) * 1000000)::bigint::text AS micros,
          (payload ->> 'cost') AS cost
        FROM workflow_events ORDER BY event_id COLLATE "C"`,
      rows: events.map(({ id, type, run, micros, cost }) => ({
        event_id: id,
        event_type: type,
        run,
        micros: String(micros),
        cost,
      })),
    },
    {
      title: 'workflow_runs: the state of each, an end absorbing what comes after it',
      query: `SELECT workflow_run_id AS run, state, last_event_id AS last,
          (extract(epoch FROM started_at) * 1000000)::bigint::text AS started,
          (ended_at = last_event_at) IS TRUE AS ended
        FROM workflow_runs ORDER BY workflow_run_id COLLATE "C"`,
      rows: [...groupedBy(events, ({ run }) => run)].map(([run, own]) => ({
        run,
        ...stateOf(own),
      })),
    },
    {
      title: 'workflow_ended_runs: each end counted once by its callback',
      query: `SELECT workflow_id AS workflow, ended_on::text AS day, event_type AS type, events::text
        FROM workflow_ended_runs`,
      rows: [...groupedBy(events.filter(isEnd), endKey)].map(([key, own]) => {
        const [workflow, day, type] = key.split(' ');
        return { workflow, day, type, events: String(own.length) };
      }),
    },
    {
      title: 'workflow_callbacks: every callback of every event is done, with one call',
      query: `SELECT event_id, callback, state, calls::text FROM workflow_callbacks`,
      rows: events
        .filter(isEnd)
        .map(({ id }) => ({ event_id: id, callback: 'ended-runs', state: 'done', calls: '1' })),
    },
  ];
}

function toEvent({ value }) {
  const text = value.toString('utf8').replace(/^\uFEFF/, '');
  const event = JSON.parse(text);
  return {
    id: event.event_id,
    type: event.event_type,
    workflow: event.workflow_id,
    run: event.workflow_run_id,
    micros: microsecondsOf(event.timestamp),
    // As it is written: JSON.parse would round it.
    cost: /"cost": ?(-?[\d.]+)/.exec(text)?.[1] ?? null,
  };
}

function microsecondsOf(timestamp) {
  const finer = /\.\d{3}(\d{3})/.exec(timestamp)?.[1] ?? '0';
  return Date.parse(timestamp) * 1000 + Number(finer);
}

const isEnd = ({ type }) => ENDS.has(type);

const endKey = ({ workflow, micros, type }) =>
  `${workflow} ${new Date(micros / 1000).toISOString().slice(0, 10)} ${type}`;

/** One after the other, by time and then by id; nothing counts after an end. */
function stateOf(events) {
  const sorted = [...events].sort((left, right) =>
    left.micros === right.micros ? (left.id < right.id ? -1 : 1) : left.micros - right.micros,
  );
  const end = sorted.find(isEnd);
  const started = sorted.find(({ type }) => type === 'workflow.started');
  const isRunning = sorted.some(({ type }) => RUNNING.has(type));
  return {
    state: end === undefined ? (isRunning ? 'running' : 'pending') : end.type.split('.')[1],
    last: (end ?? sorted.at(-1)).id,
    started: started === undefined ? null : String(started.micros),
    ended: end !== undefined,
  };
}

function groupedBy(events, keyOf) {
  const groups = new Map();
  for (const event of events) {
    const group = groups.get(keyOf(event)) ?? [];
    group.push(event);
    groups.set(keyOf(event), group);
  }
  return groups;
}
