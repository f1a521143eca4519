import { ContractViolationError, UndecodableError } from '../record/index.js';
import { oneLine } from './one-line.js';

export interface ErrorDescription {
  /** The error's class, or what was thrown instead of an error. */
  readonly class: string;
  /** The first code in the error and its causes: SQLSTATE, a system's code, one of ours. */
  readonly code?: string;
  readonly message: string;
}

export const MESSAGE_LIMIT_BYTES = 1024;
const STACK_LIMIT_BYTES = 4096;
const LONGEST_CAUSE_CHAIN = 8;

/**
 * One line about anything that was thrown, safe for logs and headers: at most 1 KiB, no control characters, and none
 * of the places where engines and PostgreSQL quote the data. Never throws. A message that an author wrote is kept as
 * it is: who puts a payload into his own message has it logged.
 */
export function describeError(error: unknown): ErrorDescription {
  try {
    const code = codeOf(error);
    const message = oneLine(messageOf(error), MESSAGE_LIMIT_BYTES) || 'no message';
    return { class: classOf(error), ...(code === undefined ? {} : { code }), message };
  } catch {
    // A getter or a proxy threw: there is nothing more to learn from it.
    return { class: 'unknown', message: 'an error that cannot be described' };
  }
}

/** The frames of the error's stack without its message, which stands in the description and may quote data. */
export function stackFrames(error: unknown, maxBytes = STACK_LIMIT_BYTES): string | undefined {
  try {
    const stack = property(error, 'stack');
    return typeof stack === 'string' ? framesOf(stack, maxBytes) : undefined;
  } catch {
    // As in `describeError`.
    return undefined;
  }
}

/** The lines of a stack that are frames, or undefined when the text has none. */
export function framesOf(stack: string, maxBytes = STACK_LIMIT_BYTES): string | undefined {
  const frames: string[] = [];
  let left = maxBytes;
  for (const line of stack.slice(0, 65_536).split('\n')) {
    if (!/^\s{2,8}at \S/.test(line)) continue;
    const frame = oneLine(line, 512);
    left -= Buffer.byteLength(frame) + 1;
    if (left < 0) break;
    frames.push(frame);
  }
  return frames.length === 0 ? undefined : frames.join('\n');
}

function classOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return error === null ? 'null' : typeof error;
  const constructor: unknown = property(error, 'constructor');
  const declared = typeof constructor === 'function' ? constructor.name : '';
  const name = property(error, 'name');
  const isPlain = declared === '' || declared === 'Error' || declared === 'DOMException';
  const chosen = isPlain && typeof name === 'string' && name !== '' ? name : declared;
  return oneLine(chosen, 128) || 'Object';
}

/** Cause by cause, and into the first of an AggregateError's errors; ends at a cycle by its length. */
function codeOf(error: unknown): string | undefined {
  let current = error;
  for (let depth = 0; depth < LONGEST_CAUSE_CHAIN; depth += 1) {
    if (typeof current !== 'object' || current === null) return undefined;
    const found = ownCode(current);
    if (found !== undefined) return found;
    current = property(current, 'cause') ?? firstOf(property(current, 'errors'));
  }
  return undefined;
}

function ownCode(error: object): string | undefined {
  const [code, type] = [property(error, 'code'), property(error, 'type')];
  // kafkajs gives the broker's number as the code and its name as the type.
  const found = typeof code === 'number' && typeof type === 'string' ? type : code;
  if (typeof found !== 'string' && typeof found !== 'number') return undefined;
  return oneLine(String(found), 64) || undefined;
}

function messageOf(error: unknown): string {
  if (typeof error === 'string') return error;
  if (typeof error === 'function') return 'a function was thrown';
  if (typeof error !== 'object' || error === null) return `${String(error)} was thrown`;
  const message = property(error, 'message');
  const own = typeof message === 'string' ? message.slice(0, 4 * MESSAGE_LIMIT_BYTES) : '';
  if (own === '') {
    const first = firstOf(property(error, 'errors'));
    return first instanceof Error && first !== error ? describeError(first).message : '';
  }
  return [withoutQuotedData(error, own), ...violationsOf(error)].join(': ');
}

/** Engines quote the text they could not parse, and PostgreSQL the value it could not convert (SQLSTATE 22). */
function withoutQuotedData(error: object, message: string): string {
  // Their messages name positions and fields by promise.
  if (error instanceof UndecodableError || error instanceof ContractViolationError) return message;
  const isDataException = /^22[0-9A-Z]{3}$/.test(String(property(error, 'code')));
  return isDataException ? message.replace(/".*$/s, '"…"') : withoutJsonText(message);
}

/** Keeps the kind of a JSON syntax error and its position; drops every quotation. */
export function withoutJsonText(message: string): string {
  const isAboutJson =
    /\bJSON\b/.test(message) && /["'`]|Unexpected|Expected|position/.test(message);
  if (!isAboutJson) return message;
  const position = /at position (\d+)/.exec(message)?.[1];
  return position === undefined ? 'invalid JSON' : `invalid JSON at position ${position}`;
}

/** What Nest's ValidationPipe found: it stands in the response, and names fields. */
function violationsOf(error: object): string[] {
  const found = property(property(error, 'response'), 'message');
  if (!Array.isArray(found)) return [];
  const texts = found.filter((entry): entry is string => typeof entry === 'string');
  return texts.length === 0 ? [] : [texts.slice(0, 20).join('; ')];
}

function firstOf(errors: unknown): unknown {
  return Array.isArray(errors) ? (errors[0] as unknown) : undefined;
}

function property(of: unknown, name: string): unknown {
  return typeof of === 'object' && of !== null ? (of as Record<string, unknown>)[name] : undefined;
}
