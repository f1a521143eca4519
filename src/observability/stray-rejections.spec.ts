import { EventEmitter } from 'node:events';
import { jest } from '@jest/globals';
import { createLogger } from './logger.js';
import { StrayRejections } from './stray-rejections.js';

function setUp() {
  const written: string[] = [];
  const logger = createLogger(
    { level: 'debug', format: 'json' },
    { write: (line: string) => void written.push(line) },
  );
  const source = new EventEmitter();
  const rejections = new StrayRejections(logger);
  rejections.source = source;
  rejections.onModuleInit();
  const events = () => written.map((line) => JSON.parse(line) as Record<string, unknown>);
  return { events, rejections, source };
}

describe('a rejection that nobody waits for', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('is logged once per burst, with the number of the others at its end, and counted', () => {
    const { events, rejections, source } = setUp();
    for (let number = 0; number < 100; number += 1)
      source.emit('unhandledRejection', new Error(`no. ${number}`));
    expect(events()).toMatchObject([
      { level: 'error', event: 'unhandled-rejection', class: 'Error', message: 'no. 0' },
    ]);
    jest.advanceTimersByTime(10_000);
    expect(events()).toHaveLength(2);
    expect(events()[1]).toMatchObject({ more: 99, total: 100 });
    source.emit('unhandledRejection', undefined);
    expect(events()).toHaveLength(3);
    expect(rejections.count).toBe(101);
  });

  it('is nobody’s any more once the service has stopped', () => {
    const { rejections, source } = setUp();
    rejections.onModuleDestroy();
    expect(source.listenerCount('unhandledRejection')).toBe(0);
  });
});
