import { BadRequestException } from '@nestjs/common';
import fc from 'fast-check';
import { DependencyUnavailableError, PermanentError, UndecodableError } from '../record/index.js';
import { describeError, framesOf, stackFrames } from './describe-error.js';
import { cutToBytes, oneLine } from './one-line.js';

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}

function postgresError(code: string, message: string): Error {
  class DatabaseError extends Error {}
  const detail = 'Key (customer_name)=(k4n4ry) already exists.';
  return Object.assign(new DatabaseError(message), {
    name: 'error',
    code,
    detail,
    where: 'k4n4ry',
  });
}

describe('describeError', () => {
  it('names the class, the first code of the chain and the message', () => {
    class LoadError extends Error {}
    const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    expect(describeError(new LoadError('cannot load', { cause: refused }))).toEqual({
      class: 'LoadError',
      code: 'ECONNREFUSED',
      message: 'cannot load',
    });
    expect(describeError(new PermanentError('no'))).toEqual({
      class: 'PermanentError',
      code: 'PERMANENT',
      message: 'no',
    });
    expect(describeError(new DependencyUnavailableError('postgres', 'down')).code).toBe(
      'DEPENDENCY_UNAVAILABLE',
    );
    expect(describeError(new TypeError('x')).class).toBe('TypeError');
    expect(describeError(Object.assign(new Error('x'), { code: 6, type: 'NOT_LEADER' })).code).toBe(
      'NOT_LEADER',
    );
    expect(describeError(new DOMException('late', 'TimeoutError')).class).toBe('TimeoutError');
  });

  it('looks into an AggregateError that says nothing itself', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    expect(describeError(new AggregateError([refused, new Error('other')]))).toEqual({
      class: 'AggregateError',
      code: 'ECONNREFUSED',
      message: 'connect ECONNREFUSED',
    });
  });

  it.each([
    [undefined, 'undefined', 'undefined was thrown'],
    [null, 'null', 'null was thrown'],
    ['a text', 'string', 'a text'],
    [42, 'number', '42 was thrown'],
    [Symbol('s'), 'symbol', 'Symbol(s) was thrown'],
    [(): string => 'source', 'function', 'a function was thrown'],
    [{ secret: 'k4n4ry' }, 'Object', 'no message'],
    [Object.create(null), 'Object', 'no message'],
    [{ status: 'error', message: 'Internal server error' }, 'Object', 'Internal server error'],
    [new Error(''), 'Error', 'no message'],
  ])('describes %p, whatever was thrown', (thrown, name, message) => {
    expect(describeError(thrown)).toEqual({ class: name, message });
  });

  it('ends with causes that go in a circle, and with getters and proxies that throw', () => {
    const [first, second] = [new Error('a'), new Error('b')];
    Object.assign(first, { cause: second });
    Object.assign(second, { cause: first });
    expect(describeError(first)).toEqual({ class: 'Error', message: 'a' });
    const emptyCircle = new AggregateError([]);
    emptyCircle.errors.push(new AggregateError([emptyCircle]));
    expect(describeError(emptyCircle).message).toBeTruthy();
    const refuse = (): never => {
      throw new Error('no');
    };
    expect(
      describeError(new Proxy(new Error('x'), { get: refuse, getPrototypeOf: refuse })),
    ).toEqual({
      class: 'unknown',
      message: 'an error that cannot be described',
    });
  });

  it('never quotes the text that an engine could not parse', () => {
    const texts = [
      'k4n4ry',
      '{"k4n4ry":',
      '{"a":k4n4ry}',
      '["k4n4ry" "x"]',
      '"k4n4ry',
      '{"k4n4ry":1}x',
    ];
    for (const text of texts) {
      const error = thrownBy(() => JSON.parse(text));
      const wrapped = new Error(`cannot read: ${(error as Error).message}`, { cause: error });
      expect(describeError(error).message).toMatch(/^invalid JSON/);
      expect(describeError(wrapped).message).toMatch(/^invalid JSON/);
    }
    const ours = new UndecodableError('invalid JSON: unexpected byte at position 4');
    expect(describeError(ours).message).toBe('invalid JSON: unexpected byte at position 4');
  });

  it('never shows the rows that PostgreSQL quotes, and keeps the names of its objects', () => {
    const invalid = postgresError('22P02', 'invalid input syntax for type numeric: "k4n4"ry"');
    expect(describeError(invalid)).toEqual({
      class: 'DatabaseError',
      code: '22P02',
      message: 'invalid input syntax for type numeric: "…"',
    });
    const range = postgresError('22003', 'value "k4n4ry" is out of range for type integer');
    expect(JSON.stringify(describeError(range))).not.toContain('k4n4ry');
    const duplicate = postgresError('23505', 'duplicate key value violates unique constraint "pk"');
    expect(describeError(duplicate).message).toBe(
      'duplicate key value violates unique constraint "pk"',
    );
  });

  it('tells what a validation pipe found, which stands in the response', () => {
    const error = new BadRequestException([
      'quantity must be an integer',
      'lines must be an array',
    ]);
    expect(describeError(error).message).toBe(
      'Bad Request Exception: quantity must be an integer; lines must be an array',
    );
  });

  it('hides the credentials of a URL', () => {
    const message = 'cannot reach postgres://user:k4n4ry@host/db now';
    expect(describeError(new Error(message)).message).toBe(
      'cannot reach postgres://***@host/db now',
    );
  });

  it('is one line of at most 1 KiB, for anything that can be thrown', () => {
    const thrown = fc.oneof(
      fc.anything(),
      fc.string({ unit: 'binary' }).map((message) => new Error(message)),
      fc.record({ message: fc.anything(), code: fc.anything(), cause: fc.anything() }),
    );
    fc.assert(
      fc.property(thrown, (error) => {
        const { class: name, code = '', message } = describeError(error);
        expect(Buffer.byteLength(message)).toBeLessThanOrEqual(1024);
        expect(message).not.toBe('');
        expect(`${name}${code}${message}`).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
      }),
    );
  });

  it('cuts a huge message soon, between two characters', () => {
    const huge = new Error('ä€😀\n'.repeat(5_000_000));
    const start = performance.now();
    const { message } = describeError(huge);
    expect(performance.now() - start).toBeLessThan(1000);
    expect(Buffer.byteLength(message)).toBeGreaterThan(1000);
    expect(message).not.toContain('\ufffd');
  });
});

