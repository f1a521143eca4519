import {
  DependencyUnavailableError,
  PermanentError,
  RetriableError,
  type MillraceError,
} from '../../../record/index.js';

interface Failed {
  readonly callback: string;
  readonly error: unknown;
  /** One line about the error. */
  readonly message: string;
}

/**
 * A call that failed, as the failure policies judge it. `waiting`: for a dependency, which is no failed attempt.
 * `permanent`: calling again cannot help.
 */
export type CallbackFailure = Failed &
  (
    | { readonly kind: 'waiting'; readonly dependency: string }
    | { readonly kind: 'passing'; readonly retryAfterMs?: number }
    | { readonly kind: 'permanent' }
  );

const PATIENCE = ['waiting', 'passing', 'permanent'] as const;

/**
 * What an attempt fails with when callbacks have failed: what leaves most hope. So a record waits while one of its
 * callbacks waits, is tried again while one may still pass, and is given up when what is left cannot.
 */
export function errorOf(failures: readonly CallbackFailure[]): MillraceError | undefined {
  const [chosen] = PATIENCE.flatMap((kind) => failures.filter((failure) => failure.kind === kind));
  return chosen === undefined ? undefined : asError(chosen);
}

function asError(failure: CallbackFailure): MillraceError {
  const { callback, error: cause, message } = failure;
  const named = `callback ${callback}: ${message}`;
  switch (failure.kind) {
    case 'waiting':
      return new DependencyUnavailableError(failure.dependency, named, { cause });
    case 'passing':
      return new RetriableError(named, { cause, retryAfterMs: failure.retryAfterMs });
    case 'permanent':
      return new PermanentError(named, { cause });
  }
}
