import type { LeaseRequest } from '../lease/lease-store.port.js';
import { arraysOf } from './request-arrays.js';

const claim = (scope: string, id: string, ticket?: number): LeaseRequest => ({
  kind: 'claim',
  identity: { scope, id },
  fingerprint: 'f+/=',
  origin: 'orders/0/1',
  ticket,
  windowMs: 5,
});

describe('requests as arrays', () => {
  it('name each scope once, and say of each request which it is of', () => {
    const requests = [claim('a', '1', 3), claim('b', '2'), claim('a', '3', 4)];
    expect(arraysOf(requests, '9')).toEqual([
      '{"a","b"}',
      '{1,2,1}',
      '{"1","2","3"}',
      '{"f+/=","f+/=","f+/="}',
      '{"orders/0/1","orders/0/1","orders/0/1"}',
      '{3,9,4}',
      '{5,5,5}',
    ]);
  });

  it('keep what has a meaning in an array apart from it', () => {
    const ids = ['"', '\\', 'a"b\\c', ',', '{}', 'NULL', ' ', ''];
    const [, , written] = arraysOf(
      ids.map((id) => claim('a', id)),
      '9',
    );
    expect(written).toBe('{"\\"","\\\\","a\\"b\\\\c",",","{}","NULL"," ",""}');
  });
});
