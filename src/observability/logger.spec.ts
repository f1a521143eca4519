import { Logger as NestLogger } from '@nestjs/common';
import { Secret } from '../config/index.js';
import { createLogger } from './logger.js';
import { PinoNestLogger } from './pino-nest-logger.js';

function capture(level = 'trace', format: 'json' | 'pretty' = 'json') {
  const written: string[] = [];
  const logger = createLogger({ level, format }, { write: (line) => void written.push(line) });
  const lines = (): string[] => written.join('').split('\n').slice(0, -1);
  const events = (): Record<string, unknown>[] =>
    lines().map((line) => JSON.parse(line) as Record<string, unknown>);
  return { logger, nest: new PinoNestLogger(logger), lines, events };
}

describe('createLogger', () => {
  it('writes one JSON object per line with the level by name and an ISO time', () => {
    const { logger, events } = capture();
    logger.info({ event: 'started', port: 3000 }, 'up');
    expect(events()).toEqual([
      {
        level: 'info',
        time: expect.any(String),
        pid: process.pid,
        event: 'started',
        port: 3000,
        msg: 'up',
      },
    ]);
    expect(events()[0]?.['time']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it('leaves out what is below its level', () => {
    const { logger, lines } = capture('warn');
    logger.info('no');
    logger.warn('yes');
    expect(lines()).toHaveLength(1);
  });

  it('describes errors without what they may quote, and keeps their frames', () => {
    const { logger, events } = capture();
    const error = Object.assign(new Error('bad "k4n4ry"'), { code: '22P02', detail: 'k4n4ry' });
    logger.error(error);
    logger.error({ err: error });
    logger.error({ err: error }, 'while loading');
    const [bare, inside, told] = events();
    expect(bare).toMatchObject({ msg: 'bad "…"', err: { class: 'Error', code: '22P02' } });
    expect(inside?.['msg']).toBe('bad "…"');
    expect(told?.['msg']).toBe('while loading');
    expect((told?.['err'] as { stack: string }).stack).toContain('logger.spec');
    expect(JSON.stringify(events())).not.toContain('k4n4ry');
  });

  it('never shows a secret', () => {
    const { logger, lines } = capture();
    logger.info({ password: new Secret('k4n4ry'), deep: { url: new Secret('k4n4ry') } }, 'x');
    expect(lines().join()).not.toContain('k4n4ry');
  });

  it.each(['json', 'pretty'] as const)('lets no text forge a line (%s)', (format) => {
    const forged = 'x\n{"level":"fatal","msg":"forged"}\r\u2028\u001b[1A';
    const { logger, nest, lines } = capture('trace', format);
    logger.info(forged);
    logger.info({ field: forged }, forged);
    logger.info('%s', forged);
    nest.log(forged, forged, forged);
    nest.error(new Error(forged));
    expect(lines().join('')).toContain('forged');
    expect(lines().join('')).not.toMatch(/[\r\u2028\u001b]/);
    expect(lines()).toHaveLength(5);
    expect(lines().filter((line) => !/^(\{"level"|\[\d\d:)/.test(line))).toEqual([]);
  });

  it('writes one line an event for people too, with its fields and the frames of its error', () => {
    const { logger, lines } = capture('trace', 'pretty');
    logger.info({ event: 'started', deep: { port: 3000 } }, 'up');
    logger.error({ err: new Error('broken', { cause: new Error('because') }) }, 'while loading');
    const [up, failed, ...more] = lines();
    expect(up).toMatch(/^\[\d\d:.*INFO.*: up .*"event":"started","deep":\{"port":3000\}/);
    expect(failed).toMatch(/ERROR.*: while loading .*"message":"broken".*logger\.spec.*because/);
    expect(more).toEqual([]);
  });
});

describe('PinoNestLogger', () => {
  it("keeps Nest's context, also through Nest's own Logger", () => {
    const { nest, events } = capture();
    nest.log('hello', 'RouterExplorer');
    NestLogger.overrideLogger(nest);
    new NestLogger('Orders').warn('careful');
    new NestLogger('Orders').error('broken', new Error('x').stack);
    NestLogger.overrideLogger(false);
    expect(events()).toEqual([
      expect.objectContaining({ level: 'info', context: 'RouterExplorer', msg: 'hello' }),
      expect.objectContaining({ level: 'warn', context: 'Orders', msg: 'careful' }),
      expect.objectContaining({
        level: 'error',
        context: 'Orders',
        msg: 'broken',
        stack: expect.stringContaining('logger.spec'),
      }),
    ]);
  });

  it('takes a lone stack for a stack and not for a context', () => {
    const { nest, events } = capture();
    nest.error('broken', new Error('x').stack);
    expect(events()[0]).toMatchObject({ msg: 'broken', stack: expect.stringMatching(/^at /) });
    expect(events()[0]).not.toHaveProperty('context');
  });

  it('turns objects into fields that cannot take the place of its own', () => {
    const { nest, events } = capture();
    nest.log({ event: 'x', level: 'fatal', time: 'never' }, 'Context');
    nest.log('two', { orders: 3 }, ['a'], 'Context');
    expect(events()[0]).toMatchObject({
      level: 'info',
      event: 'x',
      field_level: 'fatal',
      field_time: 'never',
      context: 'Context',
    });
    expect(events()[1]).toMatchObject({ msg: 'two', orders: 3, values: ['a'], context: 'Context' });
  });

  it('logs errors as errors, with or without a text, and anything else as text', () => {
    const { nest, events } = capture();
    nest.error(new TypeError('odd'), undefined, 'Orders');
    nest.fatal('cannot go on', new RangeError('far'));
    nest.verbose(42);
    nest.debug(undefined);
    expect(events()).toEqual([
      expect.objectContaining({
        level: 'error',
        msg: 'odd',
        context: 'Orders',
        err: expect.objectContaining({ class: 'TypeError' }),
      }),
      expect.objectContaining({
        level: 'fatal',
        msg: 'cannot go on',
        err: expect.objectContaining({ class: 'RangeError', message: 'far' }),
      }),
      expect.objectContaining({ level: 'trace', msg: '42' }),
      expect.objectContaining({ level: 'debug' }),
    ]);
  });

  it('drops what an engine quotes in a message that came with its stack', () => {
    const { nest, events } = capture();
    let failure = new Error();
    try {
      JSON.parse('k4n4ry');
    } catch (error) {
      failure = error as Error;
    }
    nest.error(failure.message, failure.stack, 'ExceptionsHandler');
    expect(JSON.stringify(events())).not.toContain('k4n4ry');
    expect(events()[0]?.['msg']).toMatch(/^invalid JSON/);
  });
});
