import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { codeOf, PostgresDatabase } from '../../../connections/postgres/index.js';
import { ContractViolationError, RetriableError } from '../../../record/index.js';
import { Instant } from '../../../values/index.js';
import {
  hasEnded,
  isSameState,
  join,
  stateOf,
  type RunEvent,
  type RunPhase,
  type RunState,
} from '../domain/index.js';
import { EventRepository, type ReceivedEvent, type Stored } from './event-repository.port.js';
import { COMPARE_EVENT, INSERT_EVENT, LOCK_RUN, UPDATE_RUN } from './event.statements.js';

interface RunRow {
  readonly phase: RunPhase;
  readonly startedAt: string | null;
  readonly lastId: string;
  readonly lastType: string;
  readonly lastAt: string;
}

/** SQLSTATE class 22: what JSON may say and `jsonb` cannot keep, such as a NUL or half of a surrogate pair. */
const DATA_EXCEPTION = /^22/;

/** Events and runs in PostgreSQL, in the caller's transaction when there is one, else in one of their own. */
@Injectable()
export class PostgresEventRepository extends EventRepository {
  constructor(private readonly database: PostgresDatabase) {
    super();
  }

  store(received: ReceivedEvent): Promise<Stored> {
    const fingerprint = hash('sha256', received.bytes, 'buffer');
    return this.database.transaction(async () => {
      if (await this.insert(received, fingerprint)) {
        await this.foldIn(received.event);
        return 'stored';
      }
      const [known] = await this.database.query<{ isSame: boolean }>(COMPARE_EVENT, [
        received.event.id,
        fingerprint,
      ]);
      // Deleted between the two looks: the next attempt stores it.
      if (known === undefined) throw new RetriableError('a stored event was deleted meanwhile');
      return known.isSame ? 'known' : 'conflict';
    });
  }

  private async insert({ event, origin }: ReceivedEvent, fingerprint: Buffer): Promise<boolean> {
    const { id, type, source, workflowId, runId, occurredAt, dataText } = event;
    const { topic, partition, offset } = origin;
    try {
      const inserted = await this.database.query(INSERT_EVENT, [
        ...[id, type, source, workflowId, runId, occurredAt.toString()],
        ...[dataText, fingerprint, topic, partition, offset],
      ]);
      return inserted.length === 1;
    } catch (error) {
      if (!DATA_EXCEPTION.test(codeOf(error) ?? '')) throw error;
      throw new ContractViolationError('data: must be storable', { cause: error });
    }
  }

  private async foldIn(event: RunEvent): Promise<void> {
    const said = stateOf(event);
    const [row] = await this.database.query<RunRow>(LOCK_RUN, valuesOf(event, said));
    const stored = toState(row!);
    const joined = join(stored, said);
    if (isSameState(stored, joined)) return;
    await this.database.query(UPDATE_RUN, valuesOf(event, joined));
  }
}

function valuesOf({ workflowId, runId }: RunEvent, state: RunState): readonly unknown[] {
  const { phase, startedAt, last } = state;
  const lastAt = last.occurredAt.toString();
  const endedAt = hasEnded(phase) ? lastAt : null;
  return [
    ...[workflowId, runId, phase, startedAt?.toString() ?? null],
    ...[endedAt, last.id, last.type, lastAt],
  ];
}

function toState({ phase, startedAt, lastId, lastType, lastAt }: RunRow): RunState {
  return {
    phase,
    startedAt: startedAt === null ? undefined : toInstant(startedAt),
    last: { id: lastId, type: lastType, occurredAt: toInstant(lastAt) },
  };
}

/** Every instant in the table was written by `Instant`. */
function toInstant(microseconds: string): Instant {
  return Instant.of(BigInt(microseconds))!;
}
