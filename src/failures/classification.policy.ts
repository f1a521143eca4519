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
import type { Classification, ClassificationRules, ErrorMatcher } from './classification.js';
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

type Row = (causes: readonly unknown[], rules: ClassificationRules) => Classification | undefined;

/** The table: the first row that has an answer decides. Each looks at the error and all its causes, outermost first. */
const TABLE: readonly Row[] = [
  judgeOwnErrors,
  judgeByRules,
  (causes) => (causes.some(hasTransientCode) ? { kind: 'transient' } : undefined),
  (causes) => firstOf(causes, judgeStatus),
  ([outermost]) => (isProgrammingError(outermost) ? NON_RETRYABLE : undefined),
];

/**
 * Classifies whatever a handler threw. What it says itself counts first (`PermanentError`, `RetriableError`, a dependency
 * of ours), then what its consumer says of it, then a transient code, an HTTP status and its class.
 */
export function classify(error: unknown, rules: ClassificationRules = {}): Classification {
  try {
    const causes = causesOf(error);
    return firstOf(TABLE, (row) => row(causes, rules)) ?? { kind: 'unknown' };
  } catch {
    // A getter or a proxy threw: nothing is known of it.
    return { kind: 'unknown' };
  }
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

/** The outermost cause that a rule names decides; named by both, it is not tried again. */
function judgeByRules(
  causes: readonly unknown[],
  { on = [], except = [] }: ClassificationRules,
): Classification | undefined {
  return firstOf(causes, (cause) => {
    if (except.some((matcher) => matches(cause, matcher))) return NON_RETRYABLE;
    if (!on.some((matcher) => matches(cause, matcher))) return undefined;
    // The wait that an answer asks for is kept.
    const judged = judgeStatus(cause);
    return judged?.kind === 'transient' ? judged : { kind: 'transient' };
  });
}

function matches(error: unknown, matcher: ErrorMatcher): boolean {
  if (typeof matcher === 'function') return error instanceof matcher;
  if (typeof error !== 'object' || error === null) return false;
  const { code, name } = error as { code?: unknown; name?: unknown };
  return code === matcher || name === matcher;
}

function firstOf<Item>(
  items: readonly Item[],
  judge: (item: Item) => Classification | undefined,
): Classification | undefined {
  for (const item of items) {
    const judged = judge(item);
    if (judged !== undefined) return judged;
  }
  return undefined;
}

function isProgrammingError(error: unknown): boolean {
  return PROGRAMMING_ERRORS.some((type) => error instanceof type);
}
