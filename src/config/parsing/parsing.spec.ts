import fc from 'fast-check';
import { inspect } from 'node:util';
import { Secret } from '../secret.js';
import {
  byteSize,
  decimal,
  duration,
  durationText,
  integer,
  Refusal,
  type Parser,
} from './index.js';
import {
  boolean,
  hostAndPort,
  listOf,
  oneOf,
  secret,
  text,
  textOrOff,
  topicName,
  url,
} from './index.js';

const refused = (parser: Parser<unknown>, given: string): boolean =>
  parser.parse(given) instanceof Refusal;

describe('duration', () => {
  it.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['7d', 604_800_000],
    ['1.5s', 1500],
    ['2 S', 2000],
  ])('reads %s', (given, milliseconds) => {
    expect(duration().parse(given)).toBe(milliseconds);
  });

  it('refuses a bare number and says that the unit is missing', () => {
    expect(duration().parse('30')).toEqual(
      new Refusal('a number needs its unit: ms, s, m, h or d'),
    );
  });

  it.each(['', 's', '-1s', '1e3s', '5 weeks', '30s30s', '٣s', '1_000ms', '0s'])(
    'refuses %j',
    (given) => {
      expect(refused(duration(), given)).toBe(true);
    },
  );

  it('keeps its range, by default what a timer can wait', () => {
    expect(refused(duration(), '25d')).toBe(true);
    expect(duration({ max: 90 * 86_400_000 }).parse('25d')).toBe(25 * 86_400_000);
    expect(duration({ min: 0 }).parse('0ms')).toBe(0);
    expect(duration({ min: 1000, max: 60_000 }).expects).toContain('from 1s to 1m');
  });

  it('reads what it writes', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2_000_000_000 }), (milliseconds) => {
        expect(duration({ min: 0 }).parse(durationText(milliseconds))).toBe(milliseconds);
      }),
    );
  });
});

describe('byteSize', () => {
  it.each([
    ['1024', 1024],
    ['10MB', 10_000_000],
    ['64MiB', 67_108_864],
    ['1 gib', 1_073_741_824],
    ['0.5KiB', 512],
    ['12B', 12],
  ])('reads %s', (given, bytes) => {
    expect(byteSize().parse(given)).toBe(bytes);
  });

  it.each(['', 'MiB', '-1', '64Mi', '1e6', '0', '9999999999999999GiB'])('refuses %j', (given) => {
    expect(refused(byteSize(), given)).toBe(true);
  });
});

describe('numbers', () => {
  it('are whole and within their range', () => {
    expect(integer({ min: 0, max: 10 }).parse('10')).toBe(10);
    const wrong = ['11', '-1', '1.0', '0x5', '1e1', '', 'NaN', '9007199254740993'];
    expect(wrong.filter((given) => !refused(integer({ min: 0, max: 10 }), given))).toEqual([]);
    expect(refused(integer(), '9007199254740993')).toBe(true);
  });

  it('may have decimals where that makes sense', () => {
    expect(decimal({ min: 1 }).parse('1.5')).toBe(1.5);
    const wrong = ['.5', '0.5', 'Infinity', '1.', ''];
    expect(wrong.filter((given) => !refused(decimal({ min: 1 }), given))).toEqual([]);
  });

  it('of any size come back as they were written', () => {
    fc.assert(
      fc.property(fc.integer(), (value) => {
        expect(integer().parse(String(value))).toBe(value);
      }),
    );
  });
});

describe('words and names', () => {
  it('read booleans in the usual spellings and nothing else', () => {
    expect(['true', 'YES', 'on', '1'].map((given) => boolean().parse(given))).toEqual(
      Array(4).fill(true),
    );
    expect(['false', 'No', 'off', '0'].map((given) => boolean().parse(given))).toEqual(
      Array(4).fill(false),
    );
    expect(refused(boolean(), 'maybe')).toBe(true);
  });

  it('read one of a closed set in any case, as it was declared', () => {
    expect(oneOf('plain', 'scram-sha-256').parse('SCRAM-SHA-256')).toBe('scram-sha-256');
    expect(refused(oneOf('plain'), 'plai')).toBe(true);
    expect(oneOf('a', 'b').expects).toBe('one of a, b');
  });

  it('read off as nothing where a feature can be off', () => {
    expect(textOrOff('a path').parse('OFF')).toBeUndefined();
    expect(textOrOff('a path').parse('/x')).toBe('/x');
  });

  it('keep to what Kafka allows as a topic', () => {
    expect(topicName().parse('orders.storage_loader.dlq-1')).toBe('orders.storage_loader.dlq-1');
    const wrong = ['', '.', '..', 'a b', 'a/b', 'ä', 'x'.repeat(250)];
    expect(wrong.filter((given) => !refused(topicName(), given))).toEqual([]);
  });

  it('need host and port of a broker', () => {
    const right = ['localhost:9092', 'b-1.kafka.example:443', '[::1]:9092', '10.0.0.1:1'];
    expect(right.map((given) => hostAndPort().parse(given))).toEqual(right);
    const wrong = [
      'localhost',
      'a:0',
      'a:65536',
      ':9092',
      'PLAINTEXT://a:1',
      'a:1:2',
      'a b:1',
      '::1:9',
    ];
    expect(wrong.filter((given) => !refused(hostAndPort(), given))).toEqual([]);
  });

  it('need the scheme of a URL', () => {
    const database = url('postgres', 'postgresql');
    expect(database.parse('postgresql://u:p%40@h:5432/db')).toBe('postgresql://u:p%40@h:5432/db');
    expect(database.parse('postgres:///db?host=/run')).toBe('postgres:///db?host=/run');
    const wrong = ['mysql://h/db', 'h:5432/db', 'postgres:db', 'postgres://h:port/db'];
    expect(wrong.filter((given) => !refused(database, given))).toEqual([]);
  });
});

describe('listOf', () => {
  it('cuts the blanks around commas and refuses empty entries by position', () => {
    expect(listOf(text()).parse(' a , b')).toEqual(['a', 'b']);
    expect(listOf(text()).parse('a,,b')).toEqual(new Refusal('entry 2'));
    expect(listOf(duration()).parse('1s,5')).toEqual(
      new Refusal('entry 2: a number needs its unit: ms, s, m, h or d'),
    );
  });
});

describe('secret', () => {
  it('hides the value that another parser accepts', () => {
    const parsed = secret(url('redis')).parse('redis://:hunter2@r');
    expect(parsed).toBeInstanceOf(Secret);
    expect(inspect(parsed)).toBe('***');
    expect(refused(secret(url('redis')), 'hunter2')).toBe(true);
  });
});

describe('every parser', () => {
  const parsers: readonly Parser<unknown>[] = [
    duration(),
    byteSize(),
    integer({ min: 1 }),
    decimal(),
    boolean(),
    oneOf('a'),
    topicName(),
    hostAndPort(),
    url('redis'),
    secret(url('redis')),
    listOf(duration()),
    textOrOff('x'),
  ];

  it('never throws, and refuses without quoting', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (given) => {
        const canary = `k4n4ry${given}`;
        for (const parser of parsers) {
          const result = parser.parse(canary);
          if (result instanceof Refusal) expect(result.hint ?? '').not.toContain('k4n4ry');
        }
      }),
    );
  });
});
