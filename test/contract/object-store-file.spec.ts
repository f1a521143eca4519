import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileObjectStore } from '../../src/connections/object-storage/index.js';
import { eventually } from '../support/eventually.js';
import { objectStoreContract } from './object-store.contract.js';

const LEFT = '.9f1c3d52-0000-4000-8000-000000000000.tmp';

/** Creates files in the way of the store, as fast as it can, until it is killed. */
const WRITER = `
  const { closeSync, fsyncSync, linkSync, openSync, rmSync, writeSync } = require('node:fs');
  const { join } = require('node:path');
  const folder = process.argv[1];
  const bytes = Buffer.alloc(1024 * 1024, 'x');
  for (let index = 0; ; index += 1) {
    const unfinished = join(folder, '.' + process.pid + '-' + index + '.tmp');
    const file = openSync(unfinished, 'wx');
    writeSync(file, bytes);
    fsyncSync(file);
    closeSync(file);
    linkSync(unfinished, join(folder, String(index)));
    rmSync(unfinished);
  }`;

describe('objects as files', () => {
  let root: string;

  beforeEach(() => {
    root = join(mkdtempSync(join(tmpdir(), 'millrace-objects-')), 'zone');
  });

  afterEach(() => rmSync(join(root, '..'), { recursive: true, force: true }));

  objectStoreContract(() =>
    Promise.resolve({ store: new FileObjectStore(root), another: new FileObjectStore(root) }),
  );

  it('sweeps away what a writer left that was killed in the middle, and hides it before', async () => {
    await mkdir(join(root, 't'), { recursive: true });
    const writer = spawn(process.execPath, ['-e', WRITER, join(root, 't')]);
    await eventually(() => readdirSync(join(root, 't')).length > 3, 'it has written some');
    writer.kill('SIGKILL');
    await once(writer, 'exit');
    writeFileSync(join(root, 't', LEFT), 'half an obj');
    const store = new FileObjectStore(root);
    const objects = await store.list('t');
    expect(objects.filter((name) => name.startsWith('.'))).toEqual([]);
    await store.sweep('t');
    expect((await readdir(join(root, 't'))).sort()).toEqual([...objects].sort());
    for (const name of objects) expect((await store.read(`t/${name}`))?.length).toBe(1024 * 1024);
  });

  it('creates its object although another one sweeps its folder meanwhile', async () => {
    const store = new FileObjectStore(root);
    const sweeper = new FileObjectStore(root);
    for (let index = 0; index < 60; index += 1) {
      const created = store.create(`t/${index}`, Buffer.from('x'));
      await sweeper.sweep('t');
      expect(await created).toBe('created');
    }
    expect((await readdir(join(root, 't'))).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('leaves nothing behind where the name was taken', async () => {
    const store = new FileObjectStore(root);
    await store.create('t/a', Buffer.from('first'));
    await store.create('t/a', Buffer.from('second'));
    expect(await readdir(join(root, 't'))).toEqual(['a']);
  });

  it('makes its folder anew when somebody takes it away', async () => {
    const store = new FileObjectStore(root);
    await store.create('t/a', Buffer.from('x'));
    rmSync(root, { recursive: true });
    expect(await store.create('t/b', Buffer.from('y'))).toBe('created');
    expect(await store.list('t')).toEqual(['b']);
  });

  it('says as an unavailable dependency what the system refuses, with the place and no more', async () => {
    writeFileSync(join(root, '..', 'zone'), 'a file where the folder should be');
    const store = new FileObjectStore(root);
    for (const work of [
      store.create('t/a', Buffer.from('secret')),
      store.read('t/a'),
      store.list('t'),
      store.ping(),
    ]) {
      await expect(work).rejects.toMatchObject({
        code: 'DEPENDENCY_UNAVAILABLE',
        dependency: 'object-storage',
        message: expect.stringMatching(/^the folder .*zone: E[A-Z]+$/),
      });
    }
  });

  it('answers no ping where it may not write', async () => {
    await mkdir(root);
    chmodSync(root, 0o555);
    const isRoot = process.getuid?.() === 0;
    const asked = new FileObjectStore(root).ping();
    // The system lets root write anywhere.
    if (isRoot) await expect(asked).resolves.toBeUndefined();
    else await expect(asked).rejects.toMatchObject({ dependency: 'object-storage' });
  });
});
