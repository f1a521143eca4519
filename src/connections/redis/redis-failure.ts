import { types } from 'node:util';
import { DependencyUnavailableError } from '../../record/index.js';

/** The name of the dependency in health, and what wakes the records that wait for it. */
export const REDIS = 'redis';

/** What the server quotes back of a command it does not know: arguments may be ids or passwords. */
const QUOTED_ARGUMENTS = /,? with args beginning with:[\s\S]*$/;

/** The first word of a server's refusal: `READONLY`, `LOADING`, `OOM`, `NOSCRIPT`. */
export function replyCodeOf(error: unknown): string | undefined {
  if (!types.isNativeError(error) || error.name !== 'ReplyError') return undefined;
  return /^[A-Z]+/.exec(error.message)?.[0];
}

/**
 * What leaves this folder for whatever the server or the network did instead of answering. Nothing of the driver's own
 * error goes along: it carries the command with its arguments, the password among them.
 */
export function unavailable(error: unknown, server: string): DependencyUnavailableError {
  if (error instanceof DependencyUnavailableError) return error;
  const code = replyCodeOf(error);
  const message = code === undefined ? `${server} does not answer` : `${server} refuses`;
  return new DependencyUnavailableError(REDIS, `${message}: ${inWords(error)}`);
}

/** One line about an error of the driver, without what was asked. */
export function inWords(error: unknown): string {
  if (!types.isNativeError(error)) return 'an unknown failure';
  const { code } = error as Error & { code?: unknown };
  // Several addresses of one host were tried: the message is empty, the code tells.
  const words = error.message || (typeof code === 'string' ? code : error.name);
  return words.replace(QUOTED_ARGUMENTS, '').split('\n')[0]!;
}

/** Host, port and database of the address; nothing of it when it cannot be read, because it may hold a password. */
export function serverInWords(address: string | undefined): string {
  if (address === undefined || !URL.canParse(address)) return 'Redis';
  const { hostname, port, pathname } = new URL(address);
  return `Redis at ${hostname}:${port || '6379'}${pathname === '/' ? '' : pathname}`;
}
