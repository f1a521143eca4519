import { IsExactAmount, IsIdentifier, IsInstant } from '../../../contracts/index.js';

/** The value of a record on the topic `caracal.metering.events`. Further fields are dropped unseen. */
export class MeteringEvent {
  @IsIdentifier()
  readonly event_id: string;

  @IsIdentifier()
  readonly agent_id: string;

  @IsIdentifier()
  readonly resource_type: string;

  @IsExactAmount()
  readonly quantity: string | number;

  @IsExactAmount()
  readonly cost: string | number;

  @IsIdentifier()
  readonly currency: string;

  @IsInstant()
  readonly occurred_at: string;
}

/** Those of its fields that may be written as numbers. */
export const AMOUNT_FIELDS = ['quantity', 'cost'] as const satisfies (keyof MeteringEvent)[];
