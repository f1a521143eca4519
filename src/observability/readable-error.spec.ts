import { describeError } from './describe-error.js';
import { readableError } from './readable-error.js';

const throwing = (): never => {
  throw new Error('not to be read');
};

const proxy: object = new Proxy({}, { get: throwing, getPrototypeOf: throwing });

describe('what was thrown', () => {
  const circular: Record<string, unknown> = { name: 'circular' };
  circular['cause'] = circular;

  it.each([
    ['undefined', undefined],
    ['null', null],
    ['text', 'text'],
    ['a circular object', circular],
    ['a frozen error', Object.freeze(new Error('frozen'))],
    [
      'an error with causes',
      new Error('a', { cause: new AggregateError([new Error('b'), circular]) }),
    ],
  ])('stays what it is when it can be read: %s', (_name, thrown) => {
    expect(readableError(thrown)).toBe(thrown);
  });

  it.each([
    ['a proxy', proxy],
    [
      'an error whose message throws',
      Object.defineProperty(new Error(), 'message', { get: throwing }),
    ],
    ['an error whose stack throws', Object.defineProperty(new Error(), 'stack', { get: throwing })],
    ['an error caused by a proxy', new Error('outer', { cause: proxy })],
    ['an aggregate of proxies', new AggregateError([proxy])],
    ['an object that inherits from a proxy', Object.create(proxy)],
  ])('is replaced by an error that says so when it cannot: %s', (_name, thrown) => {
    expect(describeError(readableError(thrown))).toEqual({
      class: 'UnreadableError',
      message: 'what the handler threw cannot be read',
    });
  });
});
