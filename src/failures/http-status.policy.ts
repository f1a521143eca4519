import type { Classification } from './classification.js';

/** Statuses that may pass: the server's own trouble, a limit, or a credential that is being changed. */
const TRANSIENT_STATUSES: ReadonlySet<number> = new Set([401, 403, 407, 408, 425, 429]);
/** The same for an exception that was thrown in this process: there, 401 and 403 are a guard's refusal. */
const LOCAL_TRANSIENT_STATUSES: ReadonlySet<number> = new Set([408, 425, 429]);
/** The message of the exception that Nest throws for a guard that answers false. */
const GUARD_REFUSED = 'Forbidden resource';

interface WithStatus {
  readonly message?: unknown;
  readonly status?: unknown;
  readonly statusCode?: unknown;
  readonly getStatus?: unknown;
  readonly getResponse?: () => unknown;
  readonly getError?: unknown;
  readonly response?: { readonly status?: unknown; readonly headers?: unknown };
}

/** Judges an error by the HTTP status it carries, or Nest's refusal of a guard. Undefined when it carries neither. */
export function judgeStatus(error: unknown): Classification | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const candidate = error as WithStatus;
  if (typeof candidate.getError === 'function' && candidate.message === GUARD_REFUSED) {
    return { kind: 'permanent', reason: 'non-retryable' };
  }
  if (typeof candidate.getStatus === 'function') return judgeLocal(candidate);
  const status = candidate.status ?? candidate.statusCode ?? candidate.response?.status;
  if (typeof status !== 'number') return undefined;
  if (status >= 500 || TRANSIENT_STATUSES.has(status)) return transient(candidate);
  return status >= 400 ? { kind: 'permanent', reason: 'non-retryable' } : undefined;
}

/** Nest's HttpException. A validation pipe of the application's own answers 400 with a list of messages. */
function judgeLocal(error: WithStatus): Classification {
  const status = (error.getStatus as () => number).call(error);
  if (status >= 500 || LOCAL_TRANSIENT_STATUSES.has(status)) return transient(error);
  const response = error.getResponse?.call(error) as { message?: unknown } | null | undefined;
  const isValidation = status === 400 && Array.isArray(response?.message);
  return { kind: 'permanent', reason: isValidation ? 'validation' : 'non-retryable' };
}

function transient(error: WithStatus): Classification {
  const retryAfterMs = retryAfterOf(error.response?.headers);
  return retryAfterMs === undefined ? { kind: 'transient' } : { kind: 'transient', retryAfterMs };
}

/** Retry-After in seconds (RFC 9110, 10.2.3); its date form is left to the backoff. */
function retryAfterOf(headers: unknown): number | undefined {
  if (typeof headers !== 'object' || headers === null) return undefined;
  const value: unknown =
    headers instanceof Headers
      ? headers.get('retry-after')
      : (headers as Record<string, unknown>)['retry-after'];
  const seconds = typeof value === 'string' || typeof value === 'number' ? Number(value) : NaN;
  return value !== '' && seconds >= 0 ? seconds * 1_000 : undefined;
}
