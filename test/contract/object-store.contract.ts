import type { ObjectStore } from '../../src/connections/object-storage/index.js';

/** Both look at the same objects, each as a process of its own would. */
export interface StorePair {
  readonly store: ObjectStore;
  readonly another: ObjectStore;
}

const bytesOf = (text: string): Buffer => Buffer.from(text);

/** What every object store keeps. `open` gives an empty one for each test. */
export function objectStoreContract(open: () => Promise<StorePair>): void {
  let store: ObjectStore;
  let another: ObjectStore;

  beforeEach(async () => {
    ({ store, another } = await open());
  });

  it('gives back the bytes that an object was created with', async () => {
    const bytes = Buffer.from([0, 255, 10, 13, 0x80]);
    expect(await store.create('t/dt=2026-01-31/partition=0/a.gz', bytes)).toBe('created');
    expect(await another.read('t/dt=2026-01-31/partition=0/a.gz')).toEqual(bytes);
  });

  it('holds an object of no bytes', async () => {
    await store.create('t/empty', Buffer.alloc(0));
    expect(await another.read('t/empty')).toEqual(Buffer.alloc(0));
    expect(await another.list('t')).toEqual(['empty']);
  });

  it('never changes what is there', async () => {
    await store.create('t/a', bytesOf('first'));
    expect(await another.create('t/a', bytesOf('second, and longer'))).toBe('exists');
    expect(await store.create('t/a', bytesOf(''))).toBe('exists');
    expect((await another.read('t/a'))?.toString()).toBe('first');
  });

  it('gives a name to exactly one of those that create it at once', async () => {
    const writers = Array.from({ length: 16 }, (_, index) => (index % 2 === 0 ? store : another));
    const creations = await Promise.all(
      writers.map((writer, index) => writer.create('t/a', bytesOf(`writer ${index}`))),
    );
    const winners = creations.flatMap((creation, index) => (creation === 'created' ? [index] : []));
    expect(winners).toHaveLength(1);
    expect((await store.read('t/a'))?.toString()).toBe(`writer ${winners[0]}`);
  });

  it('knows no object that was not created', async () => {
    await store.create('t/a/b', bytesOf('x'));
    expect(await another.read('t/a/c')).toBeUndefined();
    expect(await another.read('u/a')).toBeUndefined();
    expect(await another.list('u')).toEqual([]);
    expect(await another.folders('u')).toEqual([]);
  });

  it('lists what stands directly in a folder, in byte order, and only behind a name', async () => {
    for (const name of ['t/b', 't/a.z', 't/a', 't/B', 't/c/d', 'tt/e', 't/10', 't/9'])
      await store.create(name, bytesOf(name));
    expect(await another.list('t')).toEqual(['10', '9', 'B', 'a', 'a.z', 'b']);
    expect(await another.list('t', 'B')).toEqual(['a', 'a.z', 'b']);
    expect(await another.list('t', 'a.')).toEqual(['a.z', 'b']);
    expect(await another.list('t', 'b')).toEqual([]);
  });

  it('lists more objects than one answer of a service holds', async () => {
    const names = Array.from({ length: 1_100 }, (_, index) => String(index).padStart(20, '0'));
    for (let index = 0; index < names.length; index += 50) {
      const some = names.slice(index, index + 50);
      await Promise.all(some.map((name) => store.create(`t/${name}`, bytesOf('x'))));
    }
    expect(await another.list('t')).toEqual(names);
  });

  it('lists the folders of a folder, each once', async () => {
    for (const name of ['t/b/x', 't/b/y', 't/a/z', 't/.c/w', 't/file', 'tt/d/v'])
      await store.create(name, bytesOf(name));
    expect(await another.folders('t')).toEqual(['.c', 'a', 'b']);
  });

  it('sweeps no object away', async () => {
    await store.create('t/a', bytesOf('x'));
    await another.sweep('t');
    await another.sweep('nowhere');
    expect(await store.list('t')).toEqual(['a']);
  });

  it.each(['', 'a//b', '../a', 'a/../../b', './a'])('refuses %j as a name', async (name) => {
    await expect(store.create(name, bytesOf('x'))).rejects.toBeDefined();
  });

  it('answers when it is asked whether it does', async () => {
    await expect(store.ping()).resolves.toBeUndefined();
    expect(await store.folders('t')).toEqual([]);
  });
}