describe('stackFrames', () => {
  it('keeps the frames and drops the message, which may quote data or look like a frame', () => {
    const frames = stackFrames(new Error('k4n4ry\n    over two lines'));
    expect(frames).toMatch(/^at .*describe-error\.spec/);
    expect(frames).not.toMatch(/k4n4ry|over two lines/);
    expect(stackFrames('no error')).toBeUndefined();
    expect(stackFrames(undefined)).toBeUndefined();
  });

  it('is cut between two frames', () => {
    const stack = `Error: x\n${'    at somewhere (file.ts:1:1)\n'.repeat(50)}`;
    expect(framesOf(stack, 60)).toBe('at somewhere (file.ts:1:1)\nat somewhere (file.ts:1:1)');
  });
});

describe('oneLine', () => {
  it('turns every control character, separator and direction mark into a blank', () => {
    expect(oneLine('a\r\n{"level":"info"}\u001b[2J\u0085\u2028b\u202ec', 100)).toBe(
      'a {"level":"info"} [2J b c',
    );
  });

  it('ends between two characters', () => {
    expect(cutToBytes('aä', 2)).toBe('a');
    expect(cutToBytes('aä', 3)).toBe('aä');
    expect(cutToBytes('😀', 3)).toBe('');
    expect(cutToBytes('', 0)).toBe('');
  });
});
