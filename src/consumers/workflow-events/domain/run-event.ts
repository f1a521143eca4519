import type { Instant } from '../../../values/index.js';

/** Something that happened to one run of a workflow. */
export interface RunEvent {
  readonly id: string;
  /** `workflow.started`, `step.failed`, …: words, with a dot between them. */
  readonly type: string;
  readonly source: string;
  readonly workflowId: string;
  readonly runId: string;
  readonly occurredAt: Instant;
  readonly data: Readonly<Record<string, unknown>>;
  /** The JSON of `data` as the engine wrote it, where long numbers have all their digits. */
  readonly dataText: string;
}
