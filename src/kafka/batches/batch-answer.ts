import { outcomeOf, PermanentError, type BatchedResult } from '../../record/index.js';

/** One record that a batch handler could not do. */
export interface BatchFailure {
  /** Its place in the array that the handler was given. */
  readonly index: number;
  readonly error: unknown;
}

/** What a `@Batch` handler may return: those that failed. The effects of all others are durable. */
export interface BatchAnswer {
  readonly failed: readonly BatchFailure[];
}

/** A `@Batch` handler named failures that are not of its batch. Nothing of what it says can be relied on. */
export class BatchAnswerError extends PermanentError {
  override readonly code = 'BATCH_ANSWER';
}

/** Reads what the handler returned: a `BatchAnswer`, one outcome for all, or anything else, which means done. */
export function resultsOf(returned: unknown, size: number): BatchedResult[] {
  const outcome = outcomeOf(returned);
  const results = new Array<BatchedResult>(size).fill({ outcome });
  for (const { index, error } of failuresIn(returned)) {
    if (!Number.isInteger(index) || index < 0 || index >= size) {
      throw new BatchAnswerError(`failed names index ${String(index)} of a batch of ${size}`);
    }
    results[index] = { error };
  }
  return results;
}

function failuresIn(returned: unknown): readonly BatchFailure[] {
  if (typeof returned !== 'object' || returned === null || !('failed' in returned)) return [];
  const { failed } = returned;
  if (failed === undefined) return [];
  const isList =
    Array.isArray(failed) &&
    failed.every((one: unknown) => typeof one === 'object' && one !== null && 'index' in one);
  if (!isList) throw new BatchAnswerError('failed is not an array of { index, error }');
  return failed as BatchFailure[];
}
