export interface ErrorContext {
  readonly topic?: string;
  readonly partition?: number;
  readonly offset?: number;
  readonly [name: string]: string | number | boolean | undefined;
}

export interface MillraceErrorOptions {
  readonly cause?: unknown;
  readonly context?: ErrorContext;
}

/** Base of every error of ours: a stable code, whether trying again can help, and context without payload. */
export abstract class MillraceError extends Error {
  abstract readonly code: string;
  abstract readonly retriable: boolean;
  readonly context: ErrorContext;

  constructor(message: string, options: MillraceErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.context = options.context ?? {};
  }
}

/** Thrown by a handler whose record can never succeed: it is dead-lettered at once, reason `non-retryable`. */
export class PermanentError extends MillraceError {
  readonly code: string = 'PERMANENT';
  readonly retriable = false;
}

/** Thrown by a handler whose record may succeed later. `retryAfterMs` is the shortest wait before the next attempt. */
export class RetriableError extends MillraceError {
  readonly code: string = 'RETRIABLE';
  readonly retriable = true;
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options: MillraceErrorOptions & { retryAfterMs?: number } = {}) {
    super(message, options);
    this.retryAfterMs = options.retryAfterMs;
  }
}

/**
 * A store, topic or registry that this process needs does not answer. The record waits: no attempt is counted and it
 * is never dead-lettered for it. `dependency` is the name that health shows and that wakes what waits for it.
 */
export class DependencyUnavailableError extends MillraceError {
  readonly code: string = 'DEPENDENCY_UNAVAILABLE';
  readonly retriable = true;

  constructor(
    readonly dependency: string,
    message: string,
    options: MillraceErrorOptions = {},
  ) {
    super(message, options);
  }
}

/** The value does not keep its contract: dead-lettered at once, reason `validation`. Issues name fields, never values. */
export class ContractViolationError extends MillraceError {
  readonly code: string = 'CONTRACT_VIOLATION';
  readonly retriable = false;
}

/** The bytes are not a value at all: dead-lettered at once, reason `deserialization`. Position and kind only. */
export class UndecodableError extends MillraceError {
  readonly code: string = 'UNDECODABLE';
  readonly retriable = false;
}

/**
 * An attempt failed after its handler's deadline had passed. Retried like a transient failure, and dead-lettered with
 * reason `timeout` when the retries are used up. It is also the reason of the delivery's aborted signal.
 */
export class HandlerTimeoutError extends MillraceError {
  readonly code: string = 'HANDLER_TIMEOUT';
  readonly retriable = true;
}

/**
 * A handler did not end within its deadline and the grace after it, and its consumer does not wait for such ones:
 * dead-lettered, reason `head-blocked`. Whatever the handler still does is ignored.
 */
export class HeadBlockedError extends MillraceError {
  readonly code: string = 'HEAD_BLOCKED';
  readonly retriable = false;
}

/**
 * The partition was revoked or the service is stopping while the delivery waited. Its offset is not committed, the
 * record comes again, and every step must let this error through.
 */
export class DeliveryAbandoned extends MillraceError {
  readonly code: string = 'DELIVERY_ABANDONED';
  readonly retriable = true;
}
