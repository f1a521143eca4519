import { KeyTable } from './key-table.js';

const at = (offset: number, timestamp = 7) => ({ topic: 't', partition: 0, offset, timestamp });

describe('KeyTable', () => {
  it('sends a record behind the nearest level that has its key', () => {
    const table = new KeyTable('t-0', 3);
    table.at(2).place('a', 5);
    table.at(3).place('a', 5);
    expect(table.turnOf(0, 'a')).toEqual({ kind: 'behind', level: 2 });
    expect(table.turnOf(2, 'a')).toEqual({ kind: 'behind', level: 3 });
    expect(table.turnOf(3, 'a')).toEqual({ kind: 'now' });
    expect(table.turnOf(0, 'b')).toEqual({ kind: 'now' });
    expect(table.turnOf(0, null)).toEqual({ kind: 'now' });
  });

  it('knows a key from its publication until its record is settled', () => {
    const table = new KeyTable('t-0', 1);
    const level = table.at(1);
    const isThere = (): boolean => table.turnOf(0, 'a').kind === 'behind';
    level.place('a', 5);
    expect(isThere()).toBe(true);
    level.take('a', 5);
    level.passTo(6);
    expect(isThere()).toBe(true);
    level.settle('a');
    expect(isThere()).toBe(false);
  });

  it('counts a record once that is fetched before its publication is acknowledged', () => {
    const table = new KeyTable('t-0', 1);
    const level = table.at(1);
    level.take('a', 5);
    level.passTo(6);
    level.place('a', 5);
    level.settle('a');
    expect(table.turnOf(0, 'a')).toEqual({ kind: 'now' });
  });

  it('waits for nothing that is gone from the log unread', () => {
    const table = new KeyTable('t-0', 1);
    table.at(1).found('a', 5, at(1));
    table.at(1).passTo(9);
    expect(table.turnOf(0, 'a')).toEqual({ kind: 'now' });
  });

  it('is open below a level only when that is known, and closed again when it is not any more', () => {
    const table = new KeyTable('t-0', 2);
    expect([0, 1, 2].map((level) => table.isOpenTo(level))).toEqual([false, false, true]);
    table.at(2).isKnown = true;
    expect([0, 1, 2].map((level) => table.isOpenTo(level))).toEqual([false, true, true]);
    table.at(1).isKnown = true;
    expect(table.isOpenTo(0)).toBe(true);
    table.at(2).forget();
    expect([0, 1, 2].map((level) => table.isOpenTo(level))).toEqual([false, false, true]);
  });

  it('knows a record again that was found on a level, and no other of its offset', () => {
    const table = new KeyTable('t-0', 2);
    table.at(2).found('a', 5, at(41));
    expect(table.turnOf(0, 'a', at(41))).toEqual({ kind: 'gone', level: 2 });
    expect(table.turnOf(1, null, at(41))).toEqual({ kind: 'gone', level: 2 });
    expect(table.turnOf(2, 'a', at(41))).toEqual({ kind: 'now' });
    expect(table.turnOf(0, 'b', at(41, 8))).toEqual({ kind: 'now' });
    expect(table.turnOf(0, 'b', { ...at(41), partition: 1 })).toEqual({ kind: 'now' });
  });

  it('keeps nothing for keys whose records were all read', () => {
    const level = new KeyTable('t-0', 1).at(1);
    for (let key = 0; key < 100; key += 1) level.found(`key ${key}`, key, at(key));
    level.passTo(100);
    const { lastPlaces } = level as unknown as { lastPlaces: Map<string, number> };
    expect(lastPlaces.size).toBe(0);
  });
});
