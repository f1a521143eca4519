import { createRequire } from 'node:module';
import {
  pino,
  stdTimeFunctions,
  type DestinationStream,
  type Logger,
  type LoggerOptions,
} from 'pino';
import type { Settings } from '../config/index.js';
import { describeError, framesOf, stackFrames } from './describe-error.js';
import { oneLine } from './one-line.js';

/** The injection token of the pino logger. */
export const LOGGER = Symbol('logger');

const TEXT_LIMIT_BYTES = 16_384;

/**
 * One event per line on standard output, written before the call returns, so that a crash loses none. JSON, or lines
 * for people where `pino-pretty` (a development dependency) is installed. Texts lose their control characters, so
 * that no text can look like a line of its own; errors are described without what they may quote.
 */
export function createLogger(settings: Settings['log'], destination?: DestinationStream): Logger {
  const options: LoggerOptions = {
    level: settings.level,
    base: { pid: process.pid },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }), log: plainFields },
    serializers: { err: serializeError },
    hooks: {
      logMethod(parameters, method) {
        method.apply(this, describedFirst(parameters));
      },
    },
  };
  const target = destination ?? pino.destination({ dest: 1, sync: true });
  if (settings.format === 'json') return pino(options, target);
  return pino(options, forPeople(target, destination === undefined ? {} : { colorize: false }));
}

/** pino takes an error's own message when it is given none; ours is the described one. */
function describedFirst(
  parameters: readonly unknown[],
): [object: unknown, message?: string, ...rest: unknown[]] {
  const [first, ...rest] = parameters;
  if (typeof first === 'string') return [oneLine(first, TEXT_LIMIT_BYTES), ...plainTexts(rest)];
  const object = first instanceof Error ? { err: first } : first;
  if (rest.length > 0) return [object, ...plainTexts(rest)];
  const error: unknown = (object as { err?: unknown } | null | undefined)?.err;
  return error === undefined ? [object] : [object, describeError(error).message];
}

function plainTexts(values: readonly unknown[]): [string?, ...unknown[]] {
  return values.map((value) =>
    typeof value === 'string' ? oneLine(value, TEXT_LIMIT_BYTES) : value,
  ) as [string?, ...unknown[]];
}

function plainFields(fields: Record<string, unknown>): Record<string, unknown> {
  const plain: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value !== 'string') plain[name] = value;
    else plain[name] = name === 'stack' ? framesOf(value) : oneLine(value, TEXT_LIMIT_BYTES);
  }
  return plain;
}

function serializeError(error: unknown): object {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  return {
    ...describeError(error),
    stack: stackFrames(error),
    ...(cause === undefined ? {} : { cause: describeError(cause) }),
  };
}

interface PrettyPackage {
  prettyFactory(options: object): (line: string) => string;
}

function forPeople(target: DestinationStream, colours: object): DestinationStream {
  const prettify = loadPretty()?.prettyFactory({
    ignore: 'pid',
    singleLine: true,
    // An error is printed over lines of its own otherwise.
    errorLikeObjectKeys: [],
    ...colours,
  });
  if (prettify === undefined) return target;
  return { write: (line) => target.write(prettify(line)) };
}

function loadPretty(): PrettyPackage | undefined {
  try {
    return createRequire(import.meta.url)('pino-pretty') as PrettyPackage;
  } catch {
    // Not installed in production, where nobody reads the lines by eye: JSON then.
    return undefined;
  }
}
