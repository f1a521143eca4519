import { CommandOptions, CommandUsageError } from '../../config/index.js';
import { selectionOf } from './selection-options.js';

const NOW = Date.parse('2026-01-31T12:00:00Z');
const select = (given: Record<string, string | string[]>): object =>
  Object.fromEntries(
    Object.entries(selectionOf(new CommandOptions(given), NOW)).filter(
      ([, part]) => part !== undefined,
    ),
  );

describe('the selection of dead letters', () => {
  it('narrows nothing without options', () => {
    expect(select({})).toEqual({});
  });

  it('takes times as they are, or as how long ago', () => {
    expect(select({ since: '2h', until: '2026-01-31T11:30:00Z' })).toEqual({
      fromMs: NOW - 7_200_000,
      toMs: NOW - 1_800_000,
    });
  });

  it('takes headers by name, or by name and value', () => {
    expect(select({ header: ['source', 'a=b=c'] })).toEqual({
      headers: [{ name: 'source' }, { name: 'a', value: 'b=c' }],
    });
  });

  it('takes places as partition and offset', () => {
    expect(select({ at: ['3:1024'] })).toEqual({ places: [{ partition: 3, offset: 1024 }] });
  });

  it.each([
    ['since', 'yesterday'],
    ['until', '12'],
  ])('refuses a time that is none (--%s %s)', (name, text) => {
    expect(() => select({ [name]: text })).toThrow(CommandUsageError);
  });

  it('refuses a place that is none', () => {
    expect(() => select({ at: ['3'] })).toThrow('3:1024');
  });
});
