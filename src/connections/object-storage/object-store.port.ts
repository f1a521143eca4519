/** What became of an object that was to be created. */
export type Creation = 'created' | 'exists';

/**
 * Whole objects under names whose parts are separated by `/`. Nothing is ever changed or overwritten; a name is there with
 * all of its bytes or not at all. Whatever keeps the storage from answering is a `DependencyUnavailableError`.
 */
export abstract class ObjectStore {
  /**
   * Creates the object unless the name is taken. Of several that create one name at once exactly one is told `created`.
   * With either answer the object of that name is durable. When it rejects, the object may have been created.
   */
  abstract create(name: string, bytes: Uint8Array): Promise<Creation>;

  /** The object's bytes; undefined when there is none of that name. */
  abstract read(name: string): Promise<Buffer | undefined>;

  /** The objects that stand directly in the folder, without its name, in byte order; only those behind `after`. */
  abstract list(folder: string, after?: string): Promise<string[]>;

  /** The folders that stand directly in the folder, without its name, in byte order. */
  abstract folders(folder: string): Promise<string[]>;

  /**
   * Removes what writers that ended in the middle left in the folder. One that still runs may have to begin again, and
   * does so by itself.
   */
  abstract sweep(folder: string): Promise<void>;

  /** Rejects when nothing could be created now. */
  abstract ping(): Promise<void>;
}
