import { performance } from 'node:perf_hooks';

/**
 * What every arm does with a parsed record: note it, and wait as long as the workload's work takes.
 * @param {import('./ledger.mjs').Ledger} ledger
 * @param {number} workMs
 * @returns {(order: { id: number, seq: number }) => Promise<void>}
 */
export function handlingOf(ledger, workMs) {
  if (workMs === 0) {
    return async (order) => {
      ledger.started(order);
      ledger.ended(order);
    };
  }
  return async (order) => {
    ledger.started(order);
    const began = performance.now();
    await new Promise((resolve) => setTimeout(resolve, workMs));
    ledger.worked(performance.now() - began);
    if (ledger.fails(order)) throw new Error('this attempt fails');
    ledger.ended(order);
  };
}
