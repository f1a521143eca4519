import { LoneTurns } from './lone-turns.js';

interface Entry {
  readonly name: string;
}

function setUp() {
  const turns = new LoneTurns<Entry>();
  const events: string[] = [];
  turns.onFreed(() => events.push('freed'));
  const entries = new Map<string, Entry>();
  const entry = (name: string): Entry => {
    const known = entries.get(name) ?? { name };
    entries.set(name, known);
    return known;
  };
  const wait = (name: string, mayStart = true): void =>
    turns.wait(entry(name), () => {
      events.push(name);
      if (mayStart) turns.began(entry(name));
    });
  return { turns, events, entry, wait };
}

/** Lets every microtask run. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('entries that are to run alone', () => {
  it('begin when nothing runs any more, one after the other', async () => {
    const { turns, events, entry, wait } = setUp();
    for (const name of ['a', 'b']) turns.began(entry(name));
    wait('x');
    wait('y');
    await settle();
    turns.ended(entry('a'));
    await settle();
    expect(events).toEqual([]);
    turns.ended(entry('b'));
    await settle();
    expect([events, turns.isTurnOf(entry('x'))]).toEqual([['x'], true]);
    turns.ended(entry('x'));
    await settle();
    expect(events).toEqual(['x', 'y']);
  });

  it('keep everything else from starting from the moment in which they wait', async () => {
    const { turns, events, entry, wait } = setUp();
    expect(turns.mayOthersStart).toBe(true);
    wait('x');
    expect(turns.mayOthersStart).toBe(false);
    await settle();
    expect(turns.mayOthersStart).toBe(false);
    turns.ended(entry('x'));
    expect(turns.mayOthersStart).toBe(true);
    await settle();
    expect(events).toEqual(['x', 'freed']);
  });

  it('give their turn on when they do not start after all', async () => {
    const { turns, events, wait } = setUp();
    wait('x', false);
    wait('y');
    await settle();
    expect(events).toEqual(['x', 'y']);
    expect(turns.mayOthersStart).toBe(false);
  });

  it('never begin inside the call that lets them wait or ends another', () => {
    const { turns, events, entry, wait } = setUp();
    turns.began(entry('a'));
    wait('x');
    turns.ended(entry('a'));
    expect(events).toEqual([]);
  });

  it('are not ended by an entry that ends twice', async () => {
    const { turns, events, entry, wait } = setUp();
    turns.began(entry('a'));
    turns.ended(entry('a'));
    wait('x');
    await settle();
    turns.ended(entry('a'));
    await settle();
    expect([events, turns.isTurnOf(entry('x'))]).toEqual([['x'], true]);
  });
});
