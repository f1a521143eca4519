import { types } from 'node:util';
import { DependencyUnavailableError } from '../../record/index.js';

/** The name of the dependency in health, and what wakes the records that wait for it. */
export const POSTGRES = 'postgres';

const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'ETIMEDOUT',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** 25006: a standby, or a primary that was demoted, answers but cannot store. */
const UNAVAILABLE_STATES = /^(08...|57P0.|53300|25006)$/;

/** What the driver says, without a code, when the connection and not the statement failed. */
const CONNECTION_WORDS =
  /^(Connection terminated|timeout exceeded when trying to connect|timeout expired|Query read timeout|Client has encountered a connection error|Client was closed)/;

/** Fields of a server's error that quote row values. */
const QUOTING_FIELDS = ['detail', 'where', 'internalQuery'] as const;

/** The server's SQLSTATE or the system's error code. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : undefined;
}

/** Whether the server could not be asked, as opposed to having refused the statement. */
export function isConnectionFailure(error: unknown): boolean {
  if (error instanceof DependencyUnavailableError) return true;
  const code = codeOf(error);
  if (code !== undefined) return NETWORK_CODES.has(code) || UNAVAILABLE_STATES.test(code);
  return types.isNativeError(error) && CONNECTION_WORDS.test(error.message);
}

/**
 * What leaves this folder for an error of the driver: `DependencyUnavailableError` when the server could not be asked,
 * otherwise the same error with its SQLSTATE, table and constraint, and without a printable trace of the row's values.
 */
export function asFailure(error: unknown, server: string): unknown {
  return isConnectionFailure(error) ? unavailable(error, server) : sealed(error);
}

/** For a failure to get a connection at all: whatever the reason, no statement has begun. */
export function unavailable(error: unknown, server: string): DependencyUnavailableError {
  if (error instanceof DependencyUnavailableError) return error;
  return new DependencyUnavailableError(POSTGRES, `${server} does not answer: ${inWords(error)}`, {
    cause: sealed(error),
  });
}

/** One line about an error of the driver: codes, names of roles and databases; no password, no row's values. */
export function inWords(error: unknown): string {
  if (!types.isNativeError(error)) return 'an unknown failure';
  sealed(error);
  // Several addresses of one host were tried: the message is empty, the code tells.
  return error.message || (codeOf(error) ?? error.name);
}

/** Hides what quotes row values from everything that prints or serialises the error; code can still read it. */
function sealed(error: unknown): unknown {
  if (!types.isNativeError(error)) return error;
  const fields = error as Error & Record<string, unknown>;
  for (const name of QUOTING_FIELDS) {
    const { [name]: value } = fields;
    if (value === undefined) continue;
    Object.defineProperty(error, name, {
      value,
      enumerable: false,
      configurable: true,
      writable: true,
    });
  }
  if (codeOf(error)?.startsWith('22')) withoutQuotedValue(error);
  return error;
}

/** Data exceptions (class 22) quote the value in the message itself: `invalid input syntax for type integer: "…"`. */
function withoutQuotedValue(error: Error): void {
  const quoting = error.message;
  const quiet = quoting.replace(/"[\s\S]*"/, '"…"');
  if (quiet === quoting) return;
  const { stack } = error;
  error.message = quiet;
  if (stack !== undefined) error.stack = stack.replace(quoting, () => quiet);
}
