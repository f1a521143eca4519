import type { TestRecord } from './test-kafka.js';

export interface TestWorkflowEvent {
  readonly id: string;
  readonly type: string;
  readonly run: string;
  /** Seconds after noon. */
  readonly at: number;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** A workflow event as an engine would write it. */
export function workflowEvent({ id, type, run, at, data = {} }: TestWorkflowEvent) {
  return {
    event_id: id,
    event_type: type,
    source: 'engine',
    workflow_id: 'nightly',
    workflow_run_id: run,
    timestamp: new Date(Date.UTC(2026, 0, 31, 12) + at * 1_000).toISOString(),
    data,
  };
}

/** The same as a record under that key. */
export function workflowRecord(event: TestWorkflowEvent, key: string): TestRecord {
  return { key, value: JSON.stringify(workflowEvent(event)) };
}
