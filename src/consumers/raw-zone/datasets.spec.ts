import { Refusal } from '../../config/index.js';
import { dataset } from './datasets.js';

describe('a dataset', () => {
  it.each([
    ['orders', { name: 'orders', topic: 'streamlake.orders.raw', requiredHeaders: [] }],
    ['clicks=web.Clicks_1', { name: 'clicks', topic: 'web.Clicks_1', requiredHeaders: [] }],
    [
      'orders:event_id+source+schema_version',
      {
        name: 'orders',
        topic: 'streamlake.orders.raw',
        requiredHeaders: ['event_id', 'source', 'schema_version'],
      },
    ],
    ['a-1=t:x', { name: 'a-1', topic: 't', requiredHeaders: ['x'] }],
  ])('is read from %s', (text, expected) => {
    expect(dataset().parse(text)).toEqual(expected);
  });

  it.each(['', 'Orders', 'or ders', '=t', 'a=', 'a=t t', 'a:', 'a:x++y', 'a:x=y', 'a=t:x y'])(
    'is not read from %j',
    (text) => {
      expect(dataset().parse(text)).toBeInstanceOf(Refusal);
    },
  );
});
