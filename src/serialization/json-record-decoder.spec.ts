import fc from 'fast-check';
import { inspect } from 'node:util';
import { UndecodableError, type KafkaRecord } from '../record/index.js';
import { findJsonFault } from './json-fault.js';
import { JsonRecordDecoder } from './json-record-decoder.js';

const decoder = new JsonRecordDecoder();

function recordOf(value: Buffer | string | null): KafkaRecord {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  return {
    topic: 't',
    partition: 1,
    offset: 2,
    timestamp: 3,
    key: null,
    headers: [],
    value: bytes,
  };
}

function decoded(value: Buffer | string | null): unknown {
  const result = decoder.decode(recordOf(value));
  if (result.kind !== 'decoded') throw new Error(inspect(result));
  return result.value;
}

function refusal(value: Buffer | string): string {
  const result = decoder.decode(recordOf(value));
  if (result.kind !== 'undecodable') throw new Error(inspect(result));
  expect(result.error).toBeInstanceOf(UndecodableError);
  expect(result.error.context).toEqual({ topic: 't', partition: 1, offset: 2 });
  return result.error.message;
}

const BOM = '\ufeff';

describe('JsonRecordDecoder', () => {
  it('decodes any JSON value to itself', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ depthSize: 'medium' }),
        fc.constantFrom('', BOM),
        (value, mark) => {
          const text = JSON.stringify(value);
          // Not the value itself: -0 is written as 0.
          const written: unknown = JSON.parse(text);
          expect(decoded(mark + text)).toEqual(written);
          expect(decoded(` \n${JSON.stringify(value, null, 2)}\t`)).toEqual(written);
        },
      ),
    );
  });

  it('never throws, whatever the bytes', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 600 }),
      fc.array(fc.constantFrom(...Buffer.from('{}[]",:\\u0e1-.tnf \u0001ä')), { maxLength: 600 }),
    );
    fc.assert(
      fc.property(bytes, (value) => {
        const given = Buffer.from(value);
        const result = decoder.decode(recordOf(given));
        const isRight = isJsonInUtf8(given);
        expect(result.kind).toBe(isRight ? 'decoded' : 'undecodable');
      }),
      { numRuns: 500 },
    );
  });

  it('gives null for a tombstone and for the text null, which only the record tells apart', () => {
    expect(decoded(null)).toBeNull();
    expect(decoded('null')).toBeNull();
    expect(recordOf('null').value).not.toBeNull();
  });

  it.each([
    ['nothing at all', '', 'empty value'],
    ['a byte order mark alone', BOM, 'invalid JSON at character 0: the text ends too early'],
    ['blanks alone', '  ', 'invalid JSON at character 2: the text ends too early'],
    ['a truncated object', '{"a":1', 'invalid JSON at character 6: the text ends too early'],
    ['a truncated text', '{"a":"b', 'invalid JSON at character 7: the text ends too early'],
    ['a truncated escape', '"\\u00', 'invalid JSON at character 5: the text ends too early'],
    ['a truncated word', '[tru', 'invalid JSON at character 4: the text ends too early'],
    ['a truncated number', '[1.', 'invalid JSON at character 3: the text ends too early'],
    ['NaN', '{"a":NaN}', 'invalid JSON at character 5: expected a value'],
    ['Infinity', '-Infinity', 'invalid JSON at character 0: malformed number'],
    ['a leading zero', '[01]', 'invalid JSON at character 1: malformed number'],
    ['garbage behind a mark', `${BOM}k4n4ry`, 'invalid JSON at character 0: expected a value'],
    ['two marks', `${BOM}${BOM}1`, 'invalid JSON at character 0: expected a value'],
    ['a second value', '{} {}', 'invalid JSON at character 3: text after the value'],
    ['a trailing comma', '[1,]', 'invalid JSON at character 3: unexpected character'],
    [
      'a trailing comma in an object',
      '{"a":1,}',
      'invalid JSON at character 7: unexpected character',
    ],
    ['a missing colon', '{"a" 1}', 'invalid JSON at character 5: expected a colon'],
    ['a wrong bracket', '[1}', 'invalid JSON at character 2: unexpected character'],
    ['single quotes', "{'a':1}", 'invalid JSON at character 1: unexpected character'],
    ['a raw newline', '"a\nb"', 'invalid JSON at character 2: control character in a string'],
    ['an unknown escape', '"\\x41"', 'invalid JSON at character 1: unknown escape in a string'],
  ])('refuses %s and tells kind and position', (_what, value, message) => {
    expect(refusal(value)).toBe(message);
  });

  it('refuses what is not UTF-8, by the byte', () => {
    expect(refusal(Buffer.from([0x22, 0xff, 0x22]))).toBe('invalid UTF-8 at byte 1');
    expect(refusal(Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]))).toBe('invalid UTF-8 at byte 1');
    expect(refusal(Buffer.from([0x22, 0xc3]))).toBe('invalid UTF-8 at byte 1');
    expect(refusal(Buffer.from('\ufeff{}', 'utf16le'))).toBe('invalid UTF-8 at byte 0');
    expect(decoded(Buffer.from('"\ufffd"'))).toBe('\ufffd');
  });

  it('puts nothing of the record into its errors', () => {
    const texts = [
      'k4n4ry',
      '{"k4n4ry":}',
      '["k4n4ry" 1]',
      '"k4n4ry\n"',
      '{"k4n4ry":NaN}',
      '-k4n4ry',
    ];
    for (const text of texts) {
      const result = decoder.decode(recordOf(text));
      expect(result.kind).toBe('undecodable');
      expect(inspect(result, { depth: null })).not.toMatch(/k4n4ry/);
    }
  });

  it.each([
    ['arrays', '[', ']'],
    ['objects', '{"a":', '}'],
  ])('takes 128 %s inside each other and refuses 129', (_what, open, close) => {
    const nested = (depth: number, core: string): string =>
      open.repeat(depth) + core + close.repeat(depth);
    expect(decoded(nested(128, '1'))).toBeDefined();
    expect(refusal(nested(129, '1'))).toBe(`nested deeper than 128 at byte ${open.length * 128}`);
    expect(refusal(open.repeat(5_000_000))).toMatch(/^nested deeper than 128/);
  });

  it('counts no bracket that stands in a string, and every one behind it', () => {
    const brackets = '[{'.repeat(300);
    expect(decoded(JSON.stringify({ a: brackets, b: `\\"${brackets}` }))).toBeDefined();
    expect(decoded(`"${'\\\\'.repeat(200)}"`)).toBe('\\'.repeat(200));
    const behind = `["\\\\",${'['.repeat(128)}1${']'.repeat(128)}]`;
    expect(refusal(behind)).toMatch(/^nested deeper than 128/);
    const wide = `[${'[],{},'.repeat(10_000)}1]`;
    expect(decoded(wide)).toHaveLength(20_001);
  });

  it('keeps __proto__ and constructor as own plain data that pollutes nothing', () => {
    const value = decoded(
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
    );
    expect(Object.keys(value as object)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('takes a value of 5 MB', () => {
    expect(decoded(JSON.stringify('x'.repeat(5_000_000)))).toHaveLength(5_000_000);
  });
});

describe('findJsonFault', () => {
  it('finds a fault exactly where JSON.parse refuses', () => {
    const alphabet = [...'{}[]",:\\u0e1-.tnf ', 'true', 'false', 'null', '"a"', '\n', '\u0001'];
    const text = fc
      .array(fc.constantFrom(...alphabet), { maxLength: 12 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (given) => {
        expect(findJsonFault(given) === undefined).toBe(isJsonInUtf8(Buffer.from(given)));
      }),
      { numRuns: 3000 },
    );
  });

  it('finds nothing wrong in any JSON, and the end in any JSON that is cut off', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), (text, place) => {
        expect(findJsonFault(text)).toBeUndefined();
        const cut = text.slice(0, place % text.length);
        const fault = findJsonFault(cut);
        if (fault !== undefined) {
          expect(fault).toEqual({ kind: 'the text ends too early', position: cut.length });
        }
      }),
    );
  });
});

function isJsonInUtf8(bytes: Buffer): boolean {
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return true;
  } catch {
    return false;
  }
}
