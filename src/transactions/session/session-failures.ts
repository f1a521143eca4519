import type { Logger } from '@nestjs/common';
import { producerFailureOf } from '../../kafka/index.js';
import { SessionFencedError, TransactionsRefusedError } from '../transactions.errors.js';

export type SessionLogger = Pick<Logger, 'log' | 'warn' | 'error'>;

export interface SessionNames {
  readonly transactionalId: string;
  readonly groupId: string;
  readonly topic: string;
  readonly partition: number;
  readonly timeoutMs: number;
}

/** Why transactions cannot begin, with what to change where that is known. */
export function initFailure(error: unknown, names: SessionNames): Error {
  const { type } = producerFailureOf(error);
  const { transactionalId, groupId, topic, partition, timeoutMs } = names;
  const options = { cause: error, context: { topic, partition } };
  switch (type) {
    case 'INVALID_TRANSACTION_TIMEOUT':
      return new TransactionsRefusedError(
        `the broker takes no transaction timeout of ${timeoutMs} ms: lower timeoutMs of @Transactional, or raise the ` +
          "broker's transaction.max.timeout.ms",
        options,
      );
    case 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED':
      return new TransactionsRefusedError(
        `the broker refuses the transactional id ${transactionalId}: allow Write and Describe on transactional ids that ` +
          `begin with ${groupId}:`,
        options,
      );
    default:
      return new TransactionsRefusedError(`transactions cannot begin: ${type}`, options);
  }
}

/** Why a session is over, in one line. */
export function sessionFailure(error: unknown, names: SessionNames): Error {
  const { kind, type, code } = producerFailureOf(error);
  const { topic, partition } = names;
  if (kind !== 'fenced') return error instanceof Error ? error : new Error(type);
  return new SessionFencedError(
    `the transaction of ${topic}-${partition} is refused, another producer has taken over: ${type} (${code})`,
    { cause: error, context: { topic, partition } },
  );
}

/** Whether the broker takes less metadata than its defaults say. */
export function isMetadataRefused(error: unknown): boolean {
  const { type } = producerFailureOf(error);
  return type === 'OFFSET_METADATA_TOO_LARGE' || type === 'INVALID_COMMIT_OFFSET_SIZE';
}

interface Said {
  readonly logger: SessionLogger;
  readonly names: SessionNames;
  /** Submitted and not committed: they come again. */
  readonly records: number;
}

/** One line for the end of a session. */
export function sayFailure(failure: Error, { logger, names, records }: Said): void {
  const { groupId, topic, partition, transactionalId } = names;
  const fields = { groupId, topic, partition, transactionalId, records };
  if (failure instanceof SessionFencedError) {
    logger.warn(failure.message, { ...fields, errorCode: failure.code });
    return;
  }
  const message =
    'nobody knows what became of a transaction: the commit is read anew, and what it does not have comes again';
  logger.warn(message, fields, failure);
}
