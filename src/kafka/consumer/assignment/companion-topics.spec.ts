import { companionsOf } from './companion-topics.js';

describe('companionsOf', () => {
  const sourceOf = companionsOf('loader');

  it.each([
    ['orders', 'orders'],
    ['orders.loader.retry.1m', 'orders'],
    ['orders.loader.redrive', 'orders'],
    ['orders.loader.dlq', 'orders.loader.dlq'],
    ['orders.other.retry.1m', 'orders.other.retry.1m'],
    ['.loader.redrive', '.loader.redrive'],
    ['loader.redrive', 'loader.redrive'],
  ])('%s goes with %s', (topic, source) => {
    expect(sourceOf(topic)).toBe(source);
  });
});
