import { IsObject } from 'class-validator';
import { IsIdentifier, IsInstant } from '../../../contracts/index.js';

/** The value of a record on the topic `workflow-events`, as the engine writes it. Further fields are dropped unseen. */
export class WorkflowEvent {
  @IsIdentifier()
  readonly event_id: string;

  @IsIdentifier()
  readonly event_type: string;

  @IsIdentifier()
  readonly source: string;

  @IsIdentifier()
  readonly workflow_id: string;

  @IsIdentifier()
  readonly workflow_run_id: string;

  @IsInstant()
  readonly timestamp: string;

  /** Whatever the type of the event brings along. */
  @IsObject()
  readonly data: Readonly<Record<string, unknown>>;
}
