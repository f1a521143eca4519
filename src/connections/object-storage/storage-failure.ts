import { types } from 'node:util';
import { DependencyUnavailableError } from '../../record/index.js';

/** The name of the dependency in health, and what wakes the records that wait for it. */
export const OBJECT_STORAGE = 'object-storage';

/** What leaves this folder for whatever the storage did instead of answering. Names the place, never what was stored. */
export function unavailable(error: unknown, place: string): DependencyUnavailableError {
  if (error instanceof DependencyUnavailableError) return error;
  return new DependencyUnavailableError(OBJECT_STORAGE, `${place}: ${inWords(error)}`);
}

/** The system's or the service's own code for what went wrong, or the first line of its words. */
export function inWords(error: unknown): string {
  if (!types.isNativeError(error)) return 'an unknown failure';
  if (error.name !== 'Error') return codeOf(error) ?? error.name;
  return codeOf(error) ?? error.message.split('\n')[0]!;
}

/** `ENOSPC`, `EACCES` and their like. */
export function codeOf(error: unknown): string | undefined {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : undefined;
}
