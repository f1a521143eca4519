import { ObjectStore, type Creation } from '../../src/connections/object-storage/index.js';

/** Objects in memory, shared by all who hold it. Keeps the same contract as the stores of the service. */
export class MemoryObjectStore extends ObjectStore {
  readonly objects = new Map<string, Buffer>();

  async create(name: string, bytes: Uint8Array): Promise<Creation> {
    if (name.split('/').some((part) => ['', '.', '..'].includes(part)))
      throw new TypeError('not the name of an object');
    if (this.objects.has(name)) return 'exists';
    this.objects.set(name, Buffer.from(bytes));
    return 'created';
  }

  async read(name: string): Promise<Buffer | undefined> {
    const bytes = this.objects.get(name);
    return bytes && Buffer.from(bytes);
  }

  async list(folder: string, after = ''): Promise<string[]> {
    return this.below(folder)
      .filter(
        (rest) => !rest.includes('/') && Buffer.compare(Buffer.from(rest), Buffer.from(after)) > 0,
      )
      .sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
  }

  async folders(folder: string): Promise<string[]> {
    const names = this.below(folder).filter((rest) => rest.includes('/'));
    return [...new Set(names.map((rest) => rest.split('/')[0]!))].sort((left, right) =>
      Buffer.compare(Buffer.from(left), Buffer.from(right)),
    );
  }

  async sweep(): Promise<void> {
    // A creation here has no middle.
  }

  async ping(): Promise<void> {
    // It always answers.
  }

  private below(folder: string): string[] {
    return [...this.objects.keys()]
      .filter((name) => name.startsWith(`${folder}/`))
      .map((name) => name.slice(folder.length + 1));
  }
}
