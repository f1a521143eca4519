import { Turnstile } from './turnstile.js';

const turn = (): Promise<void> => new Promise((resume) => setImmediate(resume));

function visitors(turnstile: Turnstile, names: readonly string[]): string[] {
  const inside: string[] = [];
  for (const name of names) {
    void turnstile.enter().then(
      () => inside.push(name),
      (reason: Error) => inside.push(`${name}: ${reason.message}`),
    );
  }
  return inside;
}

describe('a turnstile', () => {
  it('lets as many in as it has places, the others one by one in the order they came', async () => {
    const turnstile = new Turnstile(2);
    const inside = visitors(turnstile, ['a', 'b', 'c', 'd']);
    await turn();
    expect(inside).toEqual(['a', 'b']);
    turnstile.leave();
    await turn();
    expect(inside).toEqual(['a', 'b', 'c']);
  });

  it('keeps a place for later when nobody waits', async () => {
    const turnstile = new Turnstile(1);
    await turnstile.enter();
    turnstile.leave();
    await turnstile.enter();
    const inside = visitors(turnstile, ['next']);
    await turn();
    expect(inside).toEqual([]);
  });

  it('refuses those who wait and those who come once it is closed', async () => {
    const turnstile = new Turnstile(1);
    const inside = visitors(turnstile, ['a', 'b']);
    await turn();
    turnstile.close(new Error('closed'));
    await turn();
    expect(inside).toEqual(['a', 'b: closed']);
    await expect(turnstile.enter()).rejects.toThrow('closed');
  });
});
