import { checksumOf, planMigrations, type Migration } from './migration.js';

const FIRST: Migration = { id: 'orders/001', sql: 'CREATE TABLE a ()' };
const SECOND: Migration = { id: 'orders/002', sql: 'CREATE TABLE b ()' };
const asApplied = (migration: Migration) => ({
  id: migration.id,
  checksum: checksumOf(migration),
});

describe('a plan of migrations', () => {
  it('holds what is not applied, in the order of the code', () => {
    expect(planMigrations([FIRST, SECOND], [])).toEqual({ pending: [FIRST, SECOND], changed: [] });
    expect(planMigrations([FIRST, SECOND], [asApplied(FIRST)]).pending).toEqual([SECOND]);
    expect(planMigrations([FIRST, SECOND], [asApplied(SECOND)]).pending).toEqual([FIRST]);
  });

  it('names what was applied with another content', () => {
    const edited = { ...FIRST, sql: 'CREATE TABLE c ()' };
    expect(planMigrations([edited, SECOND], [asApplied(FIRST)])).toEqual({
      pending: [SECOND],
      changed: ['orders/001'],
    });
  });

  it('leaves alone what it does not know', () => {
    const newer = { id: 'orders/003', checksum: 'of a newer version' };
    expect(planMigrations([FIRST], [asApplied(FIRST), newer])).toEqual({
      pending: [],
      changed: [],
    });
  });
});
