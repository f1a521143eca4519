import { setTimeout as delay } from 'node:timers/promises';

/**
 * Polls until the condition gives something truthy and returns it. Whatever the condition throws counts as "not yet"
 * and is told when the time is up.
 * @template T
 * @param {() => T | Promise<T>} condition
 * @param {{ what: string, timeoutMs?: number, everyMs?: number, signal?: AbortSignal }} options
 * @returns {Promise<T>}
 */
export async function waitUntil(condition, { what, timeoutMs = 30_000, everyMs = 50, signal }) {
  const deadline = Date.now() + timeoutMs;
  let lastError;
  for (;;) {
    signal?.throwIfAborted();
    try {
      const result = await condition();
      if (result) return result;
      lastError = undefined;
    } catch (error) {
      if (error?.fatal === true) throw error;
      lastError = error;
    }
    if (Date.now() >= deadline) break;
    await delay(everyMs);
  }
  const reason = lastError === undefined ? '' : ` (${lastError.message ?? lastError})`;
  throw new Error(`waited ${timeoutMs} ms in vain: ${what}${reason}`, { cause: lastError });
}
