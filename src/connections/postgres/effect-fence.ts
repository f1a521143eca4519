import { AsyncLocalStorage } from 'node:async_hooks';
import { TransactionEndedError } from './postgres.errors.js';

const fences = new AsyncLocalStorage<AbortSignal>();

/**
 * Runs the work so that nothing it does in PostgreSQL takes effect once the signal is aborted: its open transactions
 * are cut off and rolled back by the server, and later statements are refused. A COMMIT that is under way at that moment
 * may still arrive.
 */
export function fenced<Result>(signal: AbortSignal, work: () => Result): Result {
  return fences.run(signal, work);
}

/** Refuses what comes from work that was given up. */
export function refuseBehindFence(): void {
  if (fences.getStore()?.aborted === true) {
    throw new TransactionEndedError('the work that this statement belongs to was given up');
  }
}

/** Calls `cut` when the caller's work is given up. Returns what ends that. */
export function onGivenUp(cut: () => void): () => void {
  const fence = fences.getStore();
  if (fence === undefined) return () => undefined;
  fence.addEventListener('abort', cut, { once: true });
  return () => fence.removeEventListener('abort', cut);
}
