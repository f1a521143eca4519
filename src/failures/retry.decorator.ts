import { Reflector } from '@nestjs/core';
import type { HandlerDescription } from '../record/index.js';
import type { ErrorMatcher } from './classification.js';

/**
 * How failures of a handler are retried. On a class it holds for each of its handlers; what a method says wins, setting
 * by setting. The environment's `<CONSUMER>_…` keys win over both.
 */
export interface RetryOptions {
  /**
   * Errors that are tried again although Millrace would not: by class, or by `code` or `name`. Looked for among the
   * causes too. Others are judged as without it.
   */
  readonly on?: readonly ErrorMatcher[];
  /** Errors that are dead-lettered at once, reason `non-retryable`, although Millrace would try again. Wins over `on`. */
  readonly except?: readonly ErrorMatcher[];
  /** Attempts after the first; default 3. */
  readonly maxRetries?: number;
  readonly backoff?: {
    /** The wait before the first retry; default 500. */
    readonly initialMs?: number;
    /** How many times longer each further wait is; default 2. */
    readonly multiplier?: number;
    /** The longest wait; default 30,000. */
    readonly maxMs?: number;
  };
  /** No attempt begins later than this after the first failure, waits included; no limit by default. */
  readonly deadlineMs?: number;
}

export const Retry = Reflector.createDecorator<RetryOptions>();

/** What a handler's class and method say, put together. */
export function retryOptionsOf({ controller, method }: HandlerDescription): RetryOptions {
  const ofClass = metadataOf(controller);
  const ofMethod = metadataOf(method);
  const backoff = { ...ofClass?.backoff, ...ofMethod?.backoff };
  return { ...ofClass, ...ofMethod, backoff };
}

function metadataOf(target: object): RetryOptions | undefined {
  return Reflect.getMetadata(Retry.KEY, target) as RetryOptions | undefined;
}
