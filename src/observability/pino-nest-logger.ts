import { Inject, Injectable, type LoggerService } from '@nestjs/common';
import { inspect } from 'node:util';
import type { Logger } from 'pino';
import { withoutJsonText } from './describe-error.js';
import { LOGGER } from './logger.js';

type Level = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';

/** Names that a line has already: a field of an object given to the logger must not take their place. */
const RESERVED = new Set(['level', 'time', 'pid', 'msg', 'context', 'stack', 'err']);

/**
 * Nest's logger over pino: what Nest and its modules log becomes events like ours, with their context in `context`, an
 * error's stack in `err` or `stack`, and the fields of an object as fields.
 */
@Injectable()
export class PinoNestLogger implements LoggerService {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  log(message: unknown, ...parameters: unknown[]): void {
    this.#write('info', message, parameters);
  }

  error(message: unknown, ...parameters: unknown[]): void {
    this.#write('error', message, parameters);
  }

  warn(message: unknown, ...parameters: unknown[]): void {
    this.#write('warn', message, parameters);
  }

  debug(message: unknown, ...parameters: unknown[]): void {
    this.#write('debug', message, parameters);
  }

  verbose(message: unknown, ...parameters: unknown[]): void {
    this.#write('trace', message, parameters);
  }

  fatal(message: unknown, ...parameters: unknown[]): void {
    this.#write('fatal', message, parameters);
  }

  #write(level: Level, message: unknown, parameters: readonly unknown[]): void {
    if (!this.logger.isLevelEnabled(level)) return;
    const given = [...parameters];
    // Nest puts the context last. A lone stack is a stack: `error(message, stack)`.
    const last = given.at(-1);
    const context = typeof last === 'string' && !isStack(last) ? last : undefined;
    if (context !== undefined) given.pop();
    const fields: Record<string, unknown> = {};
    const texts = [message, ...given].flatMap((part) => textOf(part, fields));
    if (context !== undefined) fields['context'] = context;
    if (texts.length === 0) this.logger[level](fields);
    else this.logger[level](fields, textBeside(fields, texts.join(' ')));
  }
}

/** With a stack the text is an error's message, which may quote what could not be parsed. */
function textBeside(fields: Readonly<Record<string, unknown>>, text: string): string {
  return fields['stack'] === undefined ? text : withoutJsonText(text);
}

/** Puts what is no text into the fields and returns the texts. */
function textOf(part: unknown, fields: Record<string, unknown>): string[] {
  if (part === undefined || part === null) return [];
  if (part instanceof Error) {
    fields['err'] ??= part;
    return [];
  }
  if (typeof part === 'string' && isStack(part)) {
    fields['stack'] ??= part;
    return [];
  }
  if (typeof part === 'function') return [part.name];
  if (typeof part !== 'object') return [typeof part === 'string' ? part : inspect(part)];
  if (Array.isArray(part)) fields['values'] ??= part;
  else mergeFields(part, fields);
  return [];
}

function mergeFields(part: object, fields: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(part)) {
    fields[RESERVED.has(name) ? `field_${name}` : name] = value;
  }
}

function isStack(text: string): boolean {
  return /\n\s+at \S/.test(text);
}
