import { HandlerDeclarationError } from '../kafka/index.js';
import type { HandlerDescription, OutgoingRecord, Publication } from '../record/index.js';
import { deliveryOf } from '../../test/support/deliveries.js';
import { collectOutputs } from './handler-outputs.js';
import { transactionRulesOf } from './transaction-rules.js';
import { transactionalIdOf } from './transactions.js';
import { Transactional } from './transactional.decorator.js';
import { InvalidOutputError } from './transactions.errors.js';

const record: OutgoingRecord = {
  topic: 'out',
  key: null,
  value: Buffer.from('1'),
  headers: [],
  timestamp: 0,
};

class Handlers {
  @Transactional()
  plain(): OutgoingRecord {
    return record;
  }

  @Transactional({ maxRecords: 7, maxWaitMs: 0, timeoutMs: 20_000 })
  own(): Promise<OutgoingRecord[]> {
    return Promise.resolve([record]);
  }

  @Transactional({ maxRecords: 0 })
  none(): void {
    return undefined;
  }

  @Transactional({ timeoutMs: 5_000 })
  hasty(): void {
    return undefined;
  }

  other(): void {
    return undefined;
  }
}

const handlerOf = (name: keyof Handlers): HandlerDescription => ({
  ...deliveryOf().handler,
  handler: `Handlers.${name}`,
  method: Handlers.prototype[name],
});

function collected(returned: unknown): OutgoingRecord[] {
  let put: readonly Publication[] = [];
  collectOutputs(returned, { put: (publications) => (put = publications) });
  return put.map(({ forms }) => forms[0]!());
}

describe('a transactional handler’s rules', () => {
  it('are 500 records, 100 ms and a minute when nothing is said', () => {
    expect(transactionRulesOf(handlerOf('plain'))).toEqual({
      maxRecords: 500,
      maxWaitMs: 100,
      timeoutMs: 60_000,
    });
    expect(transactionRulesOf(handlerOf('own'))).toEqual({
      maxRecords: 7,
      maxWaitMs: 0,
      timeoutMs: 20_000,
    });
    expect(transactionRulesOf(handlerOf('other'))).toBeUndefined();
  });

  it.each(['none', 'hasty'] as const)(
    'are refused at start when nobody can keep them (%s)',
    (name) => {
      expect(() => transactionRulesOf(handlerOf(name))).toThrow(HandlerDeclarationError);
    },
  );

  it('name a timeout that a broker’s answers may outlast, and the shortest one possible', () => {
    expect(() => transactionRulesOf(handlerOf('hasty'))).toThrow(
      /Handlers\.hasty has timeoutMs 5000: 15000 to/,
    );
  });
});

describe('what a transactional handler returns', () => {
  it('is one record, several, or none', () => {
    expect(collected(record)).toEqual([record]);
    expect(collected([record, record])).toEqual([record, record]);
    expect(collected(undefined)).toEqual([]);
    expect(collected([])).toEqual([]);
  });

  it.each([
    ['no record', 7],
    ['an outcome of something else', { rows: 3 }],
    ['a record without a topic', { ...record, topic: '' }],
    ['a text for a key', { ...record, key: 'text' }],
    ['a value that is missing', { ...record, value: undefined }],
    ['headers by name', { ...record, headers: { a: 'b' } }],
    ['a date for a timestamp', { ...record, timestamp: new Date() }],
    ['a partition below 0', { ...record, partition: -1 }],
    ['one of several that is none', [record, null]],
  ])('fails its record for good when it is %s', (_what, returned) => {
    expect(() => collected(returned)).toThrow(InvalidOutputError);
  });
});

describe('transactional ids', () => {
  it('differ between groups and topics whose names could be read either way', () => {
    const ids = [
      { groupId: 'a.b', topic: 'c', partition: 0 },
      { groupId: 'a', topic: 'b.c', partition: 0 },
      { groupId: 'a', topic: 'b.c.0', partition: 1 },
    ].map(transactionalIdOf);
    expect(new Set(ids).size).toBe(3);
  });
});
