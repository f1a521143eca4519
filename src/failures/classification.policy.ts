import {
  ContractViolationError,
  DependencyUnavailableError,
  HandlerTimeoutError,
  MillraceError,
  PermanentError,
  RetriableError,
  UndecodableError,
  type DeadLetterReason,
} from '../record/index.js';
import type { Classification } from './classification.js';
import { causesOf } from './error-chain.policy.js';
import { hasTransientCode } from './transient-codes.policy.js';
import { judgeStatus } from './http-status.policy.js';

const NON_RETRYABLE: Classification = { kind: 'permanent', reason: 'non-retryable' };

/** The reasons of errors of ours that are told apart by code, because their classes live with their policies. */
const REASON_OF_CODE: Readonly<Record<string, DeadLetterReason>> = {
  CORRUPT_BATCH: 'deserialization',
  CORRUPT_RECORDS: 'deserialization',
  HEAD_BLOCKED: 'head-blocked',
  ID_CONFLICT: 'id-conflict',
  OVERSIZED_BATCH: 'oversized',
  PROCESS_KILLER: 'rejected',
};

const PROGRAMMING_ERRORS = [TypeError, RangeError, SyntaxError, ReferenceError];

/**
 * Classifies whatever a handler threw. What it says itself counts first (`PermanentError`, `RetriableError`), then a
 * dependency of ours or a transient code anywhere in its causes, then an HTTP status, then its class.
 */
export function classify(error: unknown): Classification {
  try {
    return judge(error);
  } catch {
    // A getter or a proxy threw: nothing is known of it.
    return { kind: 'unknown' };
  }
}

function judge(error: unknown): Classification {
  const causes = causesOf(error);
  return (
    judgeOwnErrors(causes) ??
    (causes.some(hasTransientCode) ? { kind: 'transient' } : undefined) ??
    firstOf(causes, judgeStatus) ??
    (isProgrammingError(error) ? NON_RETRYABLE : { kind: 'unknown' })
  );
}

function judgeOwnErrors(causes: readonly unknown[]): Classification | undefined {
  const own = causes.filter((cause) => cause instanceof MillraceError);
  const outermost = own[0];
  if (outermost === undefined) return undefined;
  if (outermost instanceof PermanentError) return NON_RETRYABLE;
  const unavailable = own.find((cause) => cause instanceof DependencyUnavailableError);
  if (unavailable !== undefined) {
    const { dependency, message } = unavailable;
    return { kind: 'waiting', dependency, detail: message };
  }
  if (outermost instanceof HandlerTimeoutError)
    return { kind: 'transient', exhaustedAs: 'timeout' };
  if (outermost instanceof RetriableError) {
    const { retryAfterMs } = outermost;
    return retryAfterMs === undefined ? { kind: 'transient' } : { kind: 'transient', retryAfterMs };
  }
  if (outermost instanceof ContractViolationError)
    return { kind: 'permanent', reason: 'validation' };
  if (outermost instanceof UndecodableError)
    return { kind: 'permanent', reason: 'deserialization' };
  if (outermost.retriable) return { kind: 'transient' };
  return { kind: 'permanent', reason: REASON_OF_CODE[outermost.code] ?? 'non-retryable' };
}

function firstOf(
  causes: readonly unknown[],
  judge: (cause: unknown) => Classification | undefined,
): Classification | undefined {
  for (const cause of causes) {
    const judged = judge(cause);
    if (judged !== undefined) return judged;
  }
  return undefined;
}

function isProgrammingError(error: unknown): boolean {
  return PROGRAMMING_ERRORS.some((type) => error instanceof type);
}
