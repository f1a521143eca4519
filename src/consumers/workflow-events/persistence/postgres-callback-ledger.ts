import { Injectable } from '@nestjs/common';
import { PostgresDatabase } from '../../../connections/postgres/index.js';
import { CallbackLedger } from './callback-ledger.port.js';

const DONE = 'done';
const FAILED = 'failed';

/** The row stays locked until the transaction ends. Nothing is returned for a callback that is done already. */
const MARK = `
  INSERT INTO workflow_callbacks AS known (event_id, callback, state, calls, error_class)
  VALUES ($1, $2, $3, 1, $4)
  ON CONFLICT (event_id, callback) DO UPDATE SET
    state = excluded.state, calls = known.calls + 1, error_class = excluded.error_class,
    called_at = excluded.called_at
  WHERE known.state <> '${DONE}'
  RETURNING 1`;

/**
 * Marks in `workflow_callbacks`. The mark is written before the work, in its transaction: whoever comes second waits at
 * the row, and finds it done or runs the work, by how the first one ended.
 */
@Injectable()
export class PostgresCallbackLedger extends CallbackLedger {
  constructor(private readonly database: PostgresDatabase) {
    super();
  }

  get isInTransaction(): boolean {
    return this.database.inTransaction;
  }

  async doneWith(eventId: string): Promise<ReadonlySet<string>> {
    const rows = await this.database.query<{ callback: string }>(
      'SELECT callback FROM workflow_callbacks WHERE event_id = $1 AND state = $2',
      [eventId, DONE],
    );
    return new Set(rows.map(({ callback }) => callback));
  }

  async runOnce(eventId: string, callback: string, work: () => Promise<void>): Promise<void> {
    await this.database.transaction(async () => {
      const marked = await this.database.query(MARK, [eventId, callback, DONE, null]);
      if (marked.length === 1) await work();
    });
  }

  async noteFailure(eventId: string, callback: string, errorClass: string): Promise<void> {
    await this.database.query(MARK, [eventId, callback, FAILED, errorClass]);
  }
}
