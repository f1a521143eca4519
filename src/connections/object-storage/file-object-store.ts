import { randomUUID } from 'node:crypto';
import { link, readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder, syncPath, writeNewFile } from './durable-files.js';
import { isUnfinished, partsOf } from './object-names.js';
import { ObjectStore, type Creation } from './object-store.port.js';
import { codeOf, unavailable } from './storage-failure.js';

/** Another writer's sweep may take a file away before it has its name; so often in a row it is something else. */
const ATTEMPTS = 5;

type Entry = Awaited<ReturnType<typeof entriesOf>>[number];

/**
 * Objects as files of a folder. A file gets its name when all of it is on the disk, by a hard link, which the system
 * refuses when the name is taken; so no reader sees half an object and no writer replaces one. It needs a file system
 * with hard links, and one that several machines share must refuse a taken name on each of them, as NFS does.
 */
export class FileObjectStore extends ObjectStore {
  readonly #folders = new Set<string>();

  constructor(private readonly root: string) {
    super();
  }

  async create(name: string, bytes: Uint8Array): Promise<Creation> {
    const path = join(this.root, ...partsOf(name));
    return this.#attempt(async () => {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await this.#create(path, bytes);
        } catch (error) {
          this.#folders.delete(dirname(path));
          if (codeOf(error) !== 'ENOENT' || attempt === ATTEMPTS) throw error;
        }
      }
    });
  }

  async read(name: string): Promise<Buffer | undefined> {
    const path = join(this.root, ...partsOf(name));
    return this.#attempt(() => readFile(path).catch(undefinedWhenMissing));
  }

  async list(folder: string, after = ''): Promise<string[]> {
    const entries = await this.#entries(folder);
    const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
    return inByteOrder(names.filter((name) => !isUnfinished(name) && isBefore(after, name)));
  }

  async folders(folder: string): Promise<string[]> {
    const entries = await this.#entries(folder);
    return inByteOrder(entries.filter((entry) => entry.isDirectory()).map(({ name }) => name));
  }

  async sweep(folder: string): Promise<void> {
    const left = (await this.#entries(folder)).filter(({ name }) => isUnfinished(name));
    const path = join(this.root, ...partsOf(folder));
    await this.#attempt(() =>
      Promise.all(left.map(({ name }) => rm(join(path, name), { force: true }))),
    );
  }

  async ping(): Promise<void> {
    await this.#attempt(async () => {
      await makeFolder(this.root, this.root);
      const path = join(this.root, unfinishedName());
      await writeNewFile(path, Buffer.from('ping')).finally(() => rm(path, { force: true }));
    });
  }

  async #create(path: string, bytes: Uint8Array): Promise<Creation> {
    const folder = dirname(path);
    if (!this.#folders.has(folder)) await makeFolder(folder, this.root);
    this.#folders.add(folder);
    const unfinished = join(folder, unfinishedName());
    try {
      await writeNewFile(unfinished, bytes);
      await link(unfinished, path);
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
      // Whoever created it may not have come to this, and whoever is told that it exists relies on it.
      await syncPath(path);
      await syncPath(folder);
      return 'exists';
    } finally {
      await rm(unfinished, { force: true });
    }
    await syncPath(folder);
    return 'created';
  }

  async #entries(folder: string): Promise<Entry[]> {
    const path = join(this.root, ...partsOf(folder));
    return this.#attempt(async () => (await entriesOf(path).catch(undefinedWhenMissing)) ?? []);
  }

  async #attempt<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      throw unavailable(error, `the folder ${this.root}`);
    }
  }
}

function entriesOf(path: string) {
  return readdir(path, { withFileTypes: true });
}

function undefinedWhenMissing(error: unknown): undefined {
  if (codeOf(error) === 'ENOENT') return undefined;
  throw error;
}

function unfinishedName(): string {
  return `.${randomUUID()}.tmp`;
}

function isBefore(left: string, right: string): boolean {
  return Buffer.compare(Buffer.from(left), Buffer.from(right)) < 0;
}

function inByteOrder(names: string[]): string[] {
  return names.sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
}
