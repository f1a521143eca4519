import { Injectable } from '@nestjs/common';
import { PostgresDatabase } from '../../../connections/postgres/index.js';
import type { RunEvent } from '../domain/index.js';
import { OnWorkflowEvent } from './on-workflow-event.decorator.js';

const COUNT = `
  INSERT INTO workflow_ended_runs AS known (workflow_id, ended_on, event_type, events)
  VALUES ($1, ($2::timestamptz AT TIME ZONE 'UTC')::date, $3, 1)
  ON CONFLICT (workflow_id, ended_on, event_type) DO UPDATE SET events = known.events + 1`;

/**
 * Counts how many events say that a run of a workflow has ended, by day and how. A count is right only when no event
 * adds to it twice: the statement is part of the transaction that marks the event as counted.
 */
@Injectable()
export class EndedRuns {
  constructor(private readonly database: PostgresDatabase) {}

  @OnWorkflowEvent(['workflow.completed', 'workflow.failed', 'workflow.cancelled'], {
    name: 'ended-runs',
  })
  async count({ workflowId, occurredAt, type }: RunEvent): Promise<void> {
    await this.database.query(COUNT, [workflowId, occurredAt.toString(), type]);
  }
}
